// Set-ups that look right, or work in one half, while the other half silently does not. Whatever else is
// said of them: the broken half is never proven.
import { describe, expect, test } from 'vitest';
import type { Check } from '../../src/contract/result.js';
import { foreignTrunk } from '../../src/sandbox/index.js';
import { until } from '../support/until.js';
import type { World } from '../support/world.js';
import {
  credential,
  destination,
  did,
  farEnd,
  inLanes,
  inboundTrunk,
  type Misconfiguration,
  network,
  numberOf,
  outboundAuth,
  outboundTrunk,
  phoneNumber,
  together,
  vapi,
} from './misconfigured.js';
import { calls, givenConnection, PERSON, verified } from './verifying.js';

interface SilentHalf {
  readonly name: string;
  readonly spoil: Misconfiguration['spoil'];
  readonly works: readonly Check[];
  readonly broken: readonly Check[];
}

const OTHER = '+12025550199';
const elsewhere = (sipUri: string) => destination({ sipUri });

/**
 * A caller who sounds like a test call and rings our number as soon as ours has been answered. Time stands
 * still until it rings.
 */
const strangerCalls = (world: World, says: readonly string[]) => {
  const { network } = world.sandbox;
  const gate = network.holdAt('in-progress');
  void gate.arrived.then(() => {
    gate.release();
    void network.callFromOutside({ from: '+491511234567', to: numberOf(world), says });
  });
};

const ROWS: readonly SilentHalf[] = [
  {
    name: 'the way out works, and the number rings at the office',
    spoil: (world) => did({ voiceInTrunkId: foreignTrunk(world.sandbox.didww, 'office-pbx').id })(world),
    works: ['outbound'],
    broken: ['inbound', 'transfer'],
  },
  {
    name: "the way out works, and another customer's host takes the calls",
    spoil: inboundTrunk({ host: 'pbx.example.invalid' }),
    works: ['outbound'],
    broken: ['inbound', 'transfer'],
  },
  {
    name: 'the way out works, and a voicemail on another host takes the calls',
    spoil: together(inboundTrunk({ host: 'mail.example.invalid' }), farEnd('mail.example.invalid', 'voicemail')),
    works: ['outbound'],
    broken: ['inbound', 'transfer'],
  },
  {
    name: 'the way out works, and the calls are forwarded to a mobile telephone',
    spoil: (world) => {
      const trunk = foreignTrunk(world.sandbox.didww, 'mobile');
      trunk.configuration = { type: 'pstn_configurations', dst: '491511234567' };
      did({ voiceInTrunkId: trunk.id })(world);
    },
    works: ['outbound'],
    broken: ['inbound', 'transfer'],
  },
  {
    name: 'the way out works, and the number was sold: its new owner answers',
    spoil: (world) => void world.sandbox.didww.dids.delete(world.sandbox.didww.didByNumber(numberOf(world))?.id ?? ''),
    works: ['outbound'],
    broken: ['inbound', 'transfer'],
  },
  {
    name: "the way out works, and a number's call to itself reaches its mailbox",
    spoil: network({ selfCalls: 'mailbox' }),
    works: ['outbound'],
    broken: ['inbound', 'transfer'],
  },
  {
    name: 'the way out works, a mailbox answers, and a stranger who sounds like a test call rings at the same moment',
    spoil: (world) => {
      network({ selfCalls: 'mailbox' })(world);
      strangerCalls(world, ['This is an automated test call. The line works.', 'Goodbye now.']);
    },
    works: ['outbound'],
    broken: ['inbound', 'transfer'],
  },
  {
    name: 'the way out works, a mailbox answers, and a stranger asks for a person at the same moment',
    spoil: (world) => {
      network({ selfCalls: 'mailbox' })(world);
      strangerCalls(world, ['This is an automated test call. Please transfer me to a live person.']);
    },
    works: ['outbound'],
    broken: ['inbound', 'transfer'],
  },
  {
    name: 'the assistant answers, and it is another one',
    spoil: (world) =>
      phoneNumber({ assistantId: world.sandbox.vapi.addAssistant({ name: 'other', firstMessage: 'Hello.' }).id })(
        world,
      ),
    works: ['outbound'],
    broken: ['inbound', 'transfer'],
  },
  {
    name: 'both legs are answered, and the assistant hears nothing',
    spoil: network({ lostAudio: 'from-caller' }),
    works: [],
    broken: ['inbound', 'outbound', 'transfer'],
  },
  {
    name: 'both legs are answered, and the caller hears nothing',
    spoil: network({ lostAudio: 'to-caller' }),
    works: [],
    broken: ['inbound', 'outbound', 'transfer'],
  },
  {
    name: 'both legs are answered, and the assistant says nothing',
    spoil: vapi({ assistantSilent: true }),
    works: [],
    broken: ['inbound', 'transfer'],
  },
  {
    name: 'Vapi says forwarded, and DIDWW takes no transfer',
    spoil: together(inboundTrunk({ maxTransfers: 0 }), vapi({ transferStatusReported: false })),
    works: ['inbound', 'outbound'],
    broken: ['transfer'],
  },
  {
    name: 'Vapi says forwarded, and the password that answers for it is an old one',
    spoil: together(
      credential('in', ({ outboundAuthenticationPlan: plan }) => ({
        outboundAuthenticationPlan: { ...plan, authPassword: 'old' },
      })),
      vapi({ transferStatusReported: false }),
    ),
    works: ['inbound', 'outbound'],
    broken: ['transfer'],
  },
  {
    name: "Vapi says forwarded, and DIDWW's own addresses are not allowed",
    spoil: together(
      outboundAuth({ allowedSipIps: ['44.229.228.186/32', '44.238.177.138/32'] }),
      vapi({ transferStatusReported: false }),
    ),
    works: ['inbound', 'outbound'],
    broken: ['transfer'],
  },
  {
    name: 'Vapi says forwarded, and only hung up',
    spoil: together(
      destination({ transferPlan: { mode: 'blind-transfer', sipVerb: 'bye' } }),
      vapi({ transferStatusReported: false }),
    ),
    works: ['inbound', 'outbound'],
    broken: ['transfer'],
  },
  {
    name: 'Vapi says forwarded, the person does not answer, and no status is told',
    spoil: together(farEnd(PERSON, 'no-answer'), vapi({ transferStatusReported: false })),
    works: ['inbound', 'outbound'],
    broken: ['transfer'],
  },
  {
    name: 'the transfer is connected, to somebody else',
    spoil: elsewhere(`sip:${OTHER}@fra.eu.out.didww.com`),
    works: ['inbound', 'outbound'],
    broken: ['transfer'],
  },
  {
    name: "the transfer is for the person's number, at another host",
    spoil: elsewhere(`sip:${PERSON}@sip.example.com`),
    works: ['inbound', 'outbound'],
    broken: ['transfer'],
  },
  {
    name: 'the transfer is connected, to a voicemail',
    spoil: farEnd(PERSON, 'voicemail'),
    works: ['inbound', 'outbound'],
    broken: ['transfer'],
  },
  {
    name: 'the transfer is connected to a voicemail, as only the records tell',
    spoil: together(farEnd(PERSON, 'voicemail'), vapi({ transferStatusReported: false })),
    works: ['inbound', 'outbound'],
    broken: ['transfer'],
  },
  {
    name: 'calls from the number pass, and the trunk has no channel for a transfer beside them',
    spoil: outboundTrunk({ capacityLimit: 1 }),
    works: ['inbound', 'outbound'],
    broken: ['transfer'],
  },
];

const LONGEST_MS = 600_000;

describe('a half that is silently broken is never proven, the other one is', () => {
  test(
    'in every one of these set-ups',
    async () => {
      const seen = await inLanes(ROWS, async (world, { name, broken }) => {
        const { verification } = await verified(world);
        const isProven = verification.filter(({ verdict }) => verdict === 'proven').map(({ check }) => check);
        return { name, proven: isProven, falseSuccesses: isProven.filter((check) => broken.includes(check)) };
      });

      expect(seen.length).toBeGreaterThanOrEqual(15);
      expect(seen.filter(({ falseSuccesses }) => falseSuccesses.length > 0)).toEqual([]);
      expect(seen.map(({ name, proven }) => ({ name, proven }))).toEqual(
        ROWS.map(({ name, works }) => ({ name, proven: works })),
      );
    },
    LONGEST_MS,
  );

  test('a transfer that is connected without a sound is proven without a claim to audio', async () => {
    const world = await givenConnection();
    network({ lostAudio: 'after-transfer' })(world);

    const { verification } = await verified(world);

    expect(verification.at(-1)).toMatchObject({
      check: 'transfer',
      verdict: 'proven',
      evidence: { audio: 'unproven' },
    });
  });

  test('of two numbers, only the one that works is proven to take calls', async () => {
    const world = await givenConnection(2);
    const [first = '', second = ''] = world.numbers;
    Object.assign(world.sandbox.didww.didByNumber(second) ?? {}, { voiceInTrunkId: null });

    const { verification } = await verified(world);

    const of = (check: Check, number: string) =>
      verification.find((result) => result.check === check && result.number === number)?.verdict;
    expect([of('inbound', first), of('inbound', second)]).toEqual(['proven', 'failed']);
    expect([of('outbound', first), of('outbound', second)]).toEqual(['inconclusive', 'proven']);
    expect(of('transfer', first)).toBe('proven');
  });

  test("of two numbers, one whose calls arrive at the other one's is not proven to take calls", async () => {
    const world = await givenConnection(2);
    const [first = '', second = ''] = world.numbers;
    inboundTrunk({ username: first })(world);

    const { verification } = await verified(world);

    const inbound = verification.find(({ check, number }) => check === 'inbound' && number === second);
    expect(inbound?.verdict).toBe('failed');
    expect(inbound?.diagnosis?.action).toContain('{DID}');
  });

  test('the record of an earlier transfer does not prove a transfer that has stopped working', async () => {
    const world = await givenConnection();
    const { verification: before } = await verified(world, { verification: { outbound: false } });
    together(inboundTrunk({ maxTransfers: 0 }), vapi({ transferStatusReported: false }))(world);
    // Records are dated to the second: two calls of one second cannot be told apart, which outside of a
    // sandbox does not happen.
    const next = (Math.floor(Date.now() / 1_000) + 1) * 1_000;
    await until(() => (Date.now() >= next ? true : undefined));

    const { verification } = await verified(world, { verification: { outbound: false, inbound: false } });

    expect(before.at(-1)).toMatchObject({ check: 'transfer', verdict: 'proven' });
    expect(verification).toMatchObject([{ check: 'transfer', verdict: 'failed' }]);
  });

  test('a call of an earlier verification does not prove a number that has stopped working', async () => {
    const world = await givenConnection();
    await verified(world, { verification: { transfer: false } });
    did({ voiceInTrunkId: null })(world);

    const { verification } = await verified(world, { verification: { transfer: false } });

    expect(verification.map(({ verdict }) => verdict)).toEqual(['failed', 'inconclusive']);
    expect(calls(world, 'inboundPhoneCall')).toHaveLength(1);
  });
});
