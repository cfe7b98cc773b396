/**
 * Preflight: both accounts are read before anything is written, and a request that cannot work is refused
 * with everything that is wrong. Belongs here: the activity and how it fails. Does not: the reads
 * (`readFacts.ts`), what they mean (`judgement.ts`).
 */
import type { Request } from '../../contract/request.js';
import { activity } from '../engine/activity.js';
import { seenSince } from '../engine/attempt.js';
import { clockWarnings } from '../engine/clocks.js';
import type { CallOptions } from '../../http/index.js';
import type { Inventory } from '../../contract/inventory.js';
import type { Dependencies } from '../engine/dependencies.js';
import { StepError } from '../engine/failures.js';
import { accountFindings, passingFailures, refusalClass } from './accounts.js';
import type { Facts, ReadFailure } from './facts.js';
import { readFacts } from './readFacts.js';
import type { Finding } from './finding.js';
import { findProblems, inventoryOf } from './judgement.js';
import { notListedYet } from './unlisted.js';

/** What both accounts, and what earlier runs tell, are read with. */
export type PreflightNeeds = Pick<Dependencies, 'didww' | 'vapi' | 'urls' | 'temporal'>;

export const preflightActivities = (dependencies: PreflightNeeds) => ({
  /**
   * Both accounts as far as the request is concerned, and what Temporal tells of earlier runs; what lists
   * show of the connection, or should show, is read by id besides. Throws `StepError` of class
   * `authentication` (a key was refused, or is of other accounts than those in which earlier runs left
   * something), `refused` with every problem found, or `unexpected-answer` where a list is late; a read
   * that may succeed later fails the attempt only where nothing definite is wrong.
   */
  runPreflight: activity(async (request: Request, options): Promise<Inventory> => {
    const begunAt = performance.now();
    const urls = dependencies.urls(request.region);
    const facts = await currentFacts(dependencies, request, options);
    const clocks = { didww: dependencies.didww.clock, vapi: dependencies.vapi(request.region).clock };
    const findings = findProblems({ request, facts, urls, now: clocks.didww.now().earliest });
    if (findings.length > 0) throw refusal(facts, findings);
    throwPassing(facts);
    const inventory = inventoryOf(request, facts, seenSince(begunAt, clocks));
    return { ...inventory, warnings: [...inventory.warnings, ...clockWarnings([clocks.didww, clocks.vapi])] };
  }),
});

/**
 * The facts, of which all could be read but assistants that are not there. Throws `StepError` as
 * `runPreflight` does, of class `refused` only where an account itself cannot be read.
 */
export async function readableFacts(
  dependencies: PreflightNeeds,
  request: Request,
  options: CallOptions,
): Promise<Facts> {
  const facts = await currentFacts(dependencies, request, options);
  const isMissing = ({ of, error }: ReadFailure): boolean => of === 'assistant' && error.errorClass === 'not-found';
  const unread = { ...facts, balance: undefined, failures: facts.failures.filter((failure) => !isMissing(failure)) };
  const unreadable = accountFindings(request, unread, dependencies.urls(request.region));
  if (unreadable.length > 0) throw refusal(facts, unreadable);
  throwPassing(facts);
  return facts;
}

/** Facts of the accounts that the connection is in, of which no list is late. Throws `StepError`. */
async function currentFacts(dependencies: PreflightNeeds, request: Request, options: CallOptions): Promise<Facts> {
  const facts = await readFacts(dependencies, request, options);
  if (facts.otherAccounts !== undefined) throw standsElsewhere(request, facts.otherAccounts);
  const later = facts.earlierUnread ?? facts.unlisted.map(notListedYet)[0];
  if (later === undefined) return facts;
  // Whatever else would be found wrong may be a list that is late, or what earlier runs would explain.
  const sure = accountFindings(request, facts, dependencies.urls(request.region));
  throw sure.length > 0 ? refusal(facts, sure) : later;
}

/** Throws the failure of a read that may succeed later: the one that asks for the longest pause. */
function throwPassing(facts: Facts): void {
  const [passing] = [...passingFailures(facts)].sort((a, b) => (b.retryAfterMs ?? 0) - (a.retryAfterMs ?? 0));
  if (passing !== undefined) throw passing;
}

/**
 * Earlier runs left something of the connection in other accounts: whatever else is found here is not it.
 */
const standsElsewhere = ({ connection }: Request, { facts }: StepError): StepError =>
  new StepError({
    ...facts,
    message: `Earlier runs set up ${connection} in other accounts. ${facts.message}`,
    action: `${facts.action} To set up a connection in these accounts, give it another name.`,
  });

function refusal(facts: Facts, findings: readonly Finding[]): StepError {
  const errorClass = refusalClass(facts);
  const first =
    findings.find(({ path }) => errorClass === 'authentication' && path.endsWith('.account')) ?? findings[0];
  const count =
    findings.length === 1 ? 'Preflight found a problem' : `Preflight found ${String(findings.length)} problems`;
  return new StepError({
    provider: first?.provider ?? 'patchbay',
    class: errorClass,
    message: `${count}${findings.length === 1 ? '' : ', the first'}: ${first?.message ?? ''}`,
    action:
      findings.length === 1 ? (first?.action ?? '') : 'Correct every problem listed, then run the same request again.',
    problems: findings.map(({ path, message, action }) => ({ path, message, action })),
  });
}
