import { describe, expect, test } from 'vitest';
import type { ObjectKind, Result } from '../../src/contract/result.js';
import { didwwVersions } from '../../src/sandbox/index.js';
import type { VapiAssistant } from '../../src/sandbox/vapi/index.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

/**
 * Every change that an onboarding of one number makes, in the words of the providers. `after`: which of
 * several alike.
 */
const WRITES = [
  { at: 'didww', write: 'POST /voice_out_trunks', after: 0, step: 'outbound trunk' },
  { at: 'vapi', write: 'POST /tool', after: 0, step: 'transfer tool' },
  { at: 'vapi', write: 'POST /credential', after: 0, step: 'credential' },
  { at: 'vapi', write: 'POST /credential', after: 1, step: 'credential' },
  { at: 'didww', write: 'POST /voice_in_trunks', after: 0, step: 'inbound trunk' },
  { at: 'vapi', write: 'PATCH /assistant/:id', after: 0, step: 'tool on assistant' },
  { at: 'vapi', write: 'POST /phone-number', after: 0, step: 'import' },
  { at: 'didww', write: 'PATCH /dids/:id', after: 0, step: 'cut-over' },
] as const;

/** At DIDWW in both of its API versions; at Vapi once. */
const ROWS = didwwVersions.flatMap((version) =>
  WRITES.filter(({ at }) => at === 'didww' || version === '2026-11-19').map((row) => ({ ...row, version })),
);

describe.each(ROWS)('$write (number $after) at DIDWW $version', ({ write, after, step, version: didwwVersion }) => {
  test('refused for good: everything is put back exactly as it was, and the failure names the step', async () => {
    const world = await givenAccounts({ didwwVersion });
    world.sandbox.faults.fail(write, { status: 400, after, times: 1 });

    const result = await world.onboard();

    expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [], failure: { class: 'invalid-request' } });
    expect(result.failure?.step).toContain(step);
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('done although its answer was lost: there is one object, calls find their way over it, and the onboarding goes on', async () => {
    const world = await givenAccounts({ didwwVersion });
    world.sandbox.faults.loseAnswer(write, { after, times: 1 });

    const result = await world.onboard();

    expect(result.outcome).toBe('done');
    const { didww, vapi } = world.sandbox;
    expect([didww.outboundTrunks.size, vapi.phoneNumbers.size, vapi.credentials.size]).toEqual([1, 1, 2]);
    expect([didww.inboundTrunks.size, vapi.tools.size]).toEqual([
      world.before.didww.inboundTrunks.length + 1,
      world.before.vapi.tools.length + 1,
    ]);
    expectWired(world, result);
  });

  test('cancelled while it is under way: everything is put back exactly as it was', async () => {
    const world = await givenAccounts({ didwwVersion });
    const gate = world.sandbox.faults.hold(write, { after, times: 1, effect: 'after' });
    await world.patchbay.onboard(world.request());
    await gate.arrived;
    await world.patchbay.cancel(world.connection);
    gate.release();

    const result = await world.ended();

    expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
    expect(world.sandbox.state()).toEqual(world.before);
    expect((await runOf(world).describe()).status.name).toBe('CANCELLED');
  });
});

/** What calls and transfers go by leads from object to object, each of them one that the Result names. */
function expectWired(
  { sandbox, numbers: [number = ''], before }: World,
  { objects, numbers: [attached] }: Result,
): void {
  const { didww, vapi, assistantId } = sandbox;
  const only = (kind: ObjectKind): string | undefined => {
    const [one, ...more] = objects.filter((object) => object.kind === kind);
    return more.length === 0 ? one?.id : undefined;
  };
  const did = didww.didByNumber(number);
  const [imported] = vapi.phoneNumbers.values();
  const assistant = (before.vapi.assistants as readonly VapiAssistant[]).find(({ id }) => id === assistantId);

  expect(did).toMatchObject({ voiceInTrunkId: only('inbound-trunk'), voiceInTrunkGroupId: null });
  expect([...didww.inboundTrunks.keys()]).toContain(only('inbound-trunk'));
  expect([...didww.outboundTrunks.keys()]).toEqual([only('outbound-trunk')]);
  expect(imported).toMatchObject({ id: attached?.phoneNumberId, number, assistantId });
  expect(imported?.credentialId).toBe(only('inbound-credential'));
  expect(new Set(vapi.credentials.keys())).toEqual(new Set([only('inbound-credential'), only('outbound-credential')]));
  expect(vapi.assistants.get(assistantId)?.model?.toolIds).toEqual([
    ...(assistant?.model?.toolIds ?? []),
    only('transfer-tool'),
  ]);
  expect([...vapi.tools.keys()]).toContain(only('transfer-tool'));
}

test('an undo that fails for a while is repeated until it succeeds', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 400, times: 1 });
  world.sandbox.faults.fail('DELETE /voice_in_trunks/:id', { status: 503, times: 2 });
  world.sandbox.faults.fail('DELETE /credential/:id', { status: 401, times: 1 });

  const result = await world.onboard(
    world.request({ patience: { step: '400ms', rollback: '1m', firstRetry: '20ms' } }),
  );

  expect(result.outcome).toBe('rolled-back');
  expect(world.sandbox.state()).toEqual(world.before);
});

test('an object that a provider refused to make is not named as left, although its undo could not look for it', async () => {
  const world = await givenAccounts();
  const { faults } = world.sandbox;
  faults.fail('POST /voice_in_trunks', { status: 400 });
  const gate = faults.hold('POST /voice_out_trunks', { times: 1 });
  await world.patchbay.onboard(world.request({ patience: { step: '400ms', rollback: '400ms', firstRetry: '20ms' } }));
  await gate.arrived;
  const looks = faults.fail('GET /voice_in_trunks', { status: 503 });
  gate.release();

  const { leftovers } = await world.ended();

  expect(looks.hits()).toBeGreaterThan(0);
  expect(leftovers.map(({ kind, id }) => ({ kind, id }))).toEqual(
    [...world.sandbox.didww.outboundTrunks.keys()].map((id) => ({ kind: 'outbound-trunk', id })),
  );
});

test('an undo goes on after fast faults and a pause that the provider asks for', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 400, times: 1 });
  world.sandbox.faults.fail('DELETE /voice_in_trunks/:id', { status: 503, times: 6 });
  const asked = world.sandbox.faults.rateLimit('DELETE /voice_in_trunks/:id', { times: 1, retryAfterSeconds: 1 });

  const result = await world.onboard(
    world.request({ patience: { step: '400ms', rollback: '5s', firstRetry: '10ms' } }),
  );

  expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
  expect(asked.hits()).toBe(1);
  expect(world.sandbox.state()).toEqual(world.before);
});

test('an undo is not ended by a pause that the provider asks for, although that alone is longer than its patience', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 400, times: 1 });
  const asked = world.sandbox.faults.rateLimit('DELETE /voice_in_trunks/:id', { times: 2, retryAfterSeconds: 2 });

  const result = await world.onboard(
    world.request({ patience: { step: '400ms', rollback: '1500ms', firstRetry: '10ms' } }),
  );

  expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
  expect(asked.hits()).toBe(2);
  expect(world.sandbox.state()).toEqual(world.before);
});

test('an undo that fails again and again is given up once its attempts and pauses together have used its patience up', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 400, times: 1 });
  const refusal = world.sandbox.faults.fail('DELETE /voice_in_trunks/:id', { status: 503 });

  const result = await world.onboard(
    world.request({ patience: { step: '400ms', rollback: '2s', firstRetry: '500ms' } }),
  );

  // Pauses of 0.5, 1 and 2 s: no single one and no single attempt uses up what all of them do.
  expect(result).toMatchObject({
    outcome: 'leftovers',
    leftovers: [{ kind: 'inbound-trunk' }, { kind: 'outbound-trunk' }],
  });
  expect(refusal.hits()).toBeGreaterThan(1);
});

test('an undo that fails for good is named with the command that removes it, the rest is undone, and the first error stays', async () => {
  const world = await givenAccounts();
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  world.sandbox.faults.fail('DELETE /voice_out_trunks/:id', { status: 400 });

  const result = await world.onboard();

  const trunk = [...world.sandbox.didww.outboundTrunks.values()][0];
  expect(result).toMatchObject({
    outcome: 'leftovers',
    failure: { class: 'invalid-request', provider: 'didww' },
    leftovers: [{ provider: 'didww', kind: 'outbound-trunk', id: trunk?.id }],
  });
  expect(result.failure?.step).toContain('cut-over');
  expect(result.leftovers[0]?.remove).toContain(`/voice_out_trunks/${trunk?.id ?? ''}`);
  expect(result.leftovers[0]?.remove).toContain('$DIDWW_API_KEY');
  const { outboundTrunks: _left, ...rest } = world.sandbox.state().didww;
  const { outboundTrunks: _none, ...before } = world.before.didww;
  expect(rest).toEqual(before);
});
