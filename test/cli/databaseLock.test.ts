import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockDatabase } from '../../src/cli/databaseLock.js';

async function givenFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-lock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('a second server on one database is refused, told where the first is, and taken once that has ended', async () => {
  const folder = await givenFolder();
  const database = join(folder, 'temporal.db');
  const first = await lockDatabase(database);
  await first.servedAt('127.0.0.1:7233');

  await expect(lockDatabase(database)).rejects.toMatchObject({
    name: 'UsageError',
    message: `patchbay dev --live runs already: the process ${String(process.pid)} has the database ${database}. Its Temporal is at 127.0.0.1:7233.`,
    action: expect.stringContaining('TEMPORAL_ADDRESS=127.0.0.1:7233') as string,
  });
  await first.release();
  const second = await lockDatabase(database);
  await second.release();

  expect(await readdir(folder)).toEqual([]);
});

test.each(['', '{"pid":', 'gone'])('a lock that a process left behind does not count: %j', async (left) => {
  const database = join(await givenFolder(), 'temporal.db');
  const { pid } = spawnSync('/bin/true');
  await writeFile(`${database}.lock`, left === 'gone' ? JSON.stringify({ pid }) : left);

  await (await lockDatabase(database)).release();
});
