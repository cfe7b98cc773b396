import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type DevServer, startDevServer } from '../src/devserver/devServer.js';
import { findTemporalCli } from '../src/devserver/temporalCli.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

test('a second server on one database is refused and told where the first is, and started once that has ended', async () => {
  const database = await givenDatabase();
  const first = await start(database);

  await expect(start(database)).rejects.toMatchObject({
    name: 'LocalTemporalError',
    message: `patchbay dev --live runs already: the process ${String(process.pid)} has the database ${database}. Its Temporal is at ${first.address}.`,
    action: expect.stringContaining(`TEMPORAL_ADDRESS=${first.address}`) as string,
  });
  await first.stop();
  await expect(start(database)).resolves.toBeDefined();
});

test('of several processes that want one database at once, one gets it', async () => {
  const database = await givenDatabase();

  const ends = await Promise.all([1, 2, 3, 4].map(async () => firstLineOf(await startHolder(database))));

  expect(ends.filter((line) => line.startsWith('started '))).toHaveLength(1);
  expect(ends.filter((line) => line.startsWith('patchbay dev --live runs already'))).toHaveLength(3);
});

test('a database is free once the server of a process that was killed has ended, and not before', async () => {
  const database = await givenDatabase();
  const holder = await startHolder(database);
  const [, address] = (await firstLineOf(holder)).split(' ');
  spawnSync('pkill', ['-STOP', '-f', database]); // the server, too, which so cannot end
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(spawnSync('flock', ['-n', `${database}.lock`, 'true']).status).toBe(1);

  const starting = start(database);
  spawnSync('pkill', ['-CONT', '-f', database]);

  expect((await starting).address).not.toBe(address);
});

test.each(['', '{"pid":', '{"pid":1}'])('what a lock file holds does not make it a lock: %j', async (left) => {
  const database = await givenDatabase();
  await writeFile(`${database}.lock`, left);

  const server = await start(database);

  expect(JSON.parse(await readFile(`${database}.lock`, 'utf8'))).toEqual({ pid: process.pid, address: server.address });
});

test.each([
  { programs: ['flock'], refusal: /runs already/ },
  { programs: ['perl'], refusal: /runs already/ },
])('a database is locked where the system has $programs alone', async ({ programs, refusal }) => {
  await givenPrograms(programs);
  const database = await givenDatabase();
  await start(database);

  await expect(start(database)).rejects.toThrow(refusal);
});

test('without a program that locks, no server is started on a database, and the person told what to install', async () => {
  await givenPrograms([]);

  await expect(start(await givenDatabase())).rejects.toMatchObject({
    message: expect.stringContaining('cannot be locked') as string,
    action: expect.stringContaining('Install flock') as string,
  });
});

async function givenDatabase(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-lock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'temporal.db');
}

/** These programs alone are found by name. */
async function givenPrograms(names: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-path-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of names)
    await symlink(spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim(), join(folder, name));
  vi.stubEnv('PATH', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
}

async function start(dbFilename: string): Promise<DevServer> {
  const server = await startDevServer({ cliPath: await findTemporalCli(() => undefined), dbFilename });
  onTestFinished(() => server.stop());
  return server;
}

/** A process that says `started` and its server's address, or why it has none, and stays. */
async function startHolder(database: string): Promise<ChildProcessByStdio<null, Readable, null>> {
  const program = `
    const { startDevServer } = await import('./src/devserver/devServer.ts');
    const [cliPath, dbFilename] = process.argv.slice(1);
    console.log(await startDevServer({ cliPath, dbFilename }).then(({ address }) => 'started ' + address, ({ message }) => message));
    setInterval(() => undefined, 1000);`;
  const cliPath = await findTemporalCli(() => undefined);
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program, cliPath, database];
  const holder = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  return holder;
}

async function firstLineOf({ stdout }: { readonly stdout: Readable }): Promise<string> {
  const [line] = (await once(createInterface(stdout), 'line')) as [string];
  return line;
}
