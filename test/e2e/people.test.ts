import { describe, expect, test } from 'vitest';
import { workflowIds } from '../../src/contract/workflowIds.js';
import type { Result } from '../../src/contract/result.js';
import { foreignTrunk } from '../../src/sandbox/index.js';
import { eventsOf } from '../support/events.js';
import { toldProgress, until, untilStage } from '../support/until.js';
import { uniqueNumbers } from '../support/unique.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

const entries = (world: World, ...at: number[]) => at.map((index) => ({ number: world.numbers[index] ?? '' }));
const step = (world: World, name: string, state: string) =>
  until(async () => {
    const { steps } = await toldProgress(world);
    return steps.some((s) => s.name === name && s.state === state) ? true : undefined;
  });
const childOf = (world: World, number: string) => world.client.workflow.getHandle(workflowIds.number(number));
const requested = (world: World, number: string, event: 'workflowExecutionCancelRequestedEventAttributes') =>
  until(async () => {
    const { events } = await childOf(world, number).fetchHistory();
    return events?.some((one) => one[event] != null) === true ? true : undefined;
  });
const closed = (world: World, number: string) =>
  until(async () => {
    const name = (await childOf(world, number).describe()).status.name;
    return name === 'RUNNING' ? undefined : name;
  });

const outcomesOf = ({ numbers }: Result) => Object.fromEntries(numbers.map(({ number, outcome }) => [number, outcome]));

/** Two numbers, the first of which a person takes back by this once both are cut over. */
async function takenBack(world: World, by: 'cancel' | 'terminate'): Promise<void> {
  const [first = '', second = ''] = world.numbers;
  const lastLook = world.sandbox.faults.hold('GET /assistant/:id', { after: 2, times: 1 });
  await world.patchbay.onboard(world.request({ numbers: entries(world, 0, 1) }));
  await lastLook.arrived;
  await step(world, `cut-over ${first}`, 'done');
  await step(world, `cut-over ${second}`, 'done');
  await childOf(world, first)[by]();
  await until(async () => ((await eventsOf(runOf(world))).some(tellsOfEnd) ? true : undefined));
  lastLook.release();
}

/** The onboarding has heard that a number is held no more. */
const tellsOfEnd = (event: Awaited<ReturnType<typeof eventsOf>>[number]): boolean =>
  event.workflowExecutionSignaledEventAttributes != null ||
  event.childWorkflowExecutionTerminatedEventAttributes != null;

describe.each(['cancel', 'terminate'] as const)('a number whose run a person ends after its cut-over (%s)', (by) => {
  test('is not told as attached: the whole onboarding is put back', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    await takenBack(world, by);

    const result = await world.ended();

    expect(result).toMatchObject({ outcome: 'rolled-back', failure: { class: 'cancelled' }, leftovers: [] });
    expect(outcomesOf(result)).toEqual({ [first]: 'detached', [second]: 'detached' });
    expect(world.sandbox.state()).toEqual(world.before);
    expect([await closed(world, first), await closed(world, second)]).toEqual([
      by === 'cancel' ? 'CANCELLED' : 'TERMINATED',
      'FAILED',
    ]);
  });

  test('has what could not be undone named by the onboarding, and ends as failed', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const [first = '', second = ''] = world.numbers;
    world.sandbox.faults.fail('DELETE /phone-number/:id', { status: 400 });
    await takenBack(world, by);

    const result = await world.ended();

    expect(result.outcome).toBe('leftovers');
    expect(outcomesOf(result)).toEqual({ [first]: 'left', [second]: 'left' });
    const imports = result.leftovers.filter(({ kind }) => kind === 'phone-number').map(({ id }) => id);
    expect(imports.toSorted()).toEqual([...world.sandbox.vapi.phoneNumbers.keys()].toSorted());
    expect([await closed(world, first), await closed(world, second)]).toEqual([
      by === 'cancel' ? 'FAILED' : 'TERMINATED',
      'FAILED',
    ]);
  });
});

test('a number whose run a person cancels is put back at once, also while its onboarding waits for somebody', async () => {
  const world = await givenAccounts({ numbers: 2 });
  const [first = '', second = ''] = world.numbers;
  world.sandbox.faults.fail(`PATCH /dids/:id`, { status: 422, times: 1 });
  await world.patchbay.onboard(world.request({ numbers: entries(world, 0, 1), onFailure: 'pause' }));
  await untilStage(world, 'paused');
  const { steps } = await toldProgress(world);
  const attached = [first, second].filter((n) => steps.some((s) => s.name === `cut-over ${n}` && s.state === 'done'));
  await childOf(world, attached[0] ?? '').cancel();

  const result = await world.ended();

  expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
  expect(world.sandbox.state()).toEqual(world.before);
});

test('a number whose run a person cancels, and whose onboarding is then terminated, puts itself back', async () => {
  const world = await givenAccounts();
  const [number = ''] = world.numbers;
  const goingBack = world.sandbox.faults.hold('PATCH /dids/:id', { after: 1, times: 1 });
  const lastLook = world.sandbox.faults.hold('GET /assistant/:id', { after: 2, times: 1 });
  await world.patchbay.onboard(world.request());
  await lastLook.arrived;
  await step(world, `cut-over ${number}`, 'done');
  await childOf(world, number).cancel();
  await until(async () => ((await eventsOf(runOf(world))).some(tellsOfEnd) ? true : undefined));
  lastLook.release();
  await goingBack.arrived;
  await runOf(world).terminate('an operator did it');
  goingBack.release();

  expect(await closed(world, number)).toBe('FAILED');
  expect(world.sandbox.state().didww.dids).toEqual(world.before.didww.dids);
  expect(world.sandbox.vapi.phoneNumbers.size).toBe(0);
});

test('a taken-over number whose run a person terminates is put back by its onboarding', async () => {
  const [office = ''] = uniqueNumbers(1);
  const world = await givenAccounts({ others: [{ number: office, routedTo: 'office-pbx' }] });
  await world.onboard();
  const standing = world.sandbox.state();
  const gate = world.sandbox.faults.hold('PATCH /dids/:id', { times: 1, effect: 'after' });
  await world.patchbay.onboard(world.request({ numbers: [{ number: office }], routing: { replaceExisting: true } }));
  await gate.arrived;

  await childOf(world, office).terminate('an operator did it');
  gate.release();

  expect(await world.ended()).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
  expect(world.sandbox.state()).toEqual(standing);
});

test('a number whose run a person cancels while its step fails is shown as cancelled', async () => {
  const world = await givenAccounts({ numbers: 1 });
  const [number = ''] = world.numbers;
  const gate = world.sandbox.faults.hold('POST /phone-number', { times: 1 });
  await world.patchbay.onboard(world.request());
  await gate.arrived;
  await childOf(world, number).cancel();
  await requested(world, number, 'workflowExecutionCancelRequestedEventAttributes');
  const cred = [...world.sandbox.vapi.credentials.values()].find((c) => c.name?.endsWith(' in'));
  world.sandbox.vapi.credentials.delete(cred?.id ?? '');
  gate.release();
  const name = await closed(world, number);
  await world.ended();

  expect(name).toBe('CANCELLED');
});

test('a number whose run was terminated after its import is not begun anew without a look', async () => {
  const world = await givenAccounts({ numbers: 1 });
  world.sandbox.vapi.switches.refusesDuplicateNumber = false;
  const [number = ''] = world.numbers;
  const gate = world.sandbox.faults.hold('PATCH /assistant/:id', { times: 1 });
  await world.patchbay.onboard(world.request());
  await gate.arrived;
  await step(world, `import ${number}`, 'done');
  await childOf(world, number).terminate('an operator did it');
  await closed(world, number);
  gate.release();
  await world.ended();

  expect(world.sandbox.vapi.phoneNumbers.size).toBeLessThanOrEqual(1);
});

test('a number that could not be taken away again is told as left', async () => {
  const world = await givenAccounts({ numbers: 2 });
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422 });
  world.sandbox.faults.fail('DELETE /phone-number/:id', { status: 400 });
  const result = await world.onboard(world.request({ numbers: entries(world, 0, 1) }));
  expect(result.numbers.map(({ outcome }) => outcome)).toContain('left');
});

describe('an import that somebody bound to a credential of their own after it was asked to go', () => {
  /** Vapi refuses for a while to remove it, and somebody makes it theirs meanwhile. */
  async function takenOver(world: World): Promise<string> {
    const { vapi, faults } = world.sandbox;
    const refusal = faults.fail('DELETE /phone-number/:id', { status: 503 });
    await until(() => refusal.hits() > 0 || undefined);
    const [imported] = vapi.phoneNumbers.values();
    if (imported === undefined) throw new Error('there is no import');
    const theirs = vapi.addCredential({
      provider: 'byo-sip-trunk',
      name: 'of somebody',
      gateways: [{ ip: '203.0.113.7' }],
    });
    vapi.phoneNumbers.set(imported.id, { ...imported, credentialId: theirs.id });
    faults.clear();
    return imported.id;
  }

  /** Theirs is named and there as they made it; of the connection nothing is left. */
  function expectTheirsAlone(world: World, { warnings }: Result, importId: string): void {
    const { vapi } = world.sandbox;
    expect(warnings).toEqual([expect.stringContaining(importId)]);
    const credentialId = vapi.phoneNumbers.get(importId)?.credentialId ?? '';
    expect(vapi.credentials.get(credentialId)?.name).toBe('of somebody');
    vapi.phoneNumbers.delete(importId);
    vapi.credentials.delete(credentialId);
    expect(world.sandbox.state()).toEqual(world.before);
  }

  const patience = { step: '5s', rollback: '1m', firstRetry: '20ms' };

  test('stays, and is named, where a set-up is rolled back', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    await world.patchbay.onboard(world.request({ patience }));
    const importId = await takenOver(world);

    const result = await world.ended();

    expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
    expectTheirsAlone(world, result, importId);
  });

  test('stays, and is named, where the connection is taken away', async () => {
    const world = await givenAccounts();
    await world.onboard();
    await world.patchbay.offboard(world.connection);
    const importId = await takenOver(world);

    const result = await world.ended();

    expect(result).toMatchObject({ outcome: 'removed', leftovers: [] });
    expectTheirsAlone(world, result, importId);
  });
});

test.each([true, false])(
  'a number that somebody routes elsewhere while its connection is being set up stays so (taking numbers over: %s)',
  async (replaceExisting) => {
    const world = await givenAccounts();
    const { didww, faults } = world.sandbox;
    const did = didww.didByNumber(world.numbers[0] ?? '');
    const office = foreignTrunk(didww, 'office pbx');
    Object.assign(did ?? {}, { voiceInTrunkId: office.id });
    const theirs = world.sandbox.state();
    Object.assign(did ?? {}, { voiceInTrunkId: null });
    const gate = faults.hold('POST /voice_out_trunks', { times: 1 });
    await world.patchbay.onboard(world.request({ routing: { replaceExisting } }));
    await gate.arrived;
    Object.assign(did ?? {}, { voiceInTrunkId: office.id });
    gate.release();

    const result = await world.ended();

    expect(result).toMatchObject({ outcome: 'rolled-back', failure: { class: 'conflict' }, leftovers: [] });
    expect(result.failure?.message).toContain(office.id);
    expect(world.sandbox.state()).toEqual(theirs);
  },
);

describe('a number that somebody routed nowhere since it was taken over goes back nowhere', () => {
  /** Number of somebody's, and a request that takes it over. */
  async function givenTakenOver() {
    const [office = ''] = uniqueNumbers(1);
    const world = await givenAccounts({ numbers: 1, others: [{ number: office, routedTo: 'office-pbx' }] });
    const request = world.request({ numbers: [{ number: office }], routing: { replaceExisting: true } });
    const did = world.sandbox.didww.didByNumber(office);
    if (did === undefined) throw new Error('the number is not there');
    const routeNowhere = () => world.sandbox.didww.dids.change(did, { voiceInTrunkId: null });
    return { world, request, did, routeNowhere };
  }

  const offboarded = async (world: World): Promise<Result> => {
    await world.patchbay.offboard(world.connection);
    return world.ended();
  };

  test('where the trunk of the standing connection remembers where it was', async () => {
    const { world, request, did, routeNowhere } = await givenTakenOver();
    expect((await world.onboard({ ...request, numbers: [...request.numbers, ...entries(world, 0)] })).outcome).toBe(
      'done',
    );
    routeNowhere();
    expect((await world.onboard(request)).outcome).toBe('done');

    expect((await offboarded(world)).outcome).toBe('removed');

    expect(did.voiceInTrunkId).toBeNull();
  });

  test('where a trunk that a rollback could not remove remembers it', async () => {
    const { world, request, did, routeNowhere } = await givenTakenOver();
    const { faults } = world.sandbox;
    faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    const trunks = ['DELETE /voice_in_trunks/:id', 'DELETE /voice_out_trunks/:id'] as const;
    const stuck = trunks.map((request) => faults.fail(request, { status: 400 }));
    expect((await world.onboard(request)).outcome).toBe('leftovers');
    for (const fault of stuck) fault.remove();
    routeNowhere();
    expect((await world.onboard(request)).outcome).toBe('done');

    expect((await offboarded(world)).outcome).toBe('removed');

    expect(did.voiceInTrunkId).toBeNull();
  });

  test('and a run that was rolled back leaves the memory of it as it was', async () => {
    const { world, request, routeNowhere } = await givenTakenOver();
    expect((await world.onboard({ ...request, numbers: [...request.numbers, ...entries(world, 0)] })).outcome).toBe(
      'done',
    );
    routeNowhere();
    const standing = world.sandbox.state();
    world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });

    expect((await world.onboard(request)).outcome).toBe('rolled-back');

    expect(world.sandbox.state()).toEqual(standing);
  });
});
