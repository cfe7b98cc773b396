import { describe, expect, test } from 'vitest';
import type { World } from '../support/world.js';
import { tool } from './misconfigured.js';
import { givenConnection, inShort, PERSON, REAL_TIMES, reportOf, started, trunkIn, verified } from './verifying.js';

const STRANGER = 'sip:+12025550199@fra.eu.out.didww.com';

/** As somebody does who adds a destination to the connection's transfer tool. */
const destinationFirst = (sipUri: string): ((world: World) => void) =>
  tool(({ destinations = [] }) => ({
    destinations: [{ type: 'sip', sipUri, description: 'Sales' }, ...destinations],
  }));

describe('a transfer', () => {
  const asked = { verification: { inbound: false, outbound: false } };

  test.each(['busy', 'no-answer', 'declines'] as const)('to a person who is %s is inconclusive', async (farEnd) => {
    const world = await givenConnection();
    world.sandbox.network.farEnd(PERSON, farEnd);

    expect(inShort(await verified(world, asked))).toEqual(['transfer inconclusive carrier']);
  });

  test('to a person who says nothing is proven with the audio unproven', async () => {
    const world = await givenConnection();
    world.sandbox.network.farEnd(PERSON, 'silent');

    const report = await verified(world, asked);

    expect(report.verification[0]).toMatchObject({ verdict: 'proven', evidence: { audio: 'unproven' } });
  });

  test('is proven by the records of DIDWW where Vapi does not tell its status', async () => {
    const world = await givenConnection();
    world.sandbox.vapi.switches.transferStatusReported = false;

    const report = await verified(world, asked);

    expect(report.verification[0]).toMatchObject({ verdict: 'proven', evidence: { didwwCode: '200' } });
  });

  test('that DIDWW refuses fails, although Vapi says that it was forwarded', async () => {
    const world = await givenConnection();
    world.sandbox.vapi.switches.transferStatusReported = false;
    Object.assign(trunkIn(world).configuration, { maxTransfers: 0 });

    const report = await verified(world, asked);

    expect(inShort(report)).toEqual(['transfer failed didww']);
    expect(report.verification[0]).toMatchObject({ evidence: { inboundEndedReason: 'assistant-forwarded-call' } });
    expect(report.verification[0]?.diagnosis?.cause).toContain('max_transfers');
  });

  test('that the assistant does not make by itself is forced, and the verdict says so', async () => {
    const world = await givenConnection(1, {}, REAL_TIMES);
    world.sandbox.vapi.switches.modelIgnoresTools = true;
    world.sandbox.network.phaseMs = 1_500; // the transfer is forced some seconds after the assistant's answer: the caller has to wait for that

    const report = await verified(world, asked);

    expect(report.verification[0]).toMatchObject({ verdict: 'proven', evidence: { forced: true, toolFired: false } });
  });

  test.each([
    ['by the assistant itself', false],
    ['by force', true],
  ])('whose tool was given another destination first rings nobody, %s', async (_how, modelIgnoresTools) => {
    const world = await givenConnection();
    const { vapi, didww, network } = world.sandbox;
    vapi.switches.modelIgnoresTools = modelIgnoresTools;
    network.phaseMs = 1_500; // leaves time for the transfer to be forced
    destinationFirst(STRANGER)(world);

    const report = await verified(world, asked);

    expect(didww.callRecords.outbound.map(({ destinationNumber }) => destinationNumber)).toEqual([]);
    const [tool] = [...vapi.tools.values()].filter(({ type }) => type === 'transferCall');
    expect(report.verification).toEqual([
      {
        check: 'transfer',
        number: world.numbers[0],
        verdict: 'failed',
        evidence: {},
        diagnosis: {
          side: 'vapi',
          cause: `No transfer call was placed, as it could call somebody who was not announced: destinations[].sipUri of the transfer tool ${tool?.id ?? ''} is ${STRANGER}, not sip:${PERSON}@<an outbound host of DIDWW>`,
          action: `Set destinations[].sipUri of the transfer tool ${tool?.id ?? ''} to sip:${PERSON}@<an outbound host of DIDWW> at Vapi, then retry.`,
        },
      },
    ]);
  });

  test('whose tool is given another destination once test calls have begun rings whom it announced alone, by force', async () => {
    const world = await givenConnection(1, {}, REAL_TIMES);
    const { vapi, didww, network, faults } = world.sandbox;
    vapi.switches.modelIgnoresTools = true;
    network.phaseMs = 1_500; // leaves time for the transfer to be forced
    const gate = faults.hold('POST /call', { times: 1 });
    const handle = await started(world, asked);
    await gate.arrived;
    destinationFirst(STRANGER)(world);
    gate.release();

    const report = await reportOf(handle);

    expect(report.verification[0]).toMatchObject({ check: 'transfer', evidence: { forced: true } });
    expect(didww.callRecords.outbound.map(({ destinationNumber }) => `+${destinationNumber}`)).toEqual([
      world.numbers[0],
      PERSON,
    ]);
  });

  test('by an assistant that lost the tool fails, although forcing it gets through', async () => {
    const world = await givenConnection();
    const { vapi, assistantId } = world.sandbox;
    const assistant = vapi.assistants.get(assistantId);
    if (assistant?.model !== undefined)
      vapi.assistants.set(assistantId, { ...assistant, model: { ...assistant.model, toolIds: [] } });
    world.sandbox.network.phaseMs = 250;

    expect(inShort(await verified(world, asked))).toEqual(['transfer failed assistant']);
  });

  test('that is proven while the trunk refuses strangers as callers says that theirs may be refused', async () => {
    const world = await givenConnection(1, { sip: { callerIds: 'own' } });

    const report = await verified(world, asked);

    expect(inShort(report)).toEqual(['transfer proven']);
    expect(report.warnings[0]).toContain('the transfer of a stranger may be refused');
  });

  test('to one of the numbers, or a way out to one of them, is no order', async () => {
    const world = await givenConnection();
    const own = world.numbers[0] ?? '';

    const report = await verified(world, { verification: { outbound: { destination: own } } });

    expect(report).toMatchObject({
      outcome: 'refused',
      failure: { problems: [{ path: 'verification.outbound.destination', message: 'must not be one of the numbers' }] },
    });
  });
});
