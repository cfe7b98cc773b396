/**
 * What each outcome of a Result claims, and whether it is so. Not here: what holds whatever the outcome is
 * (`oracle.ts`).
 */
import { isDeepStrictEqual } from 'node:util';
import type { ConnectionObject, Leftover, NumberOutcome, Result } from '../../src/contract/result.js';
import { CREATES, type Trouble } from './commands.js';
import { isOneOf, type Ledger } from './ledger.js';
import type { Deed } from './stage.js';
import { didOf, differing, placeOf, type Thing, worded } from './things.js';

/** Claims of this Result that are not true. */
export function outcomeViolations(deed: Deed, ledger: Ledger, result: Result): readonly string[] {
  return [
    ...ownOutcome(deed, ledger, result),
    ...result.numbers.flatMap((number) => numberViolations(deed, ledger, result, number)),
    ...toldViolations(deed, ledger, result),
  ].map((violation) => `${result.outcome}: ${violation}`);
}

function ownOutcome(deed: Deed, ledger: Ledger, result: Result): readonly string[] {
  switch (result.outcome) {
    case 'done':
    case 'verified':
    case 'inconclusive':
      return [...doneViolations(deed, ledger, result), ...proofViolations(deed, result)];
    case 'refused':
      return [
        ...changes(deed).map(({ text }) => text),
        ...deed.writes.map((write) => `${write} was sent`),
        ...(result.leftovers.length > 0 ? ['leftovers are named'] : []),
      ];
    case 'rolled-back':
      return [
        ...unnamedChanges(deed, ledger, result).map((text) => `not put back: ${text}`),
        ...(result.leftovers.length > 0 ? ['leftovers are named'] : []),
      ];
    case 'leftovers':
      return [
        ...(result.leftovers.length > 0 ? [] : ['no leftover is named']),
        ...(isUnhindered(deed, ledger) && !saysUnsure(result) ? ['nothing kept it from being removed'] : []),
        // Of what may have been made or changed, and nobody could look, nothing is asked.
        ...result.leftovers
          .filter(
            ({ id, kind }) => !saysUnsure(result) || !['', 'did', 'assistant'].some((one) => [id, kind].includes(one)),
          )
          .flatMap((left) => leftoverViolations(deed, ledger, left)),
        ...(deed.order.order === 'offboard'
          ? remainingViolations(deed, ledger, result)
          : unnamedChanges(deed, ledger, result).map((text) => `not named: ${text}`)),
      ];
    case 'removed':
      return [
        ...remainingViolations(deed, ledger, result),
        ...elsewhereViolations(deed, ledger),
        ...(result.leftovers.length > 0 ? ['leftovers are named'] : []),
      ];
    case 'paused':
      return ['nobody asked for a pause'];
    default:
      return result.outcome satisfies never;
  }
}

/**
 * Whether a new connection was undone in which nothing happened but a refused cut-over and an answer that
 * was lost.
 */
function isUnhindered({ order, slug, before, hands, lagging, makers }: Deed, ledger: Ledger): boolean {
  const isNew = order.order === 'onboard' && ledger.of(slug, before).length === 0;
  const isQuiet = !lagging && hands.length === 0 && makers.length === 1;
  const isLost = (one: Trouble): boolean => one.trouble === 'lost' && one.after === 0 && CREATES.includes(one.request);
  const isRefused = (one: Trouble): boolean =>
    one.trouble === 'refused' && one.request === 'PATCH /dids/:id' && one.after === 0 && !one.lasting;
  const isHarmless = order.troubles.every((one) => isLost(one) || isRefused(one));
  return isNew && isQuiet && isHarmless && order.troubles.filter(isLost).length < 2;
}

interface Change {
  readonly id: string;
  readonly before?: Thing;
  readonly now?: Thing;
  readonly text: string;
}

/** Everything that is not as it would be had nothing been done. */
function changes({ untouched, after }: Deed): readonly Change[] {
  const gone = [...untouched.values()].filter(({ id }) => !after.has(id));
  return [
    ...gone.map((before) => ({ id: before.id, before, text: `${worded(before)} is gone` })),
    ...[...after.values()].flatMap((now): Change[] => {
      const before = untouched.get(now.id);
      if (before === undefined) return [{ id: now.id, now, text: `${worded(now)} is new` }];
      if (isDeepStrictEqual(before.row, now.row)) return [];
      return [{ id: now.id, before, now, text: `${worded(now)} has changed: ${differing(before, now)}` }];
    }),
  ];
}

/** What is not as before and not told as left. Leftovers of earlier runs that nobody used may go. */
function unnamedChanges(deed: Deed, ledger: Ledger, result: Result): readonly string[] {
  const named = new Set(result.leftovers.map(({ id }) => id));
  const inUse = new Set(ledger.lines(deed.untouched).flatMap(({ parts }) => parts));
  const isUsed = (id: string): boolean => inUse.has(id) || ledger.usersOf(id, deed.before).length > 0;
  const isCleared = ({ id, now }: Change): boolean => now === undefined && ledger.isMade(id) && !isUsed(id);
  const found = changes(deed).filter((change) => !named.has(change.id) && !isCleared(change));
  const cleared = new Set(
    changes(deed)
      .filter(isCleared)
      .map(({ id }) => id),
  );
  return found.flatMap((change) => {
    if (saysUnsure(result) && change.before === undefined) return [];
    if (change.before?.kind === 'assistants' && isWithout(change, cleared)) return [];
    if (result.outcome === 'leftovers' && isDescription(change)) return []; // what is still routed to it needs these words
    return [change.text];
  });
}

/** Whether an assistant has only lost tools that are gone. */
function isWithout({ before, now }: Change, cleared: ReadonlySet<string>): boolean {
  if (before === undefined || now === undefined) return false;
  const model = before.row['model'] as { readonly toolIds?: readonly string[] };
  const toolIds = (model.toolIds ?? []).filter((id) => !cleared.has(id));
  return isDeepStrictEqual({ ...before.row, model: { ...model, toolIds } }, now.row);
}

/** Whether only the words on previous routings have changed. */
const isDescription = ({ before, now }: Change): boolean =>
  before?.kind === 'inboundTrunks' &&
  isDeepStrictEqual({ ...now?.row, description: before.row['description'] }, before.row);

/** A leftover stands, by its id. */
function leftoverViolations({ after }: Deed, ledger: Ledger, { kind, id }: Leftover): readonly string[] {
  if (id === '') return [`a leftover ${kind} has no id`];
  const thing = after.get(id);
  if (thing === undefined) return [`leftover ${kind} ${id} does not exist`];
  if (!['did', 'assistant'].includes(kind) && !ledger.isMade(id) && !isOnOurCredential(thing, ledger))
    return [`leftover ${kind} ${id} is somebody's own`];
  if (kind === 'did' && !ledger.comesIn(thing, after)) return [`leftover did ${id} goes to no trunk of a connection`];
  if (kind === 'assistant' && ledger.ownToolsOf(thing).length === 0)
    return [`leftover assistant ${id} lists no tool of a connection`];
  return [];
}

/** A number on a credential for calls in is the connection's own, whoever imported it. */
const isOnOurCredential = ({ kind, row }: Thing, ledger: Ledger): boolean =>
  kind === 'phoneNumbers' && ledger.isMade(String(row['credentialId']));

/**
 * After a removal nothing of the connection is there but what is named, and its numbers are where they
 * belong. A tool that an earlier run has told as in use by somebody is somebody's own. That somebody's
 * assistant lists a tool nobody could know where lists were late.
 */
function remainingViolations(deed: Deed, ledger: Ledger, result: Result): readonly string[] {
  const { untouched, after, makers, lagging } = deed;
  const named = new Set(result.leftovers.map(({ id }) => id));
  const own = (id: unknown): boolean => isOneOf(makers, ledger.makerOf(id));
  const isLeft = (id: string): boolean =>
    ledger.usersOf(id, untouched).length > 0 && result.warnings.some((warning) => warning.includes(id));
  const isHidden = (assistant: Thing, tool: string): boolean =>
    lagging && ledger.usersOf(tool, untouched).some(({ id }) => id === assistant.id);
  return [...after.values()].flatMap((now) => {
    const before = untouched.get(now.id);
    if (named.has(now.id) || (saysUnsure(result) && before === undefined)) return [];
    if (own(now.id)) return isLeft(now.id) ? [] : [`${worded(now)} is still there`];
    if (now.kind === 'assistants' && ledger.ownToolsOf(now).some((id) => own(id) && !isLeft(id) && !isHidden(now, id)))
      return [`${worded(now)} still lists its tool`];
    if (now.kind !== 'dids' || before === undefined || !own(before.row['voiceInTrunkId'])) return [];
    const rightful = ledger.rightfulPlaceOf(now.id);
    return isDeepStrictEqual(placeOf(now), rightful)
      ? []
      : [`${worded(now)} goes to ${JSON.stringify(placeOf(now))}, not back to ${JSON.stringify(rightful)}`];
  });
}

/** `removed` is not said by a run that saw nothing, while the connection stands in other accounts. */
function elsewhereViolations({ slug, untouched, makers }: Deed, ledger: Ledger): readonly string[] {
  const standing = ledger.of(slug, untouched);
  const isHere = standing.some(({ id }) => isOneOf(makers, ledger.makerOf(id)));
  return standing.length > 0 && !isHere ? [`${slug} stands in other accounts`] : [];
}

function doneViolations(deed: Deed, ledger: Ledger, result: Result): readonly string[] {
  const { request, order, makers, after, hands } = deed;
  if (order.order === 'offboard' || request === undefined) return ['an offboarding cannot be done'];
  const moved = new Set(hands.flatMap(({ edit }) => edit.changed.map(({ id }) => id)));
  const told = new Map(result.numbers.map((one) => [one.number, one.outcome]));
  return [
    ...(result.leftovers.length > 0 ? ['leftovers are named'] : []),
    ...request.numbers.flatMap(({ number }) => {
      if (moved.has(didOf(after, number)?.id ?? '')) return [];
      const line = ledger.lineOf(after, number);
      const outcome = told.get(number);
      if (outcome !== 'attached' && outcome !== 'kept') return [`${number} is told as ${String(outcome)}`];
      if (line === undefined || !isOneOf(makers, line.maker)) return [`${number} has no line`];
      const isTransferring = request.transfer === undefined || ledger.toolsOn(line, after).length > 0;
      return isTransferring || outcome === 'kept' ? [] : [`${number} has no transfer`];
    }),
    ...result.objects.flatMap((object) => objectViolations(deed, ledger, object)),
  ];
}

/** What is proven was called and heard; what was to be proven is not told as done. */
function proofViolations({ request, heard }: Deed, { outcome, numbers, verification }: Result): readonly string[] {
  const isAsked = request?.verification?.inbound === true;
  const attached = numbers.filter((one) => one.outcome === 'attached');
  const proven = new Set(verification.flatMap(({ number, verdict }) => (verdict === 'proven' ? [number] : [])));
  const isProven = attached.length > 0 && attached.every(({ number }) => proven.has(number));
  const wanted = !isAsked || attached.length === 0 ? 'done' : isProven ? 'verified' : 'inconclusive';
  return [
    ...(outcome === wanted ? [] : [`it should be ${wanted}`]),
    ...attached
      .filter(({ number, phoneNumberId = '' }) => proven.has(number) && !heard.has(phoneNumberId))
      .map(({ number }) => `${number} is told as proven, and nobody was heard on it`),
  ];
}

/** An object of the Result stands; what the run has not created was in use before. */
function objectViolations({ untouched, after }: Deed, ledger: Ledger, object: ConnectionObject): readonly string[] {
  const { kind, id, created } = object;
  if (!after.has(id)) return [`object ${kind} ${id} does not exist`];
  const inUse = ledger.lines(untouched).some(({ parts }) => parts.includes(id));
  if (created && inUse) return [`object ${kind} ${id} is told as created, and a live number used it before`];
  return !created && !untouched.has(id) ? [`object ${kind} ${id} is told as not created, and is new`] : [];
}

function numberViolations(deed: Deed, ledger: Ledger, result: Result, told: NumberOutcome): readonly string[] {
  const { untouched, after, hands, makers } = deed;
  const { number, outcome } = told;
  const did = didOf(after, number);
  if (hands.some(({ edit }) => edit.changed.some(({ id }) => id === did?.id))) return [];
  const [before, line] = [ledger.lineOf(untouched, number), ledger.lineOf(after, number)];
  const imports = [...after.values()].filter(
    ({ id, kind, row }) => kind === 'phoneNumbers' && row['number'] === number && isOneOf(makers, ledger.makerOf(id)),
  );
  const stays = [did, ...imports].filter((thing) => thing !== undefined);
  const isUnchanged = stays.every(({ id, row }) => isDeepStrictEqual(untouched.get(id)?.row, row));
  switch (outcome) {
    case 'attached':
    case 'kept': {
      if (line === undefined) return [`${number} is told as ${outcome}, and has no line`];
      const isTrue = (before !== undefined) === (outcome === 'kept');
      const ids = told.phoneNumberId === line.phoneNumberId && told.didId === line.didId;
      return [
        ...(isTrue ? [] : [`${number} is told as ${outcome}, and was ${before ? '' : 'not '}live before`]),
        ...(ids ? [] : [`${number} is told with ids that are not its own`]),
      ];
    }
    case 'detached': {
      const isDetached = imports.length === 0 && !isOneOf(makers, ledger.makerOf(did?.row['voiceInTrunkId']));
      return isDetached || isUnchanged || saysUnsure(result)
        ? []
        : [`${number} is told as detached, and something of it is there`];
    }
    case 'left': {
      const isNamed = result.leftovers.some(({ id }) => stays.some((thing) => thing.id === id));
      return isNamed || saysUnsure(result) ? [] : [`${number} is told as left, and nothing of it is named`];
    }
    default:
      return outcome satisfies never;
  }
}

/**
 * A number that somebody routed away from the connection during the run, which was then undone, is told of.
 */
function toldViolations(deed: Deed, ledger: Ledger, result: Result): readonly string[] {
  if (!['rolled-back', 'leftovers', 'removed'].includes(result.outcome)) return [];
  return deed.hands.flatMap(({ edit, at }) =>
    edit.changed.flatMap(({ id }) => {
      const did = at.get(id);
      if (did?.kind !== 'dids' || !isOneOf(deed.makers, ledger.makerOf(did.row['voiceInTrunkId']))) return [];
      const number = `+${String(did.row['number'])}`;
      const isTold = [...result.warnings, ...result.leftovers.map(({ why }) => why)].some((text) =>
        text.includes(number),
      );
      return isTold ? [] : [`nothing is said of ${number}, which somebody routed elsewhere meanwhile`];
    }),
  );
}

/** Whether the Result says that something may be left which it cannot name. */
const saysUnsure = ({ warnings }: Result): boolean =>
  warnings.some((warning) => /may be left|Could not look whether anything is left/.test(warning));
