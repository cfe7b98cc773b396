// Makes a checkout ready: packages as in package-lock.json, dist built from the sources that are here. Says
// nothing where nothing is to be done. `node scripts/setup.mjs PROGRAM ARGS…` then runs a JavaScript or
// TypeScript program in this very process, so that a signal reaches it and no shell stands between. Plain
// Node: it runs before any package is installed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isBuilt } from './sources.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line) => process.stderr.write(`${line}\n`);

requireNode();
if (!packagesFit()) {
  say('Installing packages and building (npm ci), usually 20 to 60 seconds ...');
  await run(...npm('ci', '--no-audit', '--no-fund', '--loglevel=error'));
}
if (!isBuilt(ROOT)) {
  say('Building, usually 10 to 20 seconds ...');
  await run(process.execPath, join(ROOT, 'scripts/build.mjs'));
}
const [program, ...args] = process.argv.slice(2);
if (program !== undefined) await runHere(resolve(program), args);

function requireNode() {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const wanted = engines.node.replace('>=', '').split('.').map(Number);
  const here = process.versions.node.split('.').map(Number);
  const [major, minor, patch] = here.map((part, index) => part - wanted[index]);
  if ((major || minor || patch) >= 0) return;
  say(`Node ${process.versions.node} is too old: Patchbay needs Node ${wanted.join('.')} or newer.`);
  process.exit(1);
}

/**
 * Compares with the list that npm keeps of what it installed. Optional packages of other platforms may be
 * absent.
 */
function packagesFit() {
  const installedList = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installedList)) return false;
  const installed = JSON.parse(readFileSync(installedList, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version : optional === true;
  });
}

/** The npm that runs us, so that two versions never take turns on one node_modules. */
function npm(...words) {
  const own = process.env.npm_execpath;
  return own?.endsWith('.js') ? [process.execPath, own, ...words] : ['npm', ...words];
}

/** Runs a command to its end; our exit code is its own where it fails, and what ends us ends it. */
async function run(command, ...words) {
  const child = spawn(command, words, { cwd: ROOT, stdio: ['ignore', process.stderr, process.stderr] });
  const pass = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
  const failure = await new Promise((done) => {
    child.once('error', (error) => done({ code: 1, why: error.message }));
    child.once('exit', (code, signal) =>
      done(code === 0 ? undefined : { code: code ?? 130, why: signal ?? `exit ${code}` }),
    );
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, pass);
  if (!failure) return;
  say(`Failed (${failure.why}): ${[command, ...words].join(' ')}`);
  process.exit(failure.code);
}

async function runHere(path, words) {
  if (path.endsWith('.ts')) (await import('tsx/esm/api')).register();
  process.argv = [process.execPath, path, ...words];
  await import(pathToFileURL(path).href);
}
