/**
 * What travels between runs and the outside: queries, updates, signals, inputs of the
 * public workflows. Belongs here: names and plain types, shared by workflows and `client.ts`. All of them
 * are wire format: renaming one breaks open runs. Does not: handling them.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EditRequest } from './otherRuns.js';
import type { NumberStatus } from './inventory.js';
import type { Patience } from './attempts.js';
import type { Verification } from './verificationCaps.js';
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

/** One number of an onboarding, with all that it takes to attach it and to put it back. */
export interface NumberTask {
  readonly connection: string;
  readonly region: Region;
  readonly number: NumberStatus;
  /** The inbound credential that the import is bound to. */
  readonly credentialId: string;
  /** The inbound trunk that the number is routed to. */
  readonly inboundTrunkId: string;
  readonly patience: { readonly step: Patience; readonly rollback: Patience };
  /** Search attributes that the namespace knows. */
  readonly knownAttributes: readonly string[];
}

/** What became of a number when its onboarding was decided. */
export type NumberEnd = 'done' | 'rolled-back' | 'leftovers';

/** Onboarding to number: all is decided, and undone where it had to be. */
export const numberReleaseSignal = defineSignal<[NumberEnd]>('release');

/** Number to onboarding: a person has cancelled the number's run. */
export const numberCancelledSignal = defineSignal<[number: string]>('numberCancelled');

/** A run to an assistant's run: an edit to be made in its turn. */
export const assistantEditSignal = defineSignal<[EditRequest]>('edit');
