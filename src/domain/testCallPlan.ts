/**
 * Which test calls a verification makes, and which of them its caps allow.
 * Belongs here: who calls whom and what that proves. Does not: placing calls (`activities`), judging them (`verdict.ts`).
 */
import type { Verification } from './request.js';
import type { Check } from './result.js';
import { CALL_CAPS, estimateUsd } from './testCallTimes.js';

/** `line`: a greeting and an answer. `transfer`: the caller asks for a person. */
export type CallPurpose = 'line' | 'transfer';

/** A number as the plan needs it. */
export interface CallableNumber {
  readonly number: string;
  readonly assistantId: string;
  /** Absent where it is not imported at Vapi with the connection's credential. */
  readonly phoneNumberId?: string;
}

/** One end of a test call. */
export interface CallEnd {
  readonly number: string;
  readonly phoneNumberId: string;
}

/** One test call and what it is to prove. */
export interface PlannedCall {
  readonly purpose: CallPurpose;
  readonly from: CallEnd;
  readonly to: CallEnd & { readonly assistantId?: string };
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
  readonly impossible: readonly (PlannedCheck & { readonly why: 'not-imported' | 'caller-unknown' })[];
}

/** What the plan is made from. */
export interface PlanInput {
  readonly numbers: readonly CallableNumber[];
  readonly verification: Pick<Verification, 'inbound' | 'outbound'>;
  /** `verification.callFrom`; without its id it is no number of the Vapi organisation. */
  readonly callFrom?: { readonly number: string; readonly phoneNumberId?: string };
}

/**
 * The calls that prove inbound and outbound. Each number calls the next one, the last one the first, a single one itself: n calls for n numbers.
 * With `callFrom`, that number calls each, and is called by each where outbound is asked for.
 */
export function planLineCalls({ numbers, verification, callFrom }: PlanInput): CallPlan {
  const asked = (['inbound', 'outbound'] as const).filter((check) => verification[check]);
  const missing = numbers.filter(({ phoneNumberId }) => phoneNumberId === undefined);
  const unmade = missing.flatMap(({ number }) =>
    asked.map((check) => ({ check, number, why: 'not-imported' as const })),
  );
  const ready = numbers.flatMap(({ phoneNumberId, ...rest }) =>
    phoneNumberId === undefined ? [] : [{ ...rest, phoneNumberId }],
  );
  if (callFrom === undefined) return { calls: ring(ready, asked), impossible: unmade };
  if (callFrom.phoneNumberId === undefined) {
    const why = 'caller-unknown' as const;
    return {
      calls: [],
      impossible: [...unmade, ...ready.flatMap(({ number }) => asked.map((check) => ({ check, number, why })))],
    };
  }
  return {
    calls: star({ number: callFrom.number, phoneNumberId: callFrom.phoneNumberId }, ready, asked),
    impossible: unmade,
  };
}

/** The further call that proves the transfer: to the given number, from the one that called it in the plan. */
export function planTransferCall({ numbers, callFrom }: PlanInput, called: string): PlannedCall | undefined {
  const ready = numbers.flatMap(({ phoneNumberId, ...rest }) =>
    phoneNumberId === undefined ? [] : [{ ...rest, phoneNumberId }],
  );
  const at = ready.findIndex(({ number }) => number === called);
  const to = ready[at];
  const before = ready.at(at - 1);
  if (to === undefined || before === undefined) return undefined;
  const from =
    callFrom?.phoneNumberId === undefined ? before : { number: callFrom.number, phoneNumberId: callFrom.phoneNumberId };
  return { purpose: 'transfer', from: endOf(from), to, checks: [{ check: 'transfer', number: called }] };
}

/** Whether a number of ours is called at its own number: the one arrangement that a carrier may not carry although all is right. */
export const isSelfCall = ({ from, to }: PlannedCall): boolean => from.number === to.number;

/** Whether the called side is one of ours whose leg belongs to the proof. */
export const expectsInbound = ({ checks }: PlannedCall): boolean => checks.some(({ check }) => check !== 'outbound');

/** Seconds that a call of this purpose may last. */
export const longestSeconds = (purpose: CallPurpose): number =>
  purpose === 'line' ? CALL_CAPS.lineSeconds : CALL_CAPS.transferSeconds;

/** What was spent so far, and may be. USD. */
export interface Budget {
  readonly spentUsd: number;
  readonly maxSpendUsd: number;
}

/** Whether the cap on spend still allows a call of this purpose. */
export const affords = ({ spentUsd, maxSpendUsd }: Budget, purpose: CallPurpose): boolean =>
  spentUsd + estimateUsd(longestSeconds(purpose)) <= maxSpendUsd;

type Ready = CallEnd & { readonly assistantId: string };

const endOf = ({ number, phoneNumberId }: CallEnd): CallEnd => ({ number, phoneNumberId });

function ring(ready: readonly Ready[], asked: readonly ('inbound' | 'outbound')[]): PlannedCall[] {
  if (asked.length === 0) return [];
  return ready.flatMap((from, at) => {
    const to = ready[(at + 1) % ready.length];
    if (to === undefined) return [];
    const checks = asked.map((check) => ({ check, number: check === 'outbound' ? from.number : to.number }));
    return [{ purpose: 'line', from: endOf(from), to, checks }];
  });
}

function star(hub: CallEnd, ready: readonly Ready[], asked: readonly ('inbound' | 'outbound')[]): PlannedCall[] {
  return ready.flatMap((number) =>
    asked.map((check): PlannedCall => {
      const checks = [{ check, number: number.number }];
      return check === 'inbound'
        ? { purpose: 'line', from: hub, to: number, checks }
        : { purpose: 'line', from: endOf(number), to: hub, checks };
    }),
  );
}
