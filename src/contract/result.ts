/**
 * The result of a run: what other systems and the CLI are told at the end. The shape is a public contract.
 * Belongs here: plain types and names. Does not: how a result is made (`workflows/engine/report.ts`) or
 * shown (`cli`).
 */
import type { Failure, Provider } from './failure.js';
import type { CredentialRole } from './marks.js';

/** How a run ended; `paused` only while it waits for a person. */
export type Outcome =
  'verified' | 'done' | 'inconclusive' | 'rolled-back' | 'leftovers' | 'refused' | 'paused' | 'removed';

/** The kinds of object that a connection consists of. */
export type ObjectKind =
  | 'outbound-trunk'
  | 'inbound-trunk'
  | 'outbound-credential'
  | 'inbound-credential'
  | 'credential'
  | 'transfer-tool'
  | 'assistant'
  | 'phone-number'
  | 'did'
  | 'call';

/** What a Result calls a credential of this role. */
export function credentialKind(role: CredentialRole): ObjectKind {
  switch (role) {
    case 'out':
      return 'outbound-credential';
    case 'in':
      return 'inbound-credential';
    case 'both':
      return 'credential';
    default:
      return role satisfies never;
  }
}

/**
 * An object of the connection at its provider. `created`: this run made it, so a rollback of this run takes
 * it away.
 */
export interface ConnectionObject {
  readonly provider: 'didww' | 'vapi';
  readonly kind: ObjectKind;
  readonly id: string;
  readonly name: string;
  readonly created: boolean;
}

/**
 * What became of one number: `kept` was there before, `detached` was undone or removed, `left` could not
 * be.
 */
export interface NumberOutcome {
  readonly number: string;
  readonly outcome: 'attached' | 'kept' | 'detached' | 'left';
  readonly phoneNumberId?: string;
  readonly didId?: string;
}

/** A direction that test calls prove. */
export type Check = 'inbound' | 'outbound' | 'transfer';

/** What a check showed. `inconclusive` is never a success and never the reason of a rollback. */
export type Verdict = 'proven' | 'failed' | 'inconclusive';

/** The guilty side of a failed or inconclusive check. */
export type Side = 'our-request' | 'didww' | 'vapi' | 'network' | 'carrier' | 'assistant' | 'billing';

/** Why a check is not proven and what to do about it. */
export interface Diagnosis {
  readonly side: Side;
  readonly cause: string;
  readonly action: string;
}

/**
 * A fact that a verdict rests on: ids to quote to a provider's support, end reasons, codes, durations. No
 * secret, no transcript text.
 */
export type Evidence = Readonly<Record<string, string | number | boolean>>;

/** The verdict on one direction of one number. */
export interface CheckResult {
  readonly check: Check;
  readonly number: string;
  readonly verdict: Verdict;
  readonly evidence: Evidence;
  readonly diagnosis?: Diagnosis;
}

/**
 * What test calls have used, at the most: `maxCalls` and `maxSpendUsd` hold for these
 * (`domain/calls/spend.ts`).
 */
export interface Spent {
  readonly calls: number;
  /**
   * Of conversation, every leg at Vapi counted; one whose end was not seen as long as it may have lasted.
   */
  readonly seconds: number;
  /**
   * Every leg at both providers: of each at Vapi what it reports or the estimate, whichever is more;
   * DIDWW's as estimated.
   */
  readonly usd: number;
}

/** An object of ours that a rollback or removal could not take away, with a command line that does. */
export interface Leftover {
  readonly provider: 'didww' | 'vapi';
  readonly kind: ObjectKind;
  readonly id: string;
  readonly why: string;
  readonly remove: string;
}

/** The whole result of a run. */
export interface Result {
  readonly outcome: Outcome;
  readonly connection: string;
  readonly objects: readonly ConnectionObject[];
  readonly numbers: readonly NumberOutcome[];
  readonly verification: readonly CheckResult[];
  /** Where test calls were to be made. */
  readonly spent?: Spent;
  readonly failure?: Failure;
  readonly leftovers: readonly Leftover[];
  readonly warnings: readonly string[];
}

/**
 * Whether the connection stood before the run: its leftovers are then few among much that is to stay, and
 * removing the connection is no cure.
 */
export const stoodBefore = ({ objects }: Pick<Result, 'objects'>): boolean =>
  objects.some(({ kind, created }) => kind === 'outbound-trunk' && !created);

/** Where a run is: the value of the search attribute `PatchbayStage`. */
export type Stage =
  'preflight' | 'build' | 'attach' | 'cut-over' | 'verify' | 'paused' | 'rollback' | 'remove' | 'closed';

/** How one step of a run stands. */
export type StepState =
  'waiting' | 'running' | 'done' | 'kept' | 'failed' | 'paused' | 'undoing' | 'undone' | 'left' | 'skipped';

/** One line of the step board. */
export interface StepProgress {
  readonly name: string;
  readonly state: StepState;
  /** What was made, or why it failed: a few words. */
  readonly note?: string;
}

/** A result while the run is open: its outcome is told once it is known. */
export type ResultSoFar = Omit<Result, 'outcome'> & { readonly outcome?: Outcome };

/** The answer of the query `progress`. */
export interface Progress {
  readonly stage: Stage;
  readonly steps: readonly StepProgress[];
  readonly result: ResultSoFar;
}

/** Every provider that an object can live at, for exhaustive checks. */
export type ObjectProvider = Exclude<Provider, 'patchbay'>;
