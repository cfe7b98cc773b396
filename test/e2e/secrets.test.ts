import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/client.js';
import { say } from '../support/commandLine.js';
import { expectUnsaid, plantedSecrets } from '../support/secrets.js';
import { toldProgress, until } from '../support/until.js';
import { startWorkerProcess, type WorkerProcess } from '../support/workerProcess.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

const SLOW = 120_000;

/**
 * Answers that repeat what they were sent and more, in each provider's own form of an error and as plain
 * text.
 */
const INDISCREET = [
  {
    what: 'DIDWW in JSON:API',
    write: 'POST /voice_in_trunks',
    body: (words: string) => ({ errors: [{ title: words, detail: words, code: '100', source: { pointer: words } }] }),
  },
  {
    what: 'Vapi in its own form',
    write: 'POST /credential',
    body: (words: string) => ({ message: [words], error: words }),
  },
  { what: 'a proxy in plain text', write: 'POST /phone-number', body: (words: string) => words },
] as const;

/** Histories are searched after every test by the rig, without being asked for. */
describe.each(INDISCREET)('an error of $what that repeats keys and passwords', ({ write, body }) => {
  test(
    'is told without them in results, failures, logs, attributes, boards and on the command line',
    async () => {
      const world = await givenAccounts({ worker: false });
      const worker = await startWorkerProcess(world);
      await onboardWith(world, () => {
        world.sandbox.faults.fail(write, { status: 400, body: body(secretsIn(world)), times: 1 });
      });

      const result = await world.ended();

      expect(result.outcome).toBe('rolled-back');
      expect(result.failure?.message).toContain('[redacted]');
      expect(worker.log()).toContain('[redacted]');
      expectUnsaid(await everythingSaid(world, worker), plantedSecrets(world.sandbox));
    },
    SLOW,
  );
});

test(
  'a step that is being retried says why, without the secrets that the answer repeated',
  async () => {
    const world = await givenAccounts({ worker: false });
    const worker = await startWorkerProcess(world);
    await onboardWith(world, () => {
      const words = secretsIn(world);
      world.sandbox.faults.fail('POST /voice_in_trunks', { status: 503, body: INDISCREET[0].body(words) });
    });

    const retried = await until(() => retriesOf(world));
    const said = await everythingSaid(world, worker);
    await world.patchbay.cancel(world.connection);

    expect(retried.retries[0]?.why).toContain('[redacted]');
    expectUnsaid({ ...said, snapshot: JSON.stringify(retried) }, plantedSecrets(world.sandbox));
    expect((await world.ended()).outcome).toBe('rolled-back');
    expect(world.sandbox.state()).toEqual(world.before);
  },
  SLOW,
);

test('the pairs of trunks that are gone are searched for, and tokens, too', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });

  await world.onboard();

  expect(world.sandbox.didww.outboundTrunks.size).toBe(0);
  expect(plantedSecrets(world.sandbox)).toHaveLength(3 + 1 + 2);
  const [token, , pair = ''] = world.sandbox.didww.issuedSecrets;
  expect(token).toBe(world.sandbox.didww.tokens.all()[0]?.text);
  expect(() => expectUnsaid({ log: `password ${pair}` }, plantedSecrets(world.sandbox))).toThrow('secrets in: log');
  const encoded = JSON.stringify({ data: Buffer.from(`{"p":"${pair}"}`).toString('base64') });
  expect(() => expectUnsaid({ payload: encoded }, plantedSecrets(world.sandbox))).toThrow('secrets in: payload');
});

/**
 * Starts an onboarding and places faults at the moment at which DIDWW has generated the trunk's pair, so
 * that they can repeat it.
 */
async function onboardWith(world: World, place: () => void): Promise<void> {
  const gate = world.sandbox.faults.hold('POST /voice_out_trunks', { times: 1, effect: 'after' });
  await world.patchbay.onboard(world.request({ patience: { step: '10m', rollback: '10s', firstRetry: '5s' } }));
  await gate.arrived;
  place();
  gate.release();
}

/** Every secret there is, in the ways in which they come back. */
function secretsIn({ sandbox }: World): string {
  const tokens = sandbox.didww.tokens.all().map(({ text }) => text);
  const [username = '', password = ''] = sandbox.didww.issuedSecrets.filter((secret) => !tokens.includes(secret));
  const { didwwApiKey, vapiApiKey } = sandbox;
  return [
    `auth_user ${username}, auth_password "${password}" were not accepted by sip:${username}:${password}@out.didww.com`,
    `Api-Key: ${didwwApiKey}`,
    `Authorization: Bearer ${vapiApiKey}`,
    ...tokens.map((token) => `the token ${token} is not accepted, {"access_token":"${token}"}`),
    `https://example.com/?key=${vapiApiKey}&other=${didwwApiKey}`,
  ].join('; ');
}

async function retriesOf(world: World): Promise<Snapshot | undefined> {
  const snapshot = await world.patchbay.status(world.connection);
  return snapshot.retries.length > 0 ? snapshot : undefined;
}

/** What can be heard of the run, wherever. */
async function everythingSaid(world: World, worker: WorkerProcess): Promise<Record<string, string>> {
  const run = runOf(world);
  const { raw, typedSearchAttributes, memo } = await run.describe();
  const commands = [
    ['status', world.connection],
    ['status', world.connection, '--json'],
    ['list', '--json'],
  ];
  const spoken = await Promise.all(commands.map((words) => say(world, ...words)));
  return {
    'worker log': worker.log(),
    description: JSON.stringify(raw),
    'search attributes': JSON.stringify([typedSearchAttributes.getAll(), memo]),
    progress: JSON.stringify(await toldProgress(world)),
    board: JSON.stringify(await run.query('__temporal_workflow_metadata')),
    ...Object.fromEntries(
      spoken.map(({ stdout, stderr }, at) => [`patchbay ${commands[at]?.join(' ') ?? ''}`, stdout + stderr]),
    ),
  };
}
