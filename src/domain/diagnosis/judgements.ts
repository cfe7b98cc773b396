/**
 * The verdict on one check, and those that need nothing weighed. Does not belong here: what a call's end means
 * (`endJudgement.ts`).
 */
import type { Diagnosis, Side, Verdict } from '../../contract/result.js';

/** The verdict on one check. `Diagnosis` wherever it is not proven. */
export type Judgement =
  { readonly verdict: 'proven' } | { readonly verdict: Exclude<Verdict, 'proven'>; readonly diagnosis: Diagnosis };

/** A judgement that needs nothing weighed. */
export const proven: Judgement = { verdict: 'proven' };
export const failed = (side: Side, cause: string, action: string): Judgement => ({
  verdict: 'failed',
  diagnosis: { side, cause, action },
});
export const inconclusive = (side: Side, cause: string, action: string): Judgement => ({
  verdict: 'inconclusive',
  diagnosis: { side, cause, action },
});

/** What a person does where a call says nothing of the set-up. */
export const AGAIN = 'Run the verification again: patchbay verify with the connection.';

/** No call slot was free. */
export const noSlot = (detail = ''): Judgement =>
  inconclusive(
    'billing',
    `No free call slot at Vapi within the window${detail === '' ? '' : `: ${detail}`}`,
    'Run the verification when fewer calls are under way, or raise the concurrency limit of the Vapi organisation.',
  );

/** Waiting frees no slot where the organisation has fewer than one call takes. */
export const tooFewSlots = (slots: number): Judgement =>
  inconclusive(
    'billing',
    `The Vapi organisation has ${String(slots)} call ${slots === 1 ? 'slot' : 'slots'} in all, and a test call between two of its numbers takes 2`,
    'Raise the concurrency limit of the Vapi organisation, then run the verification again.',
  );

/** What cannot be read proves nothing. */
export const unreadable = (what: string, side: Side = 'vapi'): Judgement => inconclusive(side, what, AGAIN);
