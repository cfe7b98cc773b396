/** Verifications as another system starts them, and how tests look at what they showed. */
import { expect } from 'vitest';
import { CALL_TIMES } from '../../src/domain/calls/times.js';
import { workflowIds } from '../../src/contract/workflowIds.js';
import type { RequestInput } from '../../src/contract/request.js';
import type { CheckResult, Result } from '../../src/contract/result.js';
import type { VapiCall } from '../../src/sandbox/vapi/index.js';
import { type Accounts, givenAccounts, type World } from '../support/world.js';

/** Whom transfers ring. */
export const PERSON = '+12025550100';
/** Setting up is not what these tests are about: a slow machine must not end it. */
const PATIENCE = { step: '20s', rollback: '20s', firstRetry: '50ms' };
/** The sandbox's records come at once; where none come, nobody waits for long. */
const WINDOW = { windowSeconds: 5 };
/** A verification that asks for nothing. */
export const NO_CALLS = { inbound: false, outbound: false, transfer: false };

/** For proofs that the times of production are right, and for calls whose phases are long. */
export const REAL_TIMES = { callTimes: CALL_TIMES } as const;

/** A connection of so many numbers that stands and was never called. */
export async function givenConnection(
  numbers = 1,
  members: Partial<RequestInput> = {},
  accounts: Accounts = {},
): Promise<World> {
  const world = await givenAccounts({ ...accounts, numbers });
  const result = await world.onboard(
    world.request({
      numbers: world.numbers.map((number) => ({ number })),
      verification: NO_CALLS,
      patience: PATIENCE,
      ...members,
    }),
  );
  expect(result.outcome).toBe('done');
  return world;
}

/** What is asked of a verification; left out: everything, of every number. */
export interface Order {
  readonly verification?: Record<string, unknown>;
  readonly numbers?: readonly { number: string; assistantId: string }[];
}

/** What another system starts. */
export async function started(world: World, { verification = {}, numbers }: Order = {}) {
  return world.client.workflow.start('verifyConnection', {
    workflowId: workflowIds.verification(world.connection),
    taskQueue: world.taskQueue,
    args: [
      {
        connection: world.connection,
        region: 'us',
        numbers: numbers ?? world.numbers.map((number) => ({ number, assistantId: world.sandbox.assistantId })),
        transfer: { destination: PERSON, toolName: 'transfer_call_tool' },
        verification: { ...WINDOW, ...verification },
      },
    ],
  });
}

/** The report of a verification, whether it completed or failed. */
export async function verified(world: World, order: Order = {}): Promise<Result> {
  return reportOf(await started(world, order));
}

/** The report of one that has been started. */
export async function reportOf(handle: { result(): Promise<unknown> }): Promise<Result> {
  try {
    return (await handle.result()) as Result;
  } catch (error) {
    const { details } = (error as { cause: { details: [Result] } }).cause;
    return details[0];
  }
}

/** The calls of the sandbox's Vapi. */
export const calls = (world: World, type: VapiCall['type'] = 'outboundPhoneCall'): VapiCall[] =>
  [...world.sandbox.vapi.calls.values()].filter((call) => call.type === type);
/** `inbound failed didww`, for each check. */
export const inShort = ({ verification }: { verification: readonly CheckResult[] }): string[] =>
  verification.map(({ check, verdict, diagnosis }) =>
    [check, verdict, diagnosis?.side].filter((part) => part !== undefined).join(' '),
  );
/** Of one number. */
export const ALL_PROVEN = ['inbound proven', 'outbound proven', 'transfer proven'];
/** The connection's inbound trunk at DIDWW. */
export const trunkIn = (world: World) => {
  const [trunk] = [...world.sandbox.didww.inboundTrunks.values()].filter(
    ({ name }) => name === `patchbay ${world.connection} in`,
  );
  if (trunk?.configuration.type !== 'sip_configurations') throw new Error('no inbound trunk');
  return { trunk, configuration: trunk.configuration };
};
