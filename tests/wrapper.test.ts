// ./tickline on a small project of its own, with an npm that only notes its calls: what is installed, and
// when.

import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NODE_FLAGS } from '../src/platform/node-flags.ts';
import { runProcess, temporaryFolder } from './run-process.ts';

const TOOLS = ['sh', 'cmp', 'cp', 'flock', 'sleep', 'readlink', 'mkdir', 'rm', 'ln'];

const NPM = `#!/bin/sh
echo "$*" >> ../npm-calls
rm -rf node_modules
mkdir -p node_modules/node-linux-test/bin
[ -z "\${GATE:-}" ] || read -r word < "$GATE"
[ -z "\${NPM_FAILS:-}" ] || { echo "npm error: no network" >&2; exit 1; }
[ -n "\${NO_PINNED_NODE:-}" ] || ln -s "${process.execPath}" node_modules/node-linux-test/bin/node
`;

const MAIN = `console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), cache: process.env.NODE_COMPILE_CACHE, flags: process.execArgv, umask: process.umask() }));`;

/** A project of the wrapper and a main.ts that prints how it was called. */
class Project {
  readonly folder: string;
  readonly root: string;
  readonly bin: string;
  readonly wrapper: string;

  constructor(t: TestContext) {
    this.folder = temporaryFolder(t);
    this.root = join(this.folder, 'project with a space');
    this.bin = join(this.folder, 'bin');
    this.wrapper = join(this.root, 'tickline');
    mkdirSync(join(this.root, 'src'), { recursive: true });
    mkdirSync(this.bin);
    copyFileSync(join(import.meta.dirname, '..', 'tickline'), this.wrapper);
    writeFileSync(join(this.root, 'src', 'main.ts'), MAIN);
    this.writeLock('first');
    for (const tool of TOOLS) symlinkSync(pathOf(tool), join(this.bin, tool));
    this.addProgram('npm', NPM);
  }

  addProgram(name: string, script: string): void {
    writeFileSync(join(this.bin, name), script);
    chmodSync(join(this.bin, name), 0o755);
  }

  writeLock(text: string): void {
    writeFileSync(join(this.root, 'package-lock.json'), text);
  }

  env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return { PATH: this.bin, ...more };
  }

  start(args: readonly string[] = [], more: NodeJS.ProcessEnv = {}) {
    return runProcess(this.wrapper, args, { cwd: this.folder, env: this.env(more) });
  }

  /** A start whose npm waits at the gate: resolves once it is there. */
  async startAtGate(t: TestContext): Promise<ChildProcess> {
    execFileSync('mkfifo', [this.gate]);
    const child = spawn(this.wrapper, { detached: true, env: this.env({ GATE: this.gate }), stdio: 'pipe' });
    t.after(() => killGroup(child));
    await written(child, 'installing');
    return child;
  }

  get gate(): string {
    return join(this.folder, 'gate');
  }

  get npmCalls(): readonly string[] {
    const file = join(this.folder, 'npm-calls');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }
}

function pathOf(tool: string): string {
  return execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
}

function killGroup({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
}

/** Resolves when standard error contains `text`; rejects when it ends without. */
function written(child: ChildProcess, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
    if (said.includes(text)) resolve();
  });
  child.stderr?.once('end', () => reject(new Error(`expected "${text}", found "${said}"`)));
  return promise;
}

test('the first start installs, and runs the pinned Node with the given words', async (t) => {
  const project = new Project(t);
  const { status, stdout } = await project.start(['gateway', '--rate', 'a b', '']);
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(stdout).args, ['gateway', '--rate', 'a b', '']);
  assert.equal(project.npmCalls.length, 1);
  assert.match(project.npmCalls[0] ?? '', /^ci /);
});

test('a second start installs nothing and prints nothing', async (t) => {
  const project = new Project(t);
  await project.start();
  const { status, stderr } = await project.start();
  assert.equal(status, 0);
  assert.equal(stderr, '');
  assert.equal(project.npmCalls.length, 1);
});

test('users do not install what only tests and measures', async (t) => {
  const project = new Project(t);
  await project.start(['run']);
  assert.match(project.npmCalls[0] ?? '', /--omit=dev/);
  await project.start(['book']);
  assert.equal(project.npmCalls.length, 1);
});

test('a developer command installs the rest, once', async (t) => {
  const project = new Project(t);
  await project.start(['run']);
  await project.start(['test']);
  for (const command of ['bench', 'chaos', 'video', 'run']) await project.start([command]);
  assert.equal(project.npmCalls.length, 2);
  assert.match(project.npmCalls[1] ?? '', /--include=dev/);
});

test('a changed lock file leaves a developer what tests and measures', async (t) => {
  const project = new Project(t);
  await project.start(['test']);
  project.writeLock('second');
  await project.start(['run']);
  await project.start(['test']);
  assert.equal(project.npmCalls.length, 2);
  assert.match(project.npmCalls[1] ?? '', /--include=dev/);
});

test('the first start prints how much it downloads', async (t) => {
  const project = new Project(t);
  const { stderr } = await project.start(['run']);
  assert.match(stderr, /downloads up to \d+ MB \(\d+ MB on disk\)/);
});

test('a copy below node_modules prints one line and exits with status 2', async (t) => {
  const project = new Project(t);
  const below = join(project.folder, 'node_modules', 'tickline');
  cpSync(project.root, below, { recursive: true });
  const { status, stderr } = await runProcess(join(below, 'tickline'), ['run'], { env: project.env() });
  assert.equal(status, 2);
  assert.match(stderr, /^tickline: Node runs no TypeScript below node_modules: move .*\n$/);
});

test('a current folder that was removed prints one line and exits with status 2', async (t) => {
  const project = new Project(t);
  const script = `mkdir "$1/gone" && cd "$1/gone" && rm -r "$1/gone" && exec "$2" run`;
  const { status, stderr } = await runProcess('sh', ['-c', script, 'sh', project.folder, project.wrapper], {
    env: project.env(),
  });
  assert.equal(status, 2);
  assert.match(stderr, /tickline: the current folder was removed: change to one that exists\n$/);
});

test('a changed lock file makes the next start install again', async (t) => {
  const project = new Project(t);
  await project.start();
  project.writeLock('second');
  await project.start();
  await project.start();
  assert.equal(project.npmCalls.length, 2);
});

test('a removed node_modules is installed again', async (t) => {
  const project = new Project(t);
  await project.start();
  rmSync(join(project.root, 'node_modules'), { recursive: true });
  assert.equal((await project.start()).status, 0);
  assert.equal(project.npmCalls.length, 2);
});

test('the current folder is kept, and the compile cache is inside node_modules', async (t) => {
  const project = new Project(t);
  const { stdout } = await project.start();
  const { cwd, cache } = JSON.parse(stdout);
  assert.equal(cwd, project.folder);
  assert.equal(cache, join(project.root, 'node_modules', '.cache', 'node'));
});

test('nobody else can write what is installed and cached, whatever the umask', async (t) => {
  const project = new Project(t);
  const ended = await runProcess('sh', ['-c', 'umask 000; exec "$0"', project.wrapper], {
    env: project.env(),
  });
  assert.equal(JSON.parse(ended.stdout).umask & 0o022, 0o022);
  for (const name of ['node_modules', 'node_modules/.tickline-installed'])
    assert.equal(statSync(join(project.root, name)).mode & 0o022, 0, name);
});

test('Node opens no debugger at SIGUSR1', async (t) => {
  const { stdout } = await new Project(t).start();
  assert.deepEqual(JSON.parse(stdout).flags, NODE_FLAGS);
});

test('a compile cache that the user has chosen is kept', async (t) => {
  const project = new Project(t);
  const own = join(project.folder, 'own-cache');
  const { stdout } = await project.start([], { NODE_COMPILE_CACHE: own });
  assert.equal(JSON.parse(stdout).cache, own);
});

test('it works through symlinks, absolute and relative, and from a relative path', async (t) => {
  const project = new Project(t);
  const absolute = join(project.folder, 'absolute');
  symlinkSync(project.wrapper, absolute);
  symlinkSync('absolute', join(project.folder, 'relative'));
  for (const way of [absolute, './relative', 'project with a space/tickline']) {
    const ended = await runProcess('sh', ['-c', 'exec "$0"', way], {
      cwd: project.folder,
      env: project.env(),
    });
    assert.equal(ended.status, 0, `${way}: ${ended.stderr}`);
  }
  const named = await runProcess('sh', ['relative', 'a'], { cwd: project.folder, env: project.env() });
  assert.deepEqual(JSON.parse(named.stdout).args, ['a']);
});

test('two simultaneous starts run npm once', async (t) => {
  const project = new Project(t);
  const first = await project.startAtGate(t);
  const second = spawn(project.wrapper, { env: project.env(), stdio: 'pipe' });
  await written(second, 'waiting');
  const ends = [once(first, 'exit'), once(second, 'exit')];
  await writeFile(project.gate, 'go\n');
  for (const [status] of await Promise.all(ends)) assert.equal(status, 0);
  assert.equal(project.npmCalls.length, 1);
});

test('the next start repairs the install of a killed one', async (t) => {
  const project = new Project(t);
  const killed = await project.startAtGate(t);
  const exit = once(killed, 'exit');
  killGroup(killed);
  await exit;
  const { status } = await project.start();
  assert.equal(status, 0);
});

test('a failed install prints the error of npm, and the next start repairs it', async (t) => {
  const project = new Project(t);
  const failed = await project.start([], { NPM_FAILS: '1' });
  assert.equal(failed.status, 2);
  assert.match(failed.stderr, /npm error: no network/);
  assert.match(failed.stderr, /packages could not be installed/);
  assert.equal((await project.start()).status, 0);
  assert.equal(project.npmCalls.length, 2);
});

test('without npm one line says what to install', async (t) => {
  const project = new Project(t);
  rmSync(join(project.bin, 'npm'));
  const { status, stderr } = await project.start();
  assert.equal(status, 2);
  assert.match(stderr, /^tickline: npm is missing: install Node .*\n$/);
});

test('without a pinned Node, a Node of 24 or later is used', async (t) => {
  const project = new Project(t);
  project.addProgram('node', `#!/bin/sh\nexec "${process.execPath}" "$@"\n`);
  const { status, stdout } = await project.start(['x'], { NO_PINNED_NODE: '1' });
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(stdout).args, ['x']);
});

for (const [found, script] of [
  ['v20.20.2', '#!/bin/sh\necho v20.20.2\n'],
  ['none', undefined],
] as const) {
  test(`without a pinned Node, and with ${found}, one line says what to install`, async (t) => {
    const project = new Project(t);
    if (script !== undefined) project.addProgram('node', script);
    const { status, stderr } = await project.start([], { NO_PINNED_NODE: '1' });
    assert.equal(status, 2);
    assert.match(stderr, new RegExp(`tickline: Node 24 or later is needed \\(found: ${found}\\)`));
  });
}
