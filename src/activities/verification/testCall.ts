/**
 * A test call as a step: placed, found again by its name, hung up. Belongs here: placing and its undo side
 * by side. Does not: following a call that was placed (`following.ts`).
 */
import { activityInfo, sleep } from '@temporalio/activity';
import type { Placement } from '../../domain/calls/evidence.js';
import type { CallPurpose } from '../../domain/calls/plan.js';
import { testCaller } from '../../domain/calls/script.js';
import { CALL_CAPS } from '../../domain/calls/times.js';
import type { Region } from '../../domain/sip/addresses.js';
import { type CallOptions, ProviderError } from '../../http/index.js';
import type { Call, VapiClient } from '../../vapi/index.js';
import { activity } from '../engine/activity.js';
import { isFirstAttempt } from '../engine/attempt.js';
import type { Dependencies } from '../engine/dependencies.js';
import { StepError } from '../engine/failures.js';
import { isClass, unlessGone } from '../engine/refusals.js';

/** One test call to be placed. */
export interface TestCallRequest {
  readonly region: Region;
  /** By which it is found again; unique to the run. */
  readonly name: string;
  readonly purpose: CallPurpose;
  readonly fromPhoneNumberId: string;
  readonly to: string;
  /** Hard stop, in seconds from the first audio. */
  readonly seconds: number;
  /**
   * When the run began, in milliseconds since the epoch on Temporal's clock: no call of this name is older.
   */
  readonly since: number;
}

/** A test call to be ended, whether or not it ever was placed. */
export type TestCallTarget = Pick<TestCallRequest, 'region' | 'name' | 'fromPhoneNumberId' | 'since'> & {
  readonly callId?: string;
};

/** What a call that was hung up had come to. */
export interface HungUp {
  /** False where Vapi shows no such call: whether there ever was one, and what it came to, nobody knows. */
  readonly found: boolean;
  readonly seconds: number;
  readonly costUsd: number;
}

/**
 * Neither a list nor a read may show a new call at once: looks at these times after the first, in
 * milliseconds (docs/providers/vapi.md, Calls).
 */
export const LOOKS_AFTER_MS = [500, 1_000, 1_500];
/** Temporal's clock and Vapi's may differ by this much. */
const CLOCK_SLACK_MS = 600_000;
const ENDS_WITHIN_MS = 8_000;
const LOOK_EVERY_MS = 200;

/** Places test calls and ends them. */
export const testCallActivities = ({ vapi }: Pick<Dependencies, 'vapi'>) => ({
  /**
   * Places the call, or finds it placed by an earlier attempt. What Vapi refuses for good comes back as a
   * `Placement`: it is evidence, not a failure of the step.
   */
  placeTestCall: activity(async (request: TestCallRequest, options): Promise<Placement> => {
    const organisation = vapi(request.region);
    const placed = isFirstAttempt() ? undefined : await findPatiently(organisation, request, options);
    if (placed !== undefined) return placementOf(organisation, placed);
    try {
      return placementOf(organisation, await organisation.createCall(callOf(request), options));
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      // An earlier attempt's call may hold the very slot: a list can show it later than the look before did.
      const late = isFirstAttempt() ? undefined : await findPatiently(organisation, request, options);
      return late === undefined ? refusal : placementOf(organisation, late);
    }
  }),

  /**
   * Ends the call through its control URL and waits for its end. No such call, or an ended one: nothing to
   * do.
   */
  hangUpTestCall: activity(async (target: TestCallTarget, options): Promise<HungUp> => {
    const organisation = vapi(target.region);
    const { callId } = target;
    const found =
      callId === undefined
        ? await findPatiently(organisation, target, options)
        : await patiently(() => unlessGone(organisation.getCall(callId, options)));
    const ended = found && (await end(organisation, found, options));
    if (ended === undefined) return { found: false, seconds: 0, costUsd: 0 };
    return { found: true, seconds: secondsOf(ended), costUsd: ended.cost ?? 0 };
  }),
});

/** Seconds of conversation, as Vapi dates it; 0 where it was never answered. */
export function secondsOf({ startedAt, endedAt }: Call): number {
  const seconds =
    startedAt === undefined || endedAt === undefined ? 0 : (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, Math.round(seconds)) : 0;
}

/**
 * Sends `end-call` where the call can be controlled. A call that Vapi does not let control any more is
 * about to end.
 */
export async function sendHangUp(organisation: VapiClient, call: Call, options: CallOptions): Promise<void> {
  const controlUrl = call.monitor?.controlUrl;
  if (controlUrl === undefined) return;
  try {
    await organisation.controlCall(controlUrl, { type: 'end-call' }, options);
  } catch (error) {
    if (!isClass(error, 'invalid-request', 'not-found', 'conflict', 'permission')) throw error;
  }
}

async function findPatiently(
  organisation: VapiClient,
  target: Pick<TestCallRequest, 'name' | 'fromPhoneNumberId' | 'since'>,
  options: CallOptions,
): Promise<Call | undefined> {
  const filter = { phoneNumberId: target.fromPhoneNumberId, createdAtGe: oldestOf(organisation, target.since) };
  return patiently(async () =>
    (await organisation.listCalls(filter, options)).find(({ name }) => name === target.name),
  );
}

/**
 * No call of the run is older on Vapi's clock. A filter that is too late would hide a call and have it
 * placed again: of Temporal's time, and of Vapi's less what has passed since on Temporal's clock, the
 * earlier one.
 */
function oldestOf({ clock }: VapiClient, since: number): Date {
  const passedMs = activityInfo().currentAttemptScheduledTimestampMs - since;
  return new Date(Math.min(since, clock.now().earliest - passedMs) - CLOCK_SLACK_MS);
}

async function patiently(look: () => Promise<Call | undefined>): Promise<Call | undefined> {
  let found = await look();
  for (const pauseMs of LOOKS_AFTER_MS) {
    if (found !== undefined) return found;
    await sleep(pauseMs);
    found = await look();
  }
  return found;
}

/** The call as it ended; undefined where Vapi no longer shows it. */
async function end(organisation: VapiClient, call: Call, options: CallOptions): Promise<Call | undefined> {
  let seen: Call | undefined = call;
  const giveUpAt = performance.now() + ENDS_WITHIN_MS;
  for (let asked = false; seen !== undefined && seen.status !== 'ended'; asked = true) {
    if (performance.now() > giveUpAt) throw stillOn(call);
    if (!asked) await sendHangUp(organisation, seen, options);
    else await sleep(LOOK_EVERY_MS);
    seen = await unlessGone(organisation.getCall(call.id, options));
  }
  return seen;
}

function callOf({
  name,
  purpose,
  fromPhoneNumberId,
  to,
  seconds,
}: TestCallRequest): Parameters<VapiClient['createCall']>[0] {
  return {
    name,
    phoneNumberId: fromPhoneNumberId,
    customer: { number: to },
    assistant: testCaller(purpose, name, seconds),
    dialTimeoutSeconds: CALL_CAPS.dialSeconds,
  };
}

function placementOf({ clock }: VapiClient, { id, createdAt, subscriptionLimits: limits }: Call): Placement {
  const { remainingConcurrentCalls: remaining, concurrencyLimit: slots } = limits ?? {};
  return {
    placed: true,
    callId: id,
    at: Math.floor(clock.now().earliest),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(remaining === undefined ? {} : { remainingSlots: remaining }),
    ...(slots === undefined ? {} : { slots }),
    waitsForSlot: limits?.concurrencyBlocked === true,
  };
}

/**
 * A refusal that another attempt would only repeat. Vapi tells limits, billing and mistakes apart by their
 * wording alone (docs/providers/vapi.md, Errors).
 */
function refusalOf(error: unknown): Placement | undefined {
  if (!(error instanceof ProviderError) || !isClass(error, 'invalid-request', 'not-found', 'conflict', 'permission'))
    return undefined;
  const { message } = error;
  if (/concurren/i.test(message)) return { placed: false, why: 'no-slot', message };
  if (/billing|wallet|credit|payment|frozen|subscription/i.test(message))
    return { placed: false, why: 'billing', message };
  return { placed: false, why: 'refused', message };
}

/** Not ended yet: of a class that is tried again. The caller's own stops end it at last. */
const stillOn = ({ id }: Call): StepError =>
  new StepError({
    provider: 'vapi',
    class: 'provider-fault',
    message: `The test call ${id} was told to end and is still going on.`,
    action: 'It ends on its own at its maximum duration; the Vapi dashboard can end it at once.',
  });
