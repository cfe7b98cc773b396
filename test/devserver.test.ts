import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { liveDatabase } from '../src/cli/liveDatabase.js';
import { type DevServer, type DevServerOptions, startDevServer } from '../src/devserver/devServer.js';
import { findTemporalCli } from '../src/devserver/temporalCli.js';
import { searchAttributes } from '../src/contract/searchAttributes.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

test('a started server answers on loopback and knows every search attribute', async () => {
  const server = await start();

  expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(await knownAttributes(server)).toEqual(
    expect.arrayContaining(Object.values(searchAttributes).map(({ name }) => name)),
  );
});

test('the UI is served only where it was asked for', async () => {
  const [plain, withUi] = await Promise.all([start(), start({ ui: true })]);

  expect(plain.uiUrl).toBeUndefined();
  expect((await fetch(withUi.uiUrl ?? '')).status).toBe(200);
});

test('two servers at once get ports of their own, and a stopped one is gone', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  expect(one.address).not.toBe(two.address);

  await one.stop();
  await one.stop();

  expect(await answers(one.address)).toBe(false);
  expect(await answers(two.address)).toBe(true);
});

test('a port that another server holds is an error, not that other server', async () => {
  const other = await start();

  await expect(start({ port: portOf(other.address) })).rejects.toThrow(/address already in use/);
});

test('a program that does not start is an error with what it printed', async () => {
  await expect(startDevServer({ cliPath: '/bin/false' })).rejects.toThrow('ended while starting');
});

test('a database file keeps runs and attributes over a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-db-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const dbFilename = join(folder, 'temporal.db');
  const first = await start({ dbFilename });
  await first.stop();

  const second = await start({ dbFilename });

  expect(await knownAttributes(second)).toContain('PatchbayStage');
});

test('a database can be read by its user alone, also one that was open to others before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-db-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const dbFilename = join(folder, 'temporal.db');
  const modes = async (): Promise<readonly string[]> => {
    const found = await Promise.allSettled((await readdir(folder)).map((name) => stat(join(folder, name))));
    // SQLite's journal comes and goes while the server runs.
    return found.flatMap((one) => (one.status === 'fulfilled' ? [(one.value.mode & 0o777).toString(8)] : []));
  };
  const first = await start({ dbFilename });
  const made = await modes();
  await first.stop();
  await chmod(dbFilename, 0o644);

  await start({ dbFilename });

  expect([...new Set(made), ...new Set(await modes())]).toEqual(['600', '600']);
});

test('the folder of a lasting database can be entered by its user alone, also one that was open to others', async () => {
  const home = await mkdtemp(join(tmpdir(), 'patchbay-home-'));
  onTestFinished(() => rm(home, { recursive: true }));
  await mkdir(join(home, 'open', 'patchbay'), { recursive: true, mode: 0o755 });

  const files = await Promise.all(['new', 'open'].map((name) => liveDatabase(join(home, name, 'patchbay'))));

  expect(files).toEqual(['new', 'open'].map((name) => join(home, name, 'patchbay', 'temporal.db')));
  for (const file of files) expect(((await stat(dirname(file))).mode & 0o777).toString(8)).toBe('700');
});

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'a program that holds a server and dies by %s takes it along',
  async (signal) => {
    const holder = await startHolder('setInterval(() => undefined, 1000)');
    expect(await answers(holder.address)).toBe(true);

    holder.process.kill(signal);

    await vi.waitFor(async () => expect(await answers(holder.address)).toBe(false), { timeout: 20_000 });
  },
);

test('a program that forgets its server still ends, and the server with it', async () => {
  const holder = await startHolder('undefined');

  if (holder.process.exitCode === null) await once(holder.process, 'exit');

  await vi.waitFor(async () => expect(await answers(holder.address)).toBe(false), { timeout: 20_000 });
});

async function start(options: Partial<DevServerOptions> = {}): Promise<DevServer> {
  const server = await startDevServer({ cliPath: await findTemporalCli(() => undefined), ...options });
  onTestFinished(() => server.stop());
  return server;
}

async function startHolder(afterwards: string) {
  const program = `
    const { startDevServer } = await import('./src/devserver/devServer.ts');
    const server = await startDevServer({ cliPath: process.argv[1] });
    console.log(server.address);
    ${afterwards};`;
  const cliPath = await findTemporalCli(() => undefined);
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program, cliPath];
  const holder = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const [address] = (await once(createInterface(holder.stdout), 'line')) as [string];
  return { process: holder, address };
}

async function knownAttributes({ address, namespace }: DevServer): Promise<string[]> {
  const connection = await Connection.connect({ address });
  onTestFinished(() => connection.close());
  return Object.keys((await connection.operatorService.listSearchAttributes({ namespace })).customAttributes);
}

async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: '2s' });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

const portOf = (address: string) => Number(address.split(':')[1]);
