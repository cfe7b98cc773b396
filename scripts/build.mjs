// Compiles src and bundles the workflows into dist. The old dist is replaced in one step, so that nothing
// stale survives in it and a program that runs from it is not caught half-way. `--if-possible`: does
// nothing where the compiler is not installed (npm runs `prepare` after a production install, too).
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourcesHash, STAMP } from './sources.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');
const NEXT = join(ROOT, `.dist-${process.pid}`);

const compiler = resolveCompiler();
if (compiler !== undefined) await build(compiler);

function resolveCompiler() {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc');
  } catch (error) {
    if (process.argv.includes('--if-possible')) return undefined;
    throw error;
  }
}

async function build(tsc) {
  process.once('exit', () => rmSync(NEXT, { recursive: true, force: true }));
  const hash = sourcesHash(ROOT);
  const compile = spawnSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', NEXT], {
    stdio: 'inherit',
  });
  if (compile.status !== 0) process.exit(compile.status ?? 1);
  const { bundleWorkflows } = await import('./bundle.mjs');
  await bundleWorkflows(join(NEXT, 'workflow-bundle.js'));
  chmodSync(join(NEXT, 'cli/main.js'), 0o755);
  writeFileSync(join(NEXT, STAMP), hash);
  replaceDist();
}

function replaceDist() {
  const old = `${NEXT}-old`;
  if (existsSync(DIST)) renameSync(DIST, old);
  renameSync(NEXT, DIST);
  rmSync(old, { recursive: true, force: true });
}
