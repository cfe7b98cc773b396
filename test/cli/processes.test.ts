import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { didwwVersions, startSandbox } from '../../src/sandbox/index.js';
import { until } from '../support/until.js';
import { MAIN, patchbay, type Process } from './patchbayProcess.js';

/** The one document on stdout, once it is whole. */
const documentOf = ({ out }: Process): Promise<Record<string, unknown>> =>
  until(() => {
    try {
      return JSON.parse(out()) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  });

function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...foldersAbove(folder)];
}

/** Whether somebody answers there. Another program may have been given the port, and say nothing. */
async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
    () => true,
    () => false,
  );
}

async function postJson(url: string, body: unknown): Promise<void> {
  await fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
}

/** How many requests the first fault on the board has met. */
async function hitsAt(url: string): Promise<number> {
  const [fault] = (await (await fetch(url)).json()) as { hits: number }[];
  return fault?.hits ?? 0;
}

const uiOf = ({ err }: Process): Promise<string> => until(() => /http:\/\/\S+(?=\/namespaces)/.exec(err())?.[0]);

describe('patchbay demo', () => {
  test('shows a verified onboarding and one that is rolled back to what was there, and leaves nothing running', async () => {
    const demo = patchbay(['demo', '--json']);
    const ui = await uiOf(demo);
    expect(await demo.ended, demo.err()).toBe(0);
    expect(JSON.parse(demo.out())).toMatchObject({
      verified: { outcome: 'verified' },
      rolledBack: { outcome: 'rolled-back', leftovers: [] },
      restored: true,
    });
    expect(await answers(ui)).toBe(false);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('stops everything at %s', async (signal) => {
    const demo = patchbay(['demo']);
    const ui = await uiOf(demo);
    demo.child.kill(signal);
    expect(await demo.ended).toBe(130);
    expect(await answers(ui)).toBe(false);
  });
});

describe('patchbay dev', () => {
  test('stays with Temporal, its UI, the sandbox and a worker until it is stopped', async () => {
    const dev = patchbay(['dev', '--json']);
    const { address, uiUrl, controlUrl } = await documentOf(dev);
    expect(await answers(`${String(controlUrl)}/state`)).toBe(true);
    expect(await answers(String(uiUrl))).toBe(true);
    const list = patchbay(['list', '--json'], { TEMPORAL_ADDRESS: String(address) });
    expect(await list.ended).toBe(0);
    expect(JSON.parse(list.out())).toEqual([]);
    dev.child.kill('SIGINT');
    expect(await dev.ended).toBe(0);
    expect(dev.err()).toBe('Stopping. Ctrl-C again ends it at once.\n');
    expect(await answers(String(uiUrl))).toBe(false);
  });

  test('ends at once at a second Ctrl-C, with all that it started, though a step is still under way', async () => {
    const dev = patchbay(['dev']);
    const [, request = ''] = await until(() => /<<'END'\n([^]*)\n {2}END\n/.exec(dev.out()) ?? undefined);
    const [, address = ''] = /Temporal {2}([\d.:]+)/.exec(dev.out()) ?? [];
    const [, uiUrl = ''] = /its UI: (\S+)/.exec(dev.out()) ?? [];
    const [, controlUrl = ''] = /control (\S+)/.exec(dev.out()) ?? [];
    await postJson(`${controlUrl}/faults`, { match: 'GET /dids', kind: 'hold' });
    const onboard = patchbay(['onboard', '-', '--detach'], { TEMPORAL_ADDRESS: address });
    onboard.child.stdin?.end(request);
    expect(await onboard.ended, onboard.err()).toBe(0);
    await until(async () => (await hitsAt(`${controlUrl}/faults`)) > 0 || undefined);

    dev.child.kill('SIGINT');
    await until(() => dev.err().includes('Ctrl-C again ends it at once') || undefined);
    dev.child.kill('SIGINT');
    await dev.ended;

    expect(dev.child.signalCode).toBe('SIGINT');
    await until(async () => !(await answers(uiUrl)) || undefined);
  });

  test('ends where its Temporal ends, and says so', async () => {
    const dev = patchbay(['dev', '--json']);
    const { address, uiUrl } = await documentOf(dev);
    const port = String(address).split(':')[1] ?? '';

    spawnSync('pkill', ['-KILL', '-f', `start-dev .*--port ${port} `]);

    expect(await dev.ended, dev.err()).toBe(2);
    expect(dev.err()).toContain("Temporal's dev server stopped unexpectedly");
    expect(await answers(String(uiUrl))).toBe(false);
  });

  test('with --live misses its keys before it starts anything', async () => {
    const dev = patchbay(['dev', '--live'], { DIDWW_API_KEY: '', VAPI_API_KEY: '' });
    expect(await dev.ended).toBe(2);
    expect(dev.err()).toContain('DIDWW_API_KEY');
    expect(dev.err()).toContain('VAPI_API_KEY');
  });
});

describe('patchbay sandbox', () => {
  test('says first where it is, and ends when it is told to', async () => {
    const sandbox = patchbay(['sandbox', '--json']);
    const where = await documentOf(sandbox);
    expect(Object.keys(where)).toEqual([
      'didwwUrl',
      'didwwAuthUrl',
      'vapiUrl',
      'vapiEuUrl',
      'controlUrl',
      'didwwApiKey',
      'vapiApiKey',
      'vapiEuApiKey',
      'assistantId',
      'euAssistantId',
      'numbers',
    ]);
    expect(await answers(`${String(where['controlUrl'])}/state`)).toBe(true);
    sandbox.child.kill('SIGTERM');
    expect(await sandbox.ended).toBe(0);
  });

  test.each([
    [[], '2026-11-19', 401],
    [['--didww-version', '2026-04-16'], '2026-04-16', 200],
  ])('with %j it has a DIDWW account of %s, whose key alone is answered by %d', async (args, version, status) => {
    const { didwwUrl, didwwApiKey, controlUrl } = await documentOf(patchbay(['sandbox', '--json', ...args]));
    const switches = await fetch(`${String(controlUrl)}/switches`);
    const byKey = await fetch(`${String(didwwUrl)}/balance`, { headers: { 'api-key': String(didwwApiKey) } });

    expect(await switches.json()).toMatchObject({ didww: { apiVersion: version } });
    expect(byKey.status).toBe(status);
  });

  test('refuses a version that it cannot play', async () => {
    const sandbox = patchbay(['sandbox', '--didww-version', '2026-10-22']);

    expect(await sandbox.ended).toBe(2);
    expect(sandbox.out()).toBe('');
    expect(sandbox.err()).toContain('It must be 2026-04-16 or 2026-11-19.');
  });
});

describe('patchbay worker', () => {
  test.each(didwwVersions)(
    'says once that the account has %s, stops at SIGTERM, and prints no secret',
    async (version) => {
      const sandbox = await startSandbox({ didwwVersion: version });
      onTestFinished(() => sandbox.stop());
      const { didwwUrl, didwwApiKey, vapiUrl, vapiApiKey } = sandbox;
      const worker = patchbay(['worker'], {
        DIDWW_API_URL: didwwUrl,
        DIDWW_API_KEY: didwwApiKey,
        VAPI_API_URL: vapiUrl,
        VAPI_API_KEY: vapiApiKey,
        TEMPORAL_ADDRESS: inject('temporalAddress'),
        PATCHBAY_TASK_QUEUE: `patchbay-worker-${version}`,
      });
      const told = `DIDWW serves this account in API version ${version}.`;
      await until(() => worker.err().includes(told) || undefined);
      worker.child.kill('SIGTERM');

      expect(await worker.ended).toBe(0);
      expect(worker.err().split(told)).toHaveLength(2);
      const said = worker.out() + worker.err();
      expect(
        [didwwApiKey, vapiApiKey, ...sandbox.didww.issuedSecrets].filter((secret) => said.includes(secret)),
      ).toEqual([]);
    },
  );
});

describe('a process whose surroundings fail', () => {
  /** Only root may become another user, who has to be able to read this checkout. */
  const canBeAnother =
    process.getuid?.() === 0 && foldersAbove(MAIN).every((path) => (statSync(path).mode & 0o001) === 0o001);
  /** As a user that the system does not know, who may write nowhere. */
  const stranger = { uid: 12_345, gid: 12_345 };

  test('says that its answer cannot be written, and does not end as if everything had been rolled back', async () => {
    const sandbox = patchbay(['sandbox'], {}, { stdout: '/dev/full' });

    expect(await sandbox.ended).toBe(2);
    expect(sandbox.err()).toContain('cannot be written to standard output: no space is left there.');
    expect(sandbox.err()).not.toMatch(/ {4}at |node:/);
  });

  test('goes on where nobody reads what it says, and ends well where nobody reads its answer', async () => {
    const [list, silent] = [patchbay(['list']), patchbay(['list', '--help'])];
    list.child.stderr?.destroy();
    silent.child.stdout?.destroy();

    expect([await list.ended, await silent.ended]).toEqual([2, 0]);
  });

  test.runIf(canBeAnother)(
    'a stranger to the system is told what to set, in every command that needs a place',
    async () => {
      const places = { HOME: '', XDG_CACHE_HOME: '', XDG_DATA_HOME: '', PATH: '/nowhere', TEMPORAL_CLI_PATH: '' };
      const keys = { DIDWW_API_KEY: 'a', VAPI_API_KEY: 'b' };
      const runs = [['demo'], ['dev'], ['dev', '--live']].map((args) =>
        patchbay(args, { ...places, ...keys }, stranger),
      );

      expect(await Promise.all(runs.map(({ ended }) => ended)), runs.map(({ err }) => err()).join('\n')).toEqual([
        2, 2, 2,
      ]);
      const [demo, dev, live] = runs.map(({ err }) => err());
      for (const told of [demo, dev]) expect(told).toMatch(/HOME is not set[^]*Set XDG_CACHE_HOME/);
      expect(live).toContain('XDG_DATA_HOME is missing: HOME is not set');
    },
  );

  test.runIf(canBeAnother)('a stranger who may not write to the folders that are set is told which', async () => {
    const env = { XDG_CACHE_HOME: '/etc', XDG_DATA_HOME: '/etc', PATH: '/nowhere', TEMPORAL_CLI_PATH: '' };
    const runs = [['demo'], ['dev', '--live']].map((args) =>
      patchbay(args, { ...env, DIDWW_API_KEY: 'a', VAPI_API_KEY: 'b' }, stranger),
    );

    expect(await Promise.all(runs.map(({ ended }) => ended))).toEqual([2, 2]);
    const [demo, live] = runs.map(({ err }) => err());
    expect(demo).toMatch(/\/etc\/patchbay[^]*this user is not allowed to\.\nSet XDG_CACHE_HOME/);
    expect(live).toMatch(/\/etc\/patchbay[^]*this user is not allowed to\.[^]*XDG_DATA_HOME/);
  });
});
