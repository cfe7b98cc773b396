/**
 * Holds what Patchbay said against what is true. Belongs here: the rules, each of which names what breaks
 * it. Does not: what is remembered (`ledger.ts`), or doing anything (`stage.ts`).
 */
import { isDeepStrictEqual } from 'node:util';
import type { Trouble } from './commands.js';
import { isOneOf, type Ledger, type Line } from './ledger.js';
import { outcomeViolations } from './outcomes.js';
import type { Deed, Newest, Stage } from './stage.js';
import { at, didOf, differing, type Thing, type Things, toolsOf, worded } from './things.js';

/**
 * Everything that is wrong with what an order did or said; empty where all is right. `newest`: the runs
 * before it.
 */
export function violations(deed: Deed, stage: Stage, newest: Newest | undefined): readonly string[] {
  const { ledger } = stage;
  const { told } = deed;
  return [
    ...strangersViolations(deed, ledger),
    ...lineViolations(deed, ledger),
    ...inUseViolations(deed, ledger),
    ...sharedToolViolations(deed, ledger),
    ...('result' in told ? outcomeViolations(deed, ledger, told.result) : refusalViolations(deed)),
    ...retryViolations(deed, newest),
    ...calmViolations(deed, ledger),
  ];
}

/** No object of somebody else, and of no other connection, has changed. */
function strangersViolations(deed: Deed, ledger: Ledger): readonly string[] {
  const { untouched, after, makers } = deed;
  return [...untouched.values()].flatMap((thing) => {
    const maker = ledger.makerOf(thing.id);
    if (isOneOf(makers, maker)) return [];
    const now = after.get(thing.id);
    if (now === undefined) return [`somebody else's ${worded(thing)} is gone`];
    if (isDeepStrictEqual(now.row, thing.row) || isOurShare(thing, now, deed, ledger)) return [];
    return [`somebody else's ${worded(thing)} has changed: ${differing(thing, now)}`];
  });
}

/**
 * What an order may change of things that others made: where calls of its own numbers go, and its own tool
 * on assistants.
 */
function isOurShare(before: Thing, now: Thing, deed: Deed, ledger: Ledger): boolean {
  const isOwn = (id: unknown): boolean => isOneOf(deed.makers, ledger.makerOf(id));
  switch (before.kind) {
    case 'dids': {
      const asked = deed.request?.numbers.some(({ number }) => number === `+${String(now.row['number'])}`) ?? false;
      const isRouted = (did: Thing): boolean => isOwn(did.row['voiceInTrunkId']);
      const { voiceInTrunkId, voiceInTrunkGroupId } = before.row;
      const same = { ...now.row, voiceInTrunkId, voiceInTrunkGroupId };
      return isDeepStrictEqual(same, before.row) && (isRouted(before) || (asked && isRouted(now)));
    }
    case 'assistants': {
      const others = (assistant: Thing): unknown => ({
        ...assistant.row,
        model: {
          ...(assistant.row['model'] as object),
          toolIds: toolsOf(assistant).filter((id) => !isOwn(id)),
        },
      });
      return isDeepStrictEqual(others(before), others(now));
    }
    default:
      return false;
  }
}

/**
 * What a live number needs stays as it is, unless its connection is taken away, but for what an extension
 * adds.
 */
const EXTENDED: Readonly<Record<string, readonly string[]>> = {
  outboundTrunks: ['didIds'],
  inboundTrunks: ['description'],
};

function lineViolations(deed: Deed, ledger: Ledger): readonly string[] {
  if (deed.order.order === 'offboard') return [];
  return ledger
    .lines(deed.untouched)
    .flatMap((line) => [
      ...line.parts.flatMap((id) => partViolations(line, deed.untouched.get(id), deed.after.get(id))),
      ...toolViolations(line, deed, ledger),
    ]);
}

function partViolations({ number }: Line, before: Thing | undefined, now: Thing | undefined): readonly string[] {
  if (before === undefined) return [];
  if (now === undefined) return [`live ${number} has lost ${worded(before)}`];
  const may = EXTENDED[before.kind] ?? [];
  const kept = Object.fromEntries(may.map((member) => [member, before.row[member]]));
  if (isDeepStrictEqual({ ...now.row, ...kept }, before.row)) return [];
  return [`of live ${number}, ${worded(before)} has changed: ${differing(before, now)}`];
}

function toolViolations(line: Line, { untouched, after }: Deed, ledger: Ledger): readonly string[] {
  const tools = ledger.toolsOn(line, untouched);
  const still = ledger.toolsOn(line, after);
  return tools.flatMap((id) =>
    still.includes(id) && isDeepStrictEqual(untouched.get(id)?.row, after.get(id)?.row)
      ? []
      : [`live ${line.number} has lost its transfer tool ${id}, or it has changed`],
  );
}

/**
 * What somebody else has come to need stays: a credential that a number of his is bound to, with the trunk
 * whose pair it holds, and a tool that an assistant lists. What lists did not show, and what came to be used
 * at the very moment of its removal, nobody could know.
 */
function inUseViolations(deed: Deed, ledger: Ledger): readonly string[] {
  const { before, after, hands, lagging, order } = deed;
  if (lagging || order.troubles.some(hidesUses)) return [];
  const seen: Things = new Map([...before, ...hands.flatMap(({ at: then }) => [...then])]);
  const isGone = ({ id }: Thing): boolean => !after.has(id);
  const imports = [...after.values()].filter(({ id, kind }) => kind === 'phoneNumbers' && !ledger.isMade(id));
  const credentials = imports.flatMap(({ row }) => seen.get(String(row['credentialId'])) ?? []);
  const pairs: readonly unknown[] = credentials.flatMap(
    (one) => at(one, 'outboundAuthenticationPlan', 'authUsername') ?? [],
  );
  const trunks = [...seen.values()].filter(
    (one) => one.kind === 'outboundTrunks' && pairs.includes(at(one, 'authenticationMethod', 'username')),
  );
  const tools = [...after.values()].flatMap((thing) =>
    thing.kind === 'assistants' ? toolsOf(thing).flatMap((id) => seen.get(id) ?? []) : [],
  );
  return [
    ...[...credentials, ...trunks]
      .filter(isGone)
      .map((thing) => `somebody's number needs ${worded(thing)}: it is gone`),
    ...tools.filter(isGone).map((thing) => `an assistant lists ${worded(thing)}: it is gone`),
  ];
}

/**
 * A tool that somebody's assistant lists stays on it, and as it is, until its connection is taken away. What
 * lists did not show nobody could know; that it is taken from an assistant is no matter of lists.
 */
function sharedToolViolations(deed: Deed, ledger: Ledger): readonly string[] {
  const { before, untouched, after, lagging, order } = deed;
  if (order.order === 'offboard') return [];
  const isHidden = lagging || order.troubles.some(hidesUses);
  return [...before.values()].flatMap((tool) => {
    if (tool.kind !== 'tools') return [];
    const still = ledger.usersOf(tool.id, after);
    const lost = ledger.usersOf(tool.id, untouched).filter(({ id }) => !still.some((one) => one.id === id));
    const now = after.get(tool.id);
    const isAsBefore = isHidden || isDeepStrictEqual(now?.row, untouched.get(tool.id)?.row);
    return [
      ...lost.map((assistant) => `${worded(assistant)}, which somebody had list ${worded(tool)}, has lost it`),
      ...(ledger.usersOf(tool.id, before).length === 0 || isAsBefore
        ? []
        : [`somebody's assistant lists ${worded(tool)}: ${now === undefined ? 'it is gone' : differing(tool, now)}`]),
    ];
  });
}

const hidesUses = (one: Trouble): boolean =>
  one.trouble === 'empty' ||
  (one.trouble === 'lost' && one.lagMs > 0) ||
  (one.trouble === 'moment' && one.request.startsWith('DELETE'));

/** An order that started no run has changed nothing. */
function refusalViolations({ untouched, after, writes }: Deed): readonly string[] {
  return [
    ...(isDeepStrictEqual(after, untouched) ? [] : ['no run was started, and something has changed']),
    ...writes.map((write) => `no run was started, and ${write} was sent`),
  ];
}

/** `retry` repeats the newest run, where that is an onboarding that failed, and is refused otherwise. */
function retryViolations({ order, told }: Deed, newest: Newest | undefined): readonly string[] {
  if (order.order !== 'retry') return [];
  const isRepeatable = newest?.order === 'onboard' && !newest.succeeded;
  if (isRepeatable === 'result' in told) return [];
  const run = newest === undefined ? 'no run' : `${newest.order}, ${newest.succeeded ? 'succeeded' : 'failed'}`;
  return [`retry ${'result' in told ? 'has started a run' : 'was refused'} although the newest is: ${run}`];
}

/** Where nothing unusual has ever been done, what is asked for is done. */
function calmViolations({ calm, order, slug, before, request, told }: Deed, ledger: Ledger): readonly string[] {
  if (!calm) return [];
  const standing = ledger.of(slug, before);
  const outcome = 'result' in told ? told.result.outcome : told.refusal.message;
  if (order.order === 'offboard')
    return standing.length > 0 && outcome !== 'removed' ? [`a calm offboarding ended: ${outcome}`] : [];
  const isFree = ({ number }: { readonly number: string }): boolean => {
    const did = didOf(before, number);
    const trunk = did?.row['voiceInTrunkId'];
    const isElsewhere = trunk !== null && request?.routing?.replaceExisting !== true;
    return did !== undefined && !ledger.isMade(String(trunk)) && !isElsewhere;
  };
  const mustBeDone = order.order === 'onboard' && standing.length === 0 && request?.numbers.every(isFree) === true;
  const wanted = request?.verification?.inbound === true ? 'verified' : 'done';
  return mustBeDone && outcome !== wanted ? [`a calm onboarding ended: ${outcome}`] : [];
}
