/**
 * Which test calls a verification makes. Belongs here: who calls whom and what that proves. Does not: what
 * calls cost (`spend.ts`), placing them (`activities`), judging them (`domain/verdict/judgeCall.ts`).
 */
import type { Check } from '../../contract/result.js';
import { CALL_CAPS } from './times.js';
import type { Verification } from '../../contract/verificationCaps.js';

/**
 * `line`: a greeting and an answer. `phone`: the same with a telephone at the far end. `transfer`: the
 * caller asks for a person.
 */
export type CallPurpose = 'line' | 'phone' | 'transfer';

/** A number as the plan needs it. */
export interface CallableNumber {
  readonly number: string;
  /** Absent where it is bound to none: nobody answers it. */
  readonly assistantId?: string;
  /** Absent where it is not imported at Vapi with the connection's credential. */
  readonly phoneNumberId?: string;
}

/** One end of a test call. */
export interface CallEnd {
  readonly number: string;
  readonly phoneNumberId: string;
  /** No number of the connection: what its calls leave through says nothing here. */
  readonly isOutside?: true;
}

/** The called end. */
export interface CalledEnd {
  readonly number: string;
  /** A telephone outside of Vapi has none. */
  readonly phoneNumberId?: string;
  readonly assistantId?: string;
  /** No number of the connection: how that takes calls says nothing here. */
  readonly isOutside?: true;
}

/** One test call and what it is to prove. */
export interface PlannedCall {
  readonly purpose: CallPurpose;
  readonly from: CallEnd;
  readonly to: CalledEnd;
  readonly checks: readonly PlannedCheck[];
}

/** A check of one number. */
export interface PlannedCheck {
  readonly check: Check;
  readonly number: string;
}

/** Calls to make one after the other, and checks that no call can be made for. */
export interface CallPlan {
  readonly calls: readonly PlannedCall[];
  readonly impossible: readonly (PlannedCheck & { readonly why: 'not-imported' | 'no-assistant' | 'caller-unknown' })[];
}

/** What the plan is made from. */
export interface PlanInput {
  readonly numbers: readonly CallableNumber[];
  readonly verification: Pick<Verification, 'inbound' | 'outbound'>;
  /** `verification.callFrom`; without its id it is no number of the Vapi organisation. */
  readonly callFrom?: { readonly number: string; readonly phoneNumberId?: string };
}

/**
 * The calls that prove inbound and outbound. Each number calls the next one, the last one the first, a
 * single one itself: n calls for n numbers. With `callFrom`, that number calls each, and is called by each
 * where outbound is asked for. With a destination, each number calls that telephone for the way out, and
 * the others prove the way in alone.
 */
export function planLineCalls(input: PlanInput): CallPlan {
  const ready = input.numbers.filter(isReady);
  const unmade = input.numbers.flatMap((entry) => {
    const why = entry.phoneNumberId === undefined ? 'not-imported' : 'no-assistant';
    return isReady(entry) ? [] : allAsked(input).map((check) => ({ check, number: entry.number, why }) as const);
  });
  const among = amongNumbers(input, ready);
  return {
    calls: [...among.calls, ...toDestination(input, ready)],
    impossible: [...unmade, ...among.impossible],
  };
}

/**
 * So many of the numbers, evenly spread over all of them; which ones is decided by `at`, from 0 to below 1.
 * All of them where there are no more.
 */
export function sampleOf<T>(numbers: readonly T[], size: number, at: number): readonly T[] {
  if (numbers.length <= size) return numbers;
  const first = Math.floor(at * numbers.length);
  const places = Array.from(
    { length: size },
    (_, nth) => (first + Math.floor((nth * numbers.length) / size)) % numbers.length,
  );
  return places.sort((a, b) => a - b).flatMap((place) => numbers.slice(place, place + 1));
}

/**
 * The further call that proves the transfer: to the given number, from the one that called it in the plan.
 */
export function planTransferCall(input: PlanInput, called: string): PlannedCall | undefined {
  const ready = input.numbers.filter(isReady);
  const at = ready.findIndex(({ number }) => number === called);
  const to = ready[at];
  const before = ready.at(at - 1);
  if (to === undefined || before === undefined) return undefined;
  return {
    purpose: 'transfer',
    from: hubOf(input) ?? endOf(before),
    to,
    checks: [{ check: 'transfer', number: called }],
  };
}

/**
 * Whether a number of ours is called at its own number: the one arrangement that a carrier may not carry
 * although all is right.
 */
export const isSelfCall = ({ from, to }: PlannedCall): boolean => from.number === to.number;

/** Whether the called side is one of ours whose leg belongs to the proof. */
export const expectsInbound = ({ checks }: PlannedCall): boolean => checks.some(({ check }) => check !== 'outbound');

/**
 * Call slots of the Vapi organisation that a call takes: one for each end there (docs/providers/vapi.md,
 * Concurrency and billing).
 */
const slotsFor = (call: PlannedCall): number => (expectsInbound(call) ? 2 : 1);

/**
 * Whether an organisation of so many slots can never carry such a call; not where nobody knows how many it
 * has.
 */
export const lacksSlots = (call: PlannedCall, slots: number | undefined): slots is number =>
  slots !== undefined && slots < slotsFor(call);

/** Seconds that a call of this purpose may last, where no call may last longer than `maxSecondsPerCall`. */
export const longestSeconds = (purpose: CallPurpose, maxSecondsPerCall: number): number =>
  purpose === 'transfer' ? maxSecondsPerCall : Math.min(CALL_CAPS.lineSeconds, maxSecondsPerCall);

type Ready = CallEnd & { readonly assistantId: string };
type LineCheck = 'inbound' | 'outbound';

const LINE_CHECKS = ['inbound', 'outbound'] as const;

const destinationOf = ({ verification: { outbound } }: PlanInput): string | undefined =>
  typeof outbound === 'object' ? outbound.destination : undefined;

const allAsked = ({ verification }: PlanInput): readonly LineCheck[] =>
  LINE_CHECKS.filter((check) => verification[check] !== false);

/** The calls between numbers of Vapi. */
function amongNumbers(input: PlanInput, ready: readonly Ready[]): CallPlan {
  const { callFrom } = input;
  const asked = allAsked(input).filter((check) => check === 'inbound' || destinationOf(input) === undefined);
  if (callFrom === undefined) return { calls: ring(ready, asked), impossible: [] };
  const hub = hubOf(input);
  if (hub !== undefined) return { calls: star(hub, ready, asked), impossible: [] };
  const why = 'caller-unknown' as const;
  return { calls: [], impossible: ready.flatMap(({ number }) => asked.map((check) => ({ check, number, why }))) };
}

function toDestination(input: PlanInput, ready: readonly Ready[]): readonly PlannedCall[] {
  const destination = destinationOf(input);
  if (destination === undefined) return [];
  return ready.map((from) => ({
    purpose: 'phone',
    from: endOf(from),
    to: { number: destination, isOutside: true },
    checks: [{ check: 'outbound', number: from.number }],
  }));
}

/** Imported, and answered by somebody: else it has no part in any call. */
const isReady = (entry: CallableNumber): entry is Ready =>
  entry.phoneNumberId !== undefined && entry.assistantId !== undefined;

/** `callFrom` as the end of a call. */
function hubOf({ callFrom, numbers }: PlanInput): CallEnd | undefined {
  if (callFrom?.phoneNumberId === undefined) return undefined;
  const isOurs = numbers.some(({ number }) => number === callFrom.number);
  return { number: callFrom.number, phoneNumberId: callFrom.phoneNumberId, ...(isOurs ? {} : { isOutside: true }) };
}

const endOf = ({ number, phoneNumberId }: CallEnd): CallEnd => ({ number, phoneNumberId });

function ring(ready: readonly Ready[], asked: readonly LineCheck[]): PlannedCall[] {
  if (asked.length === 0) return [];
  return ready.flatMap((from, at) => {
    const to = ready[(at + 1) % ready.length];
    if (to === undefined) return [];
    const checks = asked.map((check) => ({ check, number: check === 'outbound' ? from.number : to.number }));
    return [{ purpose: 'line', from: endOf(from), to, checks }];
  });
}

function star(hub: CallEnd, ready: readonly Ready[], asked: readonly LineCheck[]): PlannedCall[] {
  return ready.flatMap((number) =>
    asked.map((check): PlannedCall => {
      const checks = [{ check, number: number.number }];
      return check === 'inbound'
        ? { purpose: 'line', from: hub, to: number, checks }
        : { purpose: 'line', from: endOf(number), to: { ...hub, isOutside: true }, checks };
    }),
  );
}
