import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Leftover } from '../../src/contract/result.js';
import { repeated } from '../support/events.js';
import { historiesOf } from '../support/histories.js';
import { givenAccounts, type World } from '../support/world.js';

const run = promisify(execFile);

const OLD = '2026-04-16';
const NEW = '2026-11-19';

/** How often tokens were asked for. */
const mints = ({ sandbox }: World): number => sandbox.requests().filter(({ path }) => path === '/token').length;

const upgrade = ({ sandbox }: World): void => {
  sandbox.didww.switches.apiVersion = NEW;
};

/** Activities of any run of this world that took more than one attempt. */
async function repeatedActivities(world: World): Promise<readonly string[]> {
  const histories = await historiesOf(world.client, world.taskQueue);
  return histories.flatMap(({ json }) =>
    repeated((JSON.parse(json) as { events: Parameters<typeof repeated>[0] }).events),
  );
}

/** Patience enough to wait out a fault that lasts a moment. */
const patience = { step: '1m', rollback: '1m', firstRetry: '20ms' } as const;

describe('an account of 2026-11-19', () => {
  test('is set up by two onboardings at once with one token, although both are refused the old one', async () => {
    const world = await givenAccounts({ numbers: 2 });
    world.sandbox.didww.tokens.revokeAll(); // the one that the worker bought at its start
    const [first = '', second = ''] = world.numbers;
    const other = `${world.connection}-2`;

    await world.patchbay.onboard(world.request({ numbers: [{ number: first }] }));
    const transfer = { destination: '+12025550100', toolName: 'another_tool' };
    await world.patchbay.onboard(world.request({ connection: other, numbers: [{ number: second }], transfer }));

    expect([(await world.ended()).outcome, (await world.ended(other)).outcome]).toEqual(['done', 'done']);
    expect(mints(world)).toBe(2);
  });

  test.each(['runs out', 'is revoked'] as const)(
    'whose token %s in the middle of a run: no step fails, and one more is bought',
    async (how) => {
      let aheadMs = 0;
      const world = await givenAccounts({ clock: { now: () => Date.now() + aheadMs } });
      const gate = world.sandbox.faults.hold('POST /voice_out_trunks', { times: 1 });
      await world.patchbay.onboard(world.request());
      await gate.arrived;
      if (how === 'runs out') aheadMs = 900_000;
      else world.sandbox.didww.tokens.revokeAll();
      gate.release();

      expect((await world.ended()).outcome).toBe('done');
      expect(mints(world)).toBe(2);
      expect(await repeatedActivities(world)).toEqual([]);
    },
  );

  test('that goes on refusing its tokens is a matter of authentication, and everything is put back', async () => {
    const world = await givenAccounts();
    const refusal = world.sandbox.faults.fail('POST /voice_in_trunks', { status: 401 });

    const result = await world.onboard(world.request({ patience }));

    expect(result).toMatchObject({
      outcome: 'rolled-back',
      failure: { step: 'inbound trunk', provider: 'didww', class: 'authentication' },
      leftovers: [],
    });
    expect(result.failure?.action).toContain('allowed IP addresses');
    expect(refusal.hits()).toBe(2); // once more with a new token, and never again
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('is proven as well where all that is not known of its version is otherwise than assumed', async () => {
    const world = await givenAccounts();
    Object.assign(world.sandbox.didww.switches, {
      sipNamesForNumbers: true,
      outboundRecordColumns: 'source-number',
      keyRefusalHasBody: true,
      didPatchTakesInclude: true,
    });

    const result = await world.onboard(world.request({ verification: {}, patience }));

    expect(result.outcome).toBe('verified');
    expect(result.verification.map(({ check, verdict, evidence }) => [check, verdict, evidence['didwwCode']])).toEqual([
      ['inbound', 'proven', '200'],
      ['outbound', 'proven', '200'],
      ['transfer', 'proven', '200'],
    ]);
    expect(world.sandbox.requests().filter(({ status, path }) => status === 400 && path !== '/token')).toHaveLength(1);
  });

  test('whose token service refuses with 429 and then has a fault for a while is waited for', async () => {
    const world = await givenAccounts({ worker: false });
    world.sandbox.faults.rateLimit('POST /token', { times: 2, retryAfterSeconds: 1 });
    world.sandbox.faults.fail('POST /token', { status: 500, times: 3 });
    await world.startWorker();

    const result = await world.onboard(world.request({ patience }));

    expect(result.outcome).toBe('done');
    expect(mints(world)).toBe(6);
  });
});

describe('an account that is upgraded', () => {
  test('between onboarding and offboarding is taken away as it was set up', async () => {
    const world = await givenAccounts({ didwwVersion: OLD });
    await world.onboard();
    expect(mints(world)).toBe(0);
    upgrade(world);

    await world.patchbay.offboard(world.connection);

    expect((await world.ended()).outcome).toBe('removed');
    expect(mints(world)).toBe(1);
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('in the middle of a run goes on: no step fails, and nothing is made twice', async () => {
    const world = await givenAccounts({ didwwVersion: OLD });
    const gate = world.sandbox.faults.hold('POST /voice_out_trunks', { times: 1, effect: 'after' });
    await world.patchbay.onboard(world.request({ verification: {} }));
    await gate.arrived;
    upgrade(world);
    gate.release();

    const result = await world.ended();

    expect(result).toMatchObject({ outcome: 'verified', leftovers: [] });
    expect(result.verification.map(({ check, verdict }) => `${check} ${verdict}`).sort()).toEqual([
      'inbound proven',
      'outbound proven',
      'transfer proven',
    ]);
    expect(mints(world)).toBe(1);
    expect(await repeatedActivities(world)).toEqual([]);
    expect(world.sandbox.didww.outboundTrunks.size).toBe(1);
  });

  test('during a rollback is put back all the same', async () => {
    const world = await givenAccounts({ didwwVersion: OLD });
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 400, times: 1 });
    const gate = world.sandbox.faults.hold('DELETE /phone-number/:id', { times: 1 });
    await world.patchbay.onboard(world.request());
    await gate.arrived;
    upgrade(world);
    gate.release();

    expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
    expect(mints(world)).toBe(1);
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('to a version that nobody knows is refused by name, and nothing is written', async () => {
    const world = await givenAccounts();
    world.sandbox.didww.switches.apiVersion = '2027-05-20';
    world.sandbox.didww.tokens.revokeAll();

    const result = await world.onboard();

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'refused' } });
    expect(result.failure?.problems).toEqual([
      {
        path: 'didww.account',
        message: 'DIDWW serves this account in API version 2027-05-20; Patchbay works with 2026-04-16 and 2026-11-19.',
        action: 'This release of Patchbay does not know that version: install a newer one.',
      },
    ]);
    expect(world.sandbox.requests().filter(({ write }) => write)).toEqual([]);
  });
});

test.each([OLD, NEW] as const)(
  'a wrong key is told apart from a new account at DIDWW %s, and nothing is written',
  async (didwwVersion) => {
    const world = await givenAccounts({ didwwVersion, worker: false });
    world.sandbox.didww.apiKey = 'another';
    await world.startWorker();

    const result = await world.onboard();

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'authentication', provider: 'didww' } });
    expect(result.failure?.problems).toEqual([
      {
        path: 'didww.account',
        message: expect.stringContaining('DIDWW did not accept the API key for POST /token (401)') as string,
        action: expect.stringMatching(/DIDWW_API_KEY.+same environment.+allowed IP addresses/) as string,
      },
    ]);
    expect(world.sandbox.requests().filter(({ write }) => write)).toEqual([]);
  },
);

test('a token service that is gone during a rollback is no sign that anything of the account is', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 400, times: 1 });
  const gate = world.sandbox.faults.hold('DELETE /phone-number/:id', { times: 1 });
  await world.patchbay.onboard(world.request({ patience }));
  await gate.arrived;
  world.sandbox.didww.tokens.revokeAll();
  const gone = world.sandbox.faults.fail('POST /token', { status: 404, times: 3 });
  gate.release();

  expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
  expect(gone.hits()).toBe(3);
  expect(world.sandbox.state()).toEqual(world.before);
});

describe.each([OLD, NEW] as const)('what remains at DIDWW %s', (didwwVersion) => {
  test('is taken away by the commands of the result, pasted into a shell', async () => {
    const world = await givenAccounts({ didwwVersion });
    world.sandbox.faults.fail('POST /phone-number', { status: 400 });
    const stuck = [
      world.sandbox.faults.fail('DELETE /voice_in_trunks/:id', { status: 400 }),
      world.sandbox.faults.fail('DELETE /voice_out_trunks/:id', { status: 400 }),
      world.sandbox.faults.fail('DELETE /credential/:id', { status: 400 }),
    ];
    const { outcome, leftovers } = await world.onboard();
    for (const fault of stuck) fault.remove();

    expect(outcome).toBe('leftovers');
    expect(leftovers.map(({ kind }) => kind).sort()).toEqual([
      'inbound-credential',
      'inbound-trunk',
      'outbound-credential',
      'outbound-trunk',
    ]);
    for (const leftover of leftovers) await paste(world, leftover);
    expect(world.sandbox.state()).toEqual(world.before);
  });
});

async function paste({ sandbox }: World, { remove }: Leftover): Promise<void> {
  const env = {
    ...process.env,
    DIDWW_API_KEY: sandbox.didwwApiKey,
    VAPI_API_KEY: sandbox.vapiApiKey,
    NO_PROXY: '*',
  };
  await run('sh', ['-c', remove], { env });
}
