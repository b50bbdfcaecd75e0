// The files of the page as routes. The page has no build step: types are stripped when the server starts.

import fs from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer, Route } from './web-server.ts';

const FOLDER = path.join(import.meta.dirname, 'page');
const CHARTS = 'lightweight-charts';
/** Relative, because a reverse proxy may serve the page below any path. */
const CHARTS_PATH = './lightweight-charts.js';
const SCRIPT = 'text/javascript; charset=utf-8';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': SCRIPT,
  '.js': SCRIPT,
};

/** A route for each file of the page, which is read once. The page itself is at `/`. */
export function pageRoutes(): Map<string, Route> {
  const routes = new Map<string, Route>();
  for (const name of fs.readdirSync(FOLDER)) {
    const type = TYPES[path.extname(name)];
    if (type === undefined) continue;
    const answer: Answer = { type, body: bodyOf(name) };
    routes.set(name === 'index.html' ? '/' : `/${name}`, () => answer);
  }
  const charts: Answer = { type: SCRIPT, body: fs.readFileSync(chartsFile()) };
  routes.set(CHARTS_PATH.slice(1), () => charts);
  return routes;
}

function bodyOf(name: string): string {
  const text = fs.readFileSync(path.join(FOLDER, name), 'utf8');
  if (TYPES[path.extname(name)] !== SCRIPT) return text;
  const script = path.extname(name) === '.ts' ? stripTypeScriptTypes(text) : text;
  // Browsers resolve no package names: the only package that the page imports has a path.
  return script.replaceAll(`'${CHARTS}'`, `'${CHARTS_PATH}'`);
}

/** The standalone build, which lies beside the one that Node would resolve. */
function chartsFile(): string {
  const ofNode = fileURLToPath(import.meta.resolve('lightweight-charts'));
  return path.join(path.dirname(ofNode), 'lightweight-charts.standalone.production.mjs');
}
