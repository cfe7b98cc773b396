import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/contract/result.js';
import { forgetRuns } from '../support/forgetting.js';
import { named } from '../support/named.js';
import { until } from '../support/until.js';
import { givenAccounts, type World } from '../support/world.js';

const entries = (world: World, ...at: number[]): { number: string }[] =>
  at.map((index) => ({ number: world.numbers[index] ?? '' }));

/** A connection that carries the first number, and one more number to come. */
async function givenConnection(): Promise<World> {
  const world = await givenAccounts({ numbers: 2 });
  expect((await world.onboard(world.request({ numbers: entries(world, 0) }))).outcome).toBe('done');
  return world;
}

const nothingShown = { status: 200, body: [], times: 1 } as const;
/** By reference, and by name. */
const noRowShown = {
  status: 200,
  body: { data: [], meta: { total_records: 0, api_version: '2026-11-19' } },
  times: 2,
} as const;

describe('what is not seen at one provider is not taken for absent while the other one shows it in use', () => {
  test.each([
    {
      what: 'the inbound credential was renamed',
      disturb: ({ sandbox, connection }: World) => {
        const credential = named(sandbox.vapi.credentials, `patchbay ${connection} in`);
        sandbox.vapi.credentials.set(credential.id, { ...credential, name: 'office line' });
      },
      told: '"office line"',
    },
    {
      what: 'Vapi shows no credential for once',
      disturb: ({ sandbox }: World) => sandbox.faults.fail('GET /credential', nothingShown),
      told: 'is imported at Vapi',
    },
    {
      what: 'Vapi shows no phone number for once',
      disturb: ({ sandbox }: World) => sandbox.faults.fail('GET /phone-number', nothingShown),
      told: 'is not imported',
    },
  ])('$what: an extension is refused, and says what disagrees', async ({ disturb, told }) => {
    const world = await givenConnection();
    await forgetRuns(world); // else preflight knows what is there, and looks again
    disturb(world);
    const standing = world.sandbox.state();

    const result = await world.onboard(world.request({ numbers: entries(world, 1), limits: { channels: 20 } }));

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'refused', provider: 'patchbay' } });
    const trunk = named(world.sandbox.didww.inboundTrunks, `patchbay ${world.connection} in`);
    const said = result.failure?.problems?.map(({ message }) => message).join('\n');
    for (const fact of [trunk.id, world.numbers[0] ?? '', told]) expect(said).toContain(fact);
    expect(world.sandbox.state()).toEqual(standing);
  });

  test('a renamed inbound credential is not made anew while Temporal still knows who made it', async () => {
    const world = await givenConnection();
    const { id } = named(world.sandbox.vapi.credentials, `patchbay ${world.connection} in`);
    world.sandbox.rename({ server: 'vapi', kind: 'credentials', id, name: 'office line' });
    const standing = world.sandbox.state();

    const result = await world.onboard(world.request({ numbers: entries(world, 1) }));

    expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'refused', provider: 'patchbay' } });
    expect(result.failure?.message).toContain('"office line"');
    expect(world.sandbox.state()).toEqual(standing);
  });

  test.each([
    { temporal: 'knows the connection', forgotten: [], errorClass: 'authentication' },
    { temporal: 'knows nothing of the connection', forgotten: [forgetRuns], errorClass: 'refused' },
  ])(
    'a second Vapi organisation on the same DIDWW account is refused the slug of a live connection where Temporal $temporal',
    async ({ forgotten, errorClass }) => {
      const world = await givenConnection();
      for (const forget of forgotten) await forget(world);
      const { vapiEuUrl: apiUrl, vapiEuApiKey: apiKey, euAssistantId: assistantId } = world.sandbox;
      await world.stopWorker();
      await world.startWorker(undefined, { ...world.providers, vapi: { apiUrl, apiKey } });
      const standing = world.sandbox.state();

      const result = await world.onboard(
        world.request({ numbers: entries(world, 1), assistantId, limits: { channels: 20 } }),
      );

      expect(result).toMatchObject({ outcome: 'refused', failure: { class: errorClass } });
      expect(world.sandbox.state()).toEqual(standing);
    },
  );
});

test('a number of another connection is not taken over, though Vapi does not show its import', async () => {
  const world = await givenConnection();
  world.sandbox.faults.fail('GET /phone-number', nothingShown);
  const standing = world.sandbox.state();

  const other = world.request({
    connection: `${world.connection}-2`,
    transfer: { destination: '+12025550100', toolName: 'to_a_person' },
    routing: { replaceExisting: true },
  });
  await world.patchbay.onboard(other);

  const result = await world.ended(other.connection);
  expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'refused' } });
  expect(result.failure?.message).toContain(`of the connection ${world.connection}`);
  expect(world.sandbox.state()).toEqual(standing);
});

test('a live number is not set up anew where every list shows nothing for once: its routing tells whose it is', async () => {
  const world = await givenConnection();
  await forgetRuns(world); // else preflight knows what is there, and looks again
  const standing = world.sandbox.state();
  for (const list of ['GET /voice_out_trunks', 'GET /voice_in_trunks']) world.sandbox.faults.fail(list, noRowShown);
  for (const list of ['GET /credential', 'GET /phone-number', 'GET /tool'])
    world.sandbox.faults.fail(list, nothingShown);

  const result = await world.onboard(world.request({ numbers: entries(world, 0), routing: { replaceExisting: true } }));

  expect(result).toMatchObject({ outcome: 'refused', failure: { class: 'refused', provider: 'patchbay' } });
  expect(world.sandbox.state()).toEqual(standing);
});

describe('an undo leaves what is in use, whatever a preflight believed', () => {
  test('a connection of which both providers showed nothing for once keeps all its objects', async () => {
    const world = await givenConnection();
    const standing = world.sandbox.state();
    await forgetRuns(world); // else preflight would know better
    for (const list of ['GET /voice_out_trunks', 'GET /voice_in_trunks']) world.sandbox.faults.fail(list, noRowShown);
    for (const list of ['GET /credential', 'GET /phone-number', 'GET /tool'])
      world.sandbox.faults.fail(list, nothingShown);

    const result = await world.onboard(world.request({ numbers: entries(world, 1), limits: { channels: 20 } }));

    expect(result).toMatchObject({ outcome: 'rolled-back', failure: { class: 'conflict' }, leftovers: [] });
    expect(world.sandbox.state()).toEqual(standing);
  });

  test('the outbound trunk stays, and is named, while a credential with its pair carries a number', async () => {
    const world = await givenAccounts();
    const { didww, vapi, faults } = world.sandbox;
    faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    const gate = faults.hold('POST /phone-number', { times: 1 });
    await world.patchbay.onboard(world.request());
    await gate.arrived;
    const ours = named(vapi.credentials, `patchbay ${world.connection} out`);
    const { id: _id, orgId: _org, createdAt: _at, updatedAt: _then, ...dto } = structuredClone(ours);
    const theirs = vapi.addCredential({ ...dto, name: 'sales team' });
    vapi.addPhoneNumber({ provider: 'byo-phone-number', number: '+12025550177', credentialId: theirs.id });
    gate.release();

    const result = await world.ended();

    const trunk = named(didww.outboundTrunks, `patchbay ${world.connection} out`);
    expect(result).toMatchObject({ outcome: 'leftovers', leftovers: [{ kind: 'outbound-trunk', id: trunk.id }] });
    expect(result.leftovers[0]?.why).toContain('+12025550177');
  });

  test('leftovers that a request has no use for are cleared away only while nobody uses them', async () => {
    const world = await givenAccounts();
    const { vapi, faults } = world.sandbox;
    faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
    const stuck = faults.fail('DELETE /credential/:id', { status: 400 });
    expect((await world.onboard()).outcome).toBe('leftovers');
    stuck.remove();
    const gate = faults.hold('POST /voice_out_trunks', { times: 1 });
    await world.patchbay.onboard(world.request({ sip: { trunkLayout: 'combined' } }));
    await gate.arrived;
    const late = vapi.addCredential({
      provider: 'byo-sip-trunk',
      name: `patchbay ${world.connection} in`,
      gateways: [],
    });
    gate.release();

    expect((await world.ended()).outcome).toBe('done');

    expect(vapi.credentials.has(late.id)).toBe(true);
  });

  test.each([
    { ending: 'done', refusedCutOvers: 1 },
    { ending: 'rolled-back', refusedCutOvers: 2 },
  ])(
    'a leftover credential that a run clears away stays, and is told, where somebody binds a number to it meanwhile: $ending',
    async ({ ending, refusedCutOvers }) => {
      const world = await givenAccounts();
      const { vapi, faults } = world.sandbox;
      vapi.switches.refusesDeleteOfUsedCredential = false;
      faults.fail('PATCH /dids/:id', { status: 422, times: refusedCutOvers });
      const stuck = faults.fail('DELETE /credential/:id', { status: 400 });
      expect((await world.onboard()).outcome).toBe('leftovers');
      stuck.remove();
      const gate = faults.hold('GET /credential/:id', { times: 1 });
      await world.patchbay.onboard(world.request({ sip: { trunkLayout: 'combined' } }));
      await gate.arrived;
      const { id } = named(vapi.credentials, `patchbay ${world.connection} in`);
      const dto = { provider: 'byo-phone-number', number: '+12025550177', credentialId: id } as const;
      const theirs = structuredClone([vapi.credentials.get(id), vapi.addPhoneNumber(dto)]);
      gate.release();

      const result = await world.ended();

      expect(result).toMatchObject({ outcome: ending, leftovers: [] });
      expect(result.warnings.filter((told) => told.includes(id))).toEqual([expect.stringContaining('+12025550177')]);
      expect([
        vapi.credentials.get(id),
        [...vapi.phoneNumbers.values()].find((one) => one.number === dto.number),
      ]).toEqual(theirs);
    },
  );
});

/**
 * Lets a run go until it is about to import the number, changes the world, then lets it go on to its
 * failing cut-over.
 */
async function failingAfter(world: World, disturb: () => unknown, request = world.request()): Promise<Result> {
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, times: 1 });
  const gate = world.sandbox.faults.hold('POST /phone-number', { times: 1, effect: 'after' });
  await world.patchbay.onboard(request);
  await gate.arrived;
  await disturb();
  gate.release();
  return world.ended();
}

test('the transfer tool of a run stays, and is named, where somebody has put it on an assistant of theirs', async () => {
  const world = await givenAccounts();
  const { vapi } = world.sandbox;

  const result = await failingAfter(world, () => {
    const model = { provider: 'openai', model: 'gpt-4o', toolIds: [...vapi.tools.keys()].slice(-1) };
    vapi.addAssistant({ name: 'Night desk', model });
  });

  const assistant = named(vapi.assistants, 'Night desk').id;
  const [tool = ''] = vapi.assistants.get(assistant)?.model?.toolIds ?? [];
  expect(result).toMatchObject({
    outcome: 'leftovers',
    leftovers: [
      { kind: 'assistant', id: assistant },
      { kind: 'transfer-tool', id: tool, why: expect.stringContaining(assistant) as string },
    ],
  });
  expect({ tool: vapi.tools.has(tool), theirs: vapi.assistants.get(assistant)?.model?.toolIds }).toEqual({
    tool: true,
    theirs: [tool],
  });
  vapi.assistants.delete(assistant);
  vapi.tools.delete(tool);
  expect(world.sandbox.state()).toEqual(world.before);
});

const LONG_MS = 600_000;

/** Every list of the account is late by this much. */
function setListLag(
  { switches }: { readonly switches: { readonly listLagMs: Record<string, number> } },
  lagMs: number,
): void {
  for (const kind of Object.keys(switches.listLagMs)) switches.listLagMs[kind] = lagMs;
}

describe('an inbound trunk to which somebody has routed a number stays, and is named, though lists of numbers show that late', () => {
  /** The number is routed to the connection's inbound trunk; lists show that in ten minutes. */
  function routedBySomebody({ sandbox: { didww }, connection }: World, number: string): void {
    didww.switches.listLagMs.dids = LONG_MS;
    const did = didww.didByNumber(number);
    if (did === undefined) throw new Error('the number is not there');
    didww.dids.change(did, { voiceInTrunkId: named(didww.inboundTrunks, `patchbay ${connection} in`).id });
  }

  /** How both trunks are told: transfers of the number need the SIP credentials of the outbound one. */
  function trunksInUse({ sandbox: { didww }, connection }: World): object {
    const why = expect.stringContaining('still in use') as string;
    const inbound = named(didww.inboundTrunks, `patchbay ${connection} in`).id;
    const outbound = named(didww.outboundTrunks, `patchbay ${connection} out`).id;
    return [
      { kind: 'inbound-trunk', id: inbound, why },
      { kind: 'outbound-trunk', id: outbound, why },
    ];
  }

  /** What remains besides them, once somebody has routed the number away and removed both. */
  function stateWithoutTrunks({ sandbox, connection }: World, number: string): object {
    const { didww } = sandbox;
    const inbound = named(didww.inboundTrunks, `patchbay ${connection} in`).id;
    expect(didww.didByNumber(number)?.voiceInTrunkId).toBe(inbound);
    Object.assign(didww.didByNumber(number) ?? {}, { voiceInTrunkId: null });
    didww.inboundTrunks.delete(inbound);
    didww.outboundTrunks.delete(named(didww.outboundTrunks, `patchbay ${connection} out`).id);
    return sandbox.state();
  }

  test('by a rollback', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const number = world.numbers[1] ?? '';

    const result = await failingAfter(world, async () => {
      await until(() => world.sandbox.didww.inboundTrunks.size > world.before.didww.inboundTrunks.length || undefined);
      routedBySomebody(world, number);
    });

    expect(result).toMatchObject({ outcome: 'leftovers', leftovers: trunksInUse(world) });
    expect(stateWithoutTrunks(world, number)).toEqual(world.before);
  });

  test('by an offboarding', async () => {
    const world = await givenAccounts({ numbers: 2 });
    const number = world.numbers[1] ?? '';
    expect((await world.onboard()).outcome).toBe('done');
    routedBySomebody(world, number);

    await world.patchbay.offboard(world.connection);
    const result = await world.ended();

    expect(result).toMatchObject({ outcome: 'leftovers', leftovers: trunksInUse(world) });
    expect(stateWithoutTrunks(world, number)).toEqual(world.before);
  });
});

describe('what a run knows, it removes and names by id', () => {
  test('lists that show nothing of what was just made hide nothing from a rollback', async () => {
    const world = await givenAccounts();

    const result = await failingAfter(world, () => {
      setListLag(world.sandbox.didww, LONG_MS);
      setListLag(world.sandbox.vapi, LONG_MS);
    });

    expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [], warnings: [] });
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test.each(['POST /credential', 'POST /tool', 'POST /phone-number'])(
    'an object of %s whose answer was lost is looked for until lists have caught up, and removed',
    async (write) => {
      const world = await givenAccounts();
      const { faults, vapi } = world.sandbox;
      setListLag(vapi, 700);
      vapi.switches.refusesDuplicateNumber = false;
      faults.loseAnswer(write, { times: 1 });
      faults.fail('PATCH /dids/:id', { status: 422, times: 1 });

      const result = await world.onboard(
        world.request({ patience: { step: '400ms', rollback: '1m', firstRetry: '20ms' } }),
      );

      expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
      expect(world.sandbox.state()).toEqual(world.before);
    },
  );

  test('both trunks whose creation was not answered are found once lists show them, and go with the rollback', async () => {
    const world = await givenAccounts();
    const { didww, faults } = world.sandbox;
    setListLag(didww, 300);
    for (const write of ['POST /voice_out_trunks', 'POST /voice_in_trunks']) faults.loseAnswer(write, { times: 1 });
    faults.fail('PATCH /dids/:id', { status: 422, times: 1 });

    const result = await world.onboard(world.request({ patience: { step: '1m', rollback: '1m', firstRetry: '20ms' } }));

    const step = `cut-over ${world.numbers[0] ?? ''}`;
    expect(result).toMatchObject({ outcome: 'rolled-back', failure: { step }, leftovers: [] });
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('a list that is refused for good leaves what it kept from being removed with its id', async () => {
    const world = await givenAccounts();

    const result = await failingAfter(world, () => world.sandbox.faults.fail('GET /phone-number', { status: 400 }));

    const standing = [...world.sandbox.vapi.credentials.keys(), ...world.sandbox.didww.outboundTrunks.keys()];
    expect(result.outcome).toBe('leftovers');
    expect(result.leftovers.map(({ id }) => id).toSorted()).toEqual(standing.toSorted());
    expect(world.sandbox.vapi.phoneNumbers.size).toBe(0);
    expect(result.warnings).toEqual([expect.stringContaining('Could not look whether anything is left')]);
  });

  test('what could not be removed is named, though no list shows it', async () => {
    const world = await givenAccounts();
    world.sandbox.faults.fail('DELETE /voice_in_trunks/:id', { status: 400 });

    const result = await failingAfter(world, () => {
      setListLag(world.sandbox.didww, LONG_MS);
    });

    const trunk = named(world.sandbox.didww.inboundTrunks, `patchbay ${world.connection} in`).id;
    expect(result).toMatchObject({ outcome: 'leftovers' });
    expect(result.leftovers.filter(({ provider }) => provider === 'didww').map(({ id }) => id)).toContain(trunk);
  });

  test('what lists still show after it was removed is no leftover', async () => {
    const world = await givenAccounts();
    const { faults, vapiUrl, vapiApiKey } = world.sandbox;

    const result = await failingAfter(world, async () => {
      for (const list of ['credential', 'tool']) {
        const shown = await fetch(`${vapiUrl}/${list}`, { headers: { authorization: `Bearer ${vapiApiKey}` } });
        faults.fail(`GET /${list}`, { status: 200, body: await shown.json() });
      }
    });

    expect(result).toMatchObject({ outcome: 'rolled-back', leftovers: [] });
    expect(world.sandbox.state()).toEqual(world.before);
  });

  test('a last look that fails after a connection was taken away is told', async () => {
    const world = await givenConnection();
    world.sandbox.faults.fail('GET /tool', { status: 400, after: 1 });

    await world.patchbay.offboard(world.connection);

    expect(await world.ended()).toMatchObject({
      outcome: 'removed',
      warnings: [expect.stringContaining('Could not look whether anything is left')],
    });
    expect(world.sandbox.state()).toEqual(world.before);
  });
});
