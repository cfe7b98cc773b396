/**
 * What travels between runs and the outside: queries, updates, signals, inputs of the
 * public workflows. Belongs here: names and plain types, shared by workflows and `client.ts`. All of them
 * are wire format: renaming one breaks open runs. Does not: handling them.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EditRequest } from './otherRuns.js';
import type { NumberStatus } from './inventory.js';
import type { Patience, Seen } from './attempts.js';
import type { Failure } from './failure.js';
import type { Verification } from './verificationCaps.js';
import type { RemainingObject } from './remaining.js';
import type { Progress } from './result.js';
import type { Region } from '../domain/sip/addresses.js';

/** Where a run is and what it has done so far. Answers after the run has closed, too. */
export const progressQuery = defineQuery<Progress>('progress');

/**
 * Retries every waiting step of a paused run and answers with their names. Rejected with type `NotWaiting`
 * where nothing waits.
 */
export const resumeUpdate = defineUpdate<readonly string[]>('resume');

/** Types of the ApplicationFailure that a run fails with; its details are `[Result]`. */
export type RunFailureType = 'InvalidRequest' | 'PreflightRefused' | 'RolledBack' | 'Leftovers';

/** The input of `offboardConnection`. */
export interface OffboardInput {
  readonly connection: string;
  readonly region: Region;
}

/**
 * The input of `verifyConnection`: what is to be proven of an existing connection. Without numbers: of
 * what is bound to it today.
 */
export interface VerifyInput {
  readonly connection: string;
  readonly region: Region;
  readonly numbers?: readonly { readonly number: string; readonly assistantId: string }[];
  readonly transfer?: { readonly destination: string; readonly toolName: string };
  /** Allows test calls to ring premium-rate and satellite numbers; left out: they are refused. */
  readonly limits?: { readonly allowPremiumDestinations: boolean };
  readonly verification?: Partial<Verification>;
}

/** One number's part of an onboarding. */
export interface NumberTask {
  readonly connection: string;
  readonly region: Region;
  readonly number: NumberStatus;
  /** The inbound credential that the import is bound to. */
  readonly credentialId: string;
  /**
   * The parent's preflight saw the number not imported, its routing as `number.routing`. Left out when a
   * person resumed the step.
   */
  readonly seen?: Seen;
  readonly patience: { readonly step: Patience; readonly rollback: Patience };
  /** Search attributes that the namespace knows. */
  readonly knownAttributes: readonly string[];
}

/** What a number's run is told by its onboarding. */
export type NumberCommand =
  | { readonly command: 'cut-over'; readonly inboundTrunkId: string }
  | { readonly command: 'keep' }
  /** Give live calls back, then wait for `undo`. */
  | { readonly command: 'restore' }
  | { readonly command: 'undo' };

/** How far a number has come. */
export interface NumberReached {
  readonly number: string;
  readonly reached: 'imported' | 'cut-over';
  readonly phoneNumberId: string;
}

/** A number is being undone, by command or by itself: its live calls are back, or named as left. */
export interface NumberRestored {
  readonly number: string;
  readonly reached: 'restored';
  readonly undone: NumberUndone;
}

/** What a number's run tells its onboarding while it is open. */
export type NumberReport = NumberReached | NumberRestored;

/** What became of a number that was undone; details of the failure that its run ends with. */
export interface NumberUndone {
  readonly failure?: Failure;
  readonly leftovers: readonly RemainingObject[];
  readonly warnings: readonly string[];
}

/** Onboarding to number. */
export const numberCommandSignal = defineSignal<[NumberCommand]>('command');

/** Number to onboarding. */
export const numberReportSignal = defineSignal<[NumberReport]>('numberReport');

/** A run to an assistant's run: an edit to be made in its turn. */
export const assistantEditSignal = defineSignal<[EditRequest]>('edit');
