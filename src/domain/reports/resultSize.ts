/**
 * A Result of a thousand numbers fits what Temporal carries: 2 MB a payload, and a run whose Result is
 * larger never ends. Belongs here: what is given up, in which order. Does not: sizes themselves
 * (`payloadSize.ts`), making a Result (`workflows/engine/report.ts`).
 *
 * Never given up: numbers, objects, outcomes, verdicts, ids, and that each leftover is removed by a
 * command.
 */
import type { Failure, Problem } from '../../contract/failure.js';
import { cutText, jsonBytes } from './payloadSize.js';
import { mergedCommands } from '../objects/removal.js';
import type { CheckResult, Evidence, Leftover, ResultSoFar, StepProgress } from '../../contract/result.js';

/**
 * Together with the steps of the board, beside which the query `progress` tells it, a Result stays below
 * 2,097,152 bytes.
 */
export const MOST_RESULT_BYTES = 1_750_000;
const MOST_STEPS_BYTES = 300_000;
/** A failure travels by itself, too, before it is part of a Result. */
const MOST_FAILURE_BYTES = 500_000;
/** The text by which a failure is known in Temporal. */
export const LONGEST_MESSAGE_BYTES = 4_000;
const LONGEST_ACTION_BYTES = 2_000;

/**
 * A Result, or one so far, as it is where it fits; else without what a person misses least, and its
 * warnings say what that is.
 */
export function fitResult<R extends ResultSoFar>(result: R): R {
  if (isSmall(result)) return result;
  const said = new Set<string>();
  let shortened = result;
  const told = (): R => ({ ...shortened, warnings: [...shortened.warnings, ...said] });
  for (const { says, shorten } of STAGES) {
    const next = shorten(shortened) as R;
    if (jsonBytes(next) >= jsonBytes(shortened)) continue; // nothing to give up here
    shortened = next;
    said.add(says);
    if (isSmall(told())) return told();
  }
  return withFewerLeftovers(told(), result.leftovers);
}

const isSmall = (result: ResultSoFar): boolean => jsonBytes(result) <= MOST_RESULT_BYTES;

/** A failure as it is where it fits, else with texts cut, and in the end with its first problems only. */
export function fitFailure<F extends Omit<Failure, 'step'>>(failure: F): F {
  const message = cutText(failure.message, LONGEST_MESSAGE_BYTES);
  const action = cutText(failure.action, LONGEST_ACTION_BYTES);
  const same = message === failure.message && action === failure.action;
  const cut = same ? failure : { ...failure, message, action };
  if (cut.problems === undefined || jsonBytes(cut) <= MOST_FAILURE_BYTES) return cut;
  for (const length of TEXT_LENGTHS) {
    const problems = cutProblems(cut.problems, length);
    if (jsonBytes({ ...cut, problems }) <= MOST_FAILURE_BYTES) return { ...cut, problems };
  }
  return { ...cut, problems: firstProblems(cutProblems(cut.problems, TEXT_LENGTHS[2])) };
}

/** Steps as they are where they fit, else with shorter notes, or none. */
export function fitSteps(steps: readonly StepProgress[]): readonly StepProgress[] {
  if (jsonBytes(steps) <= MOST_STEPS_BYTES) return steps;
  const tries = NOTE_LENGTHS.map((length) =>
    steps.map(({ note, ...step }) =>
      note === undefined || length === 0 ? step : { ...step, note: cutText(note, length) },
    ),
  );
  return tries.find((some) => jsonBytes(some) <= MOST_STEPS_BYTES) ?? tries.at(-1) ?? steps;
}

const NOTE_LENGTHS = [160, 40, 0] as const;

/** One thing that is given up, and how the warnings say so. */
interface Stage {
  readonly says: string;
  readonly shorten: (result: ResultSoFar) => ResultSoFar;
}

const TEXTS_CUT = 'Long texts (reasons, diagnoses, warnings) were cut, as Temporal carries no larger Result.';
const EVIDENCE_CUT =
  'The test calls have more evidence than a Result holds: of most checks only ids and codes were kept.';
const COMMANDS_MERGED =
  'Leftovers that are removed alike share one command: it is with the first of them, and the others name that one.';
const TOLD_ONCE =
  'Reasons that several checks or leftovers share are with the first of them; … stands for them elsewhere.';

/** Bytes that a text keeps, tried in this order. */
const TEXT_LENGTHS = [300, 120, 40] as const;
/** Listed where not all can be: a workflow has seconds to find out how many fit. */
const MOST_LEFTOVERS = 3_000;
/** Different texts that are told where each is told once. */
const MOST_TOLD = 200;

const STAGES: readonly Stage[] = [
  { says: EVIDENCE_CUT, shorten: (result) => withEvidence(result, ({ verdict }) => verdict === 'proven', CODES) },
  { says: TEXTS_CUT, shorten: (result) => withTexts(result, () => cutTo(TEXT_LENGTHS[0])) },
  { says: EVIDENCE_CUT, shorten: (result) => withEvidence(result, () => true, CODES) },
  { says: TEXTS_CUT, shorten: (result) => withTexts(result, () => cutTo(TEXT_LENGTHS[1])) },
  { says: COMMANDS_MERGED, shorten: (result) => ({ ...result, leftovers: mergedCommands(result.leftovers) }) },
  {
    says: TOLD_ONCE,
    shorten: (result) =>
      withTexts(
        withEvidence(result, () => true, IDS),
        once,
      ),
  },
];

/** By which a call is found at either provider: kept in any case. */
const IDS = ['callId', 'inboundCallId', 'didwwCallId'];
const CODES = [...IDS, 'endedReason', 'didwwCode'];

function withEvidence(
  result: ResultSoFar,
  isReduced: (check: CheckResult) => boolean,
  kept: readonly string[],
): ResultSoFar {
  const reduced = (evidence: Evidence): Evidence =>
    Object.fromEntries(Object.entries(evidence).filter(([key]) => kept.includes(key)));
  const verification = result.verification.map((check) =>
    isReduced(check) ? { ...check, evidence: reduced(check.evidence) } : check,
  );
  return { ...result, verification };
}

/** A way to cut the texts of one member. */
type Cut = (text: string) => string;

function withTexts(result: ResultSoFar, cutter: () => Cut): ResultSoFar {
  const { failure, leftovers, verification, warnings } = result;
  const [cause, action, why] = [cutter(), cutter(), cutter()];
  return {
    ...result,
    ...(failure?.problems === undefined
      ? {}
      : { failure: { ...failure, problems: cutProblems(failure.problems, TEXT_LENGTHS[1]) } }),
    verification: verification.map(({ diagnosis, ...check }) =>
      diagnosis === undefined
        ? check
        : { ...check, diagnosis: { ...diagnosis, cause: cause(diagnosis.cause), action: action(diagnosis.action) } },
    ),
    leftovers: leftovers.map((leftover) => ({ ...leftover, why: why(leftover.why) })),
    warnings: warnings.map((warning) => cutText(warning, TEXT_LENGTHS[1])),
  };
}

const cutTo =
  (length: number): Cut =>
  (text) =>
    cutText(text, length);

/** Each text the first time only. */
function once(): Cut {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text) || told.size >= MOST_TOLD) return '…';
    told.add(text);
    return text;
  };
}

function cutProblems(problems: readonly Problem[], length: number): readonly Problem[] {
  return problems.map(({ path, message, action }) => ({
    path: cutText(path, TEXT_LENGTHS[1]),
    message: cutText(message, length),
    action: cutText(action, length),
  }));
}

function firstProblems(problems: readonly Problem[]): readonly Problem[] {
  const count = mostThat((some) => jsonBytes(problems.slice(0, some)) <= MOST_FAILURE_BYTES / 2, problems.length);
  const rest = `${String(problems.length - count)} more problems are not listed.`;
  return [...problems.slice(0, count), { path: '', message: rest, action: 'Correct those listed first.' }];
}

/**
 * The last resort, beyond a thousand numbers: a run has to end, and what it leaves is found again.
 * `commanded`: the leftovers, each with its own command.
 */
function withFewerLeftovers<R extends ResultSoFar>(result: R, commanded: readonly Leftover[]): R {
  const { connection, warnings } = result;
  const listed = result.leftovers.slice(0, MOST_LEFTOVERS);
  const leftovers = listed.map((leftover, at) => ({ ...leftover, remove: commanded[at]?.remove ?? '' }));
  const first = (count: number): R => {
    const rest = `${String(result.leftovers.length - count)} more leftovers are not listed: patchbay offboard ${connection} removes or names them.`;
    return { ...result, leftovers: mergedCommands(leftovers.slice(0, count)), warnings: [...warnings, rest] };
  };
  return first(mostThat((count) => isSmall(first(count)), leftovers.length));
}

/** The largest count up to `all` of which this holds, where it holds of every smaller one. */
function mostThat(holds: (count: number) => boolean, all: number): number {
  let fits = 0;
  let tooMany = all + 1;
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (holds(middle)) fits = middle;
    else tooMany = middle;
  }
  return fits;
}
