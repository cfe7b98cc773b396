import { expect, test } from 'vitest';
import type { Patience } from '../../src/contract/attempts.js';
import { historiesOf } from '../support/histories.js';
import { until } from '../support/until.js';
import { givenAccounts, type World } from '../support/world.js';
import { reportOf, started } from './verifying.js';

/** What each activity of a run has its worker confirm before it does anything. */
const CONFIRMED = [
  'editAssistant applyAssistantEdit: didww and vapi',
  'offboardConnection findRouted: didww',
  'offboardConnection orderAssistantEdit: didww and vapi',
  'offboardConnection removeCredential: didww and vapi',
  'offboardConnection removeImport: didww and vapi',
  'offboardConnection removeInboundTrunk: didww and vapi',
  'offboardConnection removeOutboundTrunk: didww and vapi',
  'offboardConnection removeTransferTool: didww and vapi',
  'offboardConnection restoreRouting: didww',
  'offboardConnection discoverObjects: didww and vapi',
  'onboardConnection addCallerIds: didww and vapi',
  'onboardConnection confirmAssistantEdit: didww and vapi',
  'onboardConnection ensureCredential: didww and vapi',
  'onboardConnection ensureInboundTrunk: didww and vapi',
  'onboardConnection ensureOutboundTrunk: didww and vapi',
  'onboardConnection ensureTransferTool: didww and vapi',
  'onboardConnection forgetPreviousRoutings: didww and vapi',
  'onboardConnection orderAssistantEdit: didww and vapi',
  'onboardConnection recordPreviousRoutings: didww and vapi',
  'onboardConnection removeCallerIds: didww and vapi',
  'onboardConnection removeCredential: didww and vapi',
  'onboardConnection removeInboundTrunk: didww and vapi',
  'onboardConnection removeOutboundTrunk: didww and vapi',
  'onboardConnection removeTransferTool: didww and vapi',
  'onboardConnection discoverObjects: didww and vapi',
  'onboardConnection cutOver: didww and vapi',
  'onboardConnection ensureImport: didww and vapi',
  'onboardConnection removeImport: didww and vapi',
  'onboardConnection restoreRouting: didww',
  'verifyConnection awaitTestCall: didww and vapi',
  'verifyConnection findCallRecords: didww and vapi',
  'verifyConnection placeTestCall: didww and vapi',
];

/** Before the accounts are known, or of no account: what was read on confirmed ones is judged. */
const UNCONFIRMED = [
  'offboardConnection recallConnection: none',
  'onboardConnection runPreflight: none',
  'verifyConnection judgeCalls: none',
  'verifyConnection prepareVerification: none',
];

test('whatever a run makes, changes, takes away or concludes is done on the accounts that it names', async () => {
  const world = await givenAccounts({ numbers: 2 });
  const { assistantId, faults } = world.sandbox;
  const [first = '', second = ''] = world.numbers;
  routeElsewhere(world);
  const ofOne = (number: string) =>
    world.request({ numbers: [{ number }], sip: { callerIds: 'own' }, routing: { replaceExisting: true } });
  const refuse = () => faults.fail('PATCH /dids/:id', { status: 422, times: 1 });

  refuse();
  const outcomes = [(await world.onboard(ofOne(first))).outcome, (await world.onboard(ofOne(first))).outcome];
  refuse();
  outcomes.push((await world.onboard(ofOne(second))).outcome);
  const verification = await started(world, { numbers: [{ number: first, assistantId }] });
  outcomes.push((await reportOf(verification)).outcome);
  await world.patchbay.offboard(world.connection);
  outcomes.push((await world.ended()).outcome);

  expect(outcomes).toEqual(['rolled-back', 'done', 'rolled-back', 'verified', 'removed']);
  const all = [...CONFIRMED, ...UNCONFIRMED].toSorted();
  expect(await until(async () => whole(await callsOf(world), all.length))).toEqual(all);
});

/** Temporal's lists follow its runs a little later. */
const whole = (told: readonly string[], count: number) => (told.length < count ? undefined : told);

/** All numbers, to a trunk of somebody's. */
function routeElsewhere({ sandbox: { didww } }: World): void {
  const [trunk] = didww.inboundTrunks.keys();
  for (const did of didww.dids.values()) did.voiceInTrunkId = trunk ?? null;
}

interface Event {
  readonly workflowExecutionStartedEventAttributes?: { readonly workflowType: { readonly name: string } };
  readonly activityTaskScheduledEventAttributes?: {
    readonly activityType: { readonly name: string };
    readonly input?: { readonly payloads?: readonly { readonly data: string }[] };
  };
}

/** `workflow activity: accounts that it names`, of all runs of this world. */
async function callsOf(world: World): Promise<readonly string[]> {
  const histories = await historiesOf(world.client, world.taskQueue);
  const told = histories.flatMap(({ json }) => {
    const { events } = JSON.parse(json) as { readonly events: readonly Event[] };
    const workflow = events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name ?? '';
    return events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
      if (scheduled === undefined) return [];
      const last = scheduled.input?.payloads?.at(-1)?.data ?? '';
      const { accounts = {} } = JSON.parse(Buffer.from(last, 'base64').toString()) as Partial<Patience>;
      return [
        `${workflow} ${scheduled.activityType.name}: ${Object.keys(accounts).toSorted().join(' and ') || 'none'}`,
      ];
    });
  });
  return [...new Set(told)].toSorted();
}
