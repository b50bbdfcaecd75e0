// Files and functions stay short. Data and generated pages are not code, and are not looked at.

import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PROJECT_ROOT } from '../src/platform/project-root.ts';
import { runProcess, temporaryFolder } from './run-process.ts';

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;
const FOLDERS = ['packages', 'src', 'tools', 'tests', 'examples'];

const BIOME = join(PROJECT_ROOT, 'node_modules', '.bin', 'biome');
/** Reports every function: Biome leaves out comments and blank lines when it counts, so its own limit is no help. */
const BIOME_CONFIG = {
  root: true,
  linter: {
    rules: {
      preset: 'none',
      complexity: { noExcessiveLinesPerFunction: { level: 'error', options: { maxLines: 1 } } },
    },
  },
};
/** What registers tests is a list of functions, and not one function. */
const SUITE = /^\s*(?:describe|it|test)\(/m;

const PYTHON_FUNCTIONS = `
import ast, json, sys
found = []
for path in sys.argv[1:]:
    for node in ast.walk(ast.parse(open(path).read())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.append({"path": path, "first": node.lineno, "last": node.end_lineno})
print(json.dumps(found))
`;

/** Where a function stands, by its first and last line. */
interface FunctionPlace {
  readonly path: string;
  readonly first: number;
  readonly last: number;
}

const filesOf = (ending: 'ts' | 'py') =>
  globSync(`{${FOLDERS.join(',')}}/**/*.${ending}`, { cwd: PROJECT_ROOT });

const linesOf = (file: string) => readFileSync(join(PROJECT_ROOT, file), 'utf8').trimEnd().split('\n');

async function typeScriptFunctions(t: TestContext): Promise<FunctionPlace[]> {
  const config = temporaryFolder(t);
  writeFileSync(join(config, 'biome.json'), JSON.stringify(BIOME_CONFIG));
  const words = ['lint', `--config-path=${config}`, '--max-diagnostics=none', '--reporter=json', ...FOLDERS];
  const { stdout, stderr } = await runProcess(BIOME, words, { cwd: PROJECT_ROOT });
  assert.notEqual(stdout, '', stderr);
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { location: { path: string; start: { line: number }; end: { line: number } } }[];
  };
  return diagnostics.map(({ location: { path, start, end } }) => ({
    path,
    first: start.line,
    last: end.line,
  }));
}

function isLong({ first, last }: FunctionPlace): boolean {
  return last - first + 1 > FUNCTION_LINES_MAX;
}

function isSuite({ path, first, last }: FunctionPlace): boolean {
  return SUITE.test(linesOf(path).slice(first, last).join('\n'));
}

const placeText = ({ path, first, last }: FunctionPlace) => `${path}:${first} has ${last - first + 1} lines`;

test(`no file has more than ${FILE_LINES_MAX} lines`, () => {
  const files = [...filesOf('ts'), ...filesOf('py')];
  assert.ok(files.length > 400);
  const long = files.filter((file) => linesOf(file).length > FILE_LINES_MAX);
  assert.deepEqual(long, []);
});

test(`no function in TypeScript has more than ${FUNCTION_LINES_MAX} lines`, async (t) => {
  const functions = await typeScriptFunctions(t);
  assert.ok(functions.length > 1_000);
  const long = functions.filter((place) => isLong(place) && !isSuite(place));
  assert.deepEqual(long.map(placeText), []);
});

test(`no function in Python has more than ${FUNCTION_LINES_MAX} lines`, async () => {
  const words = ['-c', PYTHON_FUNCTIONS, ...filesOf('py')];
  const { stdout, stderr } = await runProcess('python3', words, { cwd: PROJECT_ROOT });
  assert.equal(stderr, '');
  const functions: FunctionPlace[] = JSON.parse(stdout);
  assert.ok(functions.length > 10);
  assert.deepEqual(functions.filter(isLong).map(placeText), []);
});
