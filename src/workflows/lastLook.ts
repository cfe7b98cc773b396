import type { Inventory, Patience } from '../domain/contract.js';
import type { Copy, Stock } from '../domain/discovery.js';
import { CREDENTIAL_ROLES } from '../domain/marks.js';
import type { Identified } from '../domain/originals.js';
import { type RemainingObject, remainingObject, remainingRouting } from '../domain/removal.js';
import type { Region } from '../domain/sip.js';
import { rememberCopies } from './accounts.js';
import { activities } from './call.js';
import { failureOf } from './failure.js';
import type { LastLook } from './ending.js';
import { newNumbers } from './importNumbers.js';
import { knownByRuns, stockWithoutCopies } from './leftoverCopies.js';
import type { Onboarding } from './onboarding.js';
import { credentialKind } from './sharedObjects.js';
import { takeStock } from './stock.js';

/** What the last look has found is not told twice, in the words of the undo that failed. */
const SEEN_BY_LOOK: readonly RemainingObject['kind'][] = [
  'outbound-trunk',
  'inbound-trunk',
  'outbound-credential',
  'inbound-credential',
  'credential',
  'transfer-tool',
  'phone-number',
  'did',
  'assistant',
];

/**
 * Looks at both accounts once more by owner mark after a rollback: what is still there is named, whatever
 * the undo believed.
 */
export function lastLook(onboarding: Onboarding, inventory: Inventory): LastLook {
  const { request, patience, shared } = onboarding;
  const { connection, region } = request;
  return async (unwound) => {
    try {
      const look = { connection, region };
      const taken = await takeStock('look that nothing is left', look, patience.rollback);
      const { stock, copies } = inventory.standing
        ? { ...taken, copies: [] }
        : await leftOf(onboarding, inventory, taken.stock);
      rememberCopies([...inventory.copies, ...copies.map(({ id }) => id)]);
      const mine = ours(stock, inventory, shared.ids);
      const shown = inventory.standing ? mine.numbers.flatMap(ofNumber) : all(mine);
      const covered = inventory.standing ? ['phone-number', 'did'] : SEEN_BY_LOOK;
      const others = unwound.leftovers.filter(({ kind }) => !covered.includes(kind));
      const undo = unwound.leftovers.filter(({ kind }) => covered.includes(kind));
      const { objects: found, warnings } = await whatIsLeft(region, shown, undo, patience.rollback);
      return {
        leftovers: [...found, ...others],
        warnings: [
          ...unwound.warnings,
          ...copies.flatMap(({ id, told }) => (inventory.copies.includes(id) ? [] : [told])), // preflight told the others
          ...taken.warnings,
          ...warnings,
        ],
        numbersLeft: mine.numbers
          .filter(({ phoneNumberId, didId }) => found.some(({ id }) => id === phoneNumberId || id === didId))
          .map(({ number }) => number),
      };
    } catch (error) {
      const leftovers = await leftUnseen(region, unwound.leftovers, patience.rollback);
      return { leftovers, warnings: [...unwound.warnings, couldNotLook(error)] };
    }
  };
}

/** What is told where the last look itself fails. */
export const couldNotLook = (error: unknown): string =>
  `Could not look whether anything is left: ${failureOf(error, 'last look').message}`;

/**
 * What is left after an undo: what lists show, and what the undo says that no list shows, each read by id.
 * Where that cannot be read, all of it, with a warning.
 */
export async function whatIsLeft(
  region: Region,
  shown: readonly RemainingObject[],
  undo: readonly RemainingObject[],
  patience: Patience,
): Promise<{ readonly objects: readonly RemainingObject[]; readonly warnings: readonly string[] }> {
  const isShown = (one: RemainingObject): boolean => shown.some(({ kind, id }) => kind === one.kind && id === one.id);
  const claimed = [...shown, ...undo.filter((one) => one.id !== '' && !isShown(one))];
  try {
    return { objects: withReasons(await stillThere(region, claimed, patience), undo), warnings: [] };
  } catch (error) {
    const unnamed = undo.filter(({ id }) => id === '');
    return { objects: [...withReasons(claimed, undo), ...unnamed], warnings: [couldNotLook(error)] };
  }
}

/** What an undo says is left, where nobody could look: less what is gone when it is read by id, once. */
export async function leftUnseen(
  region: Region,
  undo: readonly RemainingObject[],
  patience: Patience,
): Promise<readonly RemainingObject[]> {
  const named = undo.filter(({ id }) => id !== '');
  const { objects } = await whatIsLeft(region, [], named, { ...patience, forMs: 0 });
  return [...objects, ...undo.filter(({ id }) => id === '')];
}

/** At once: each is one read. */
const CONFIRMED_AT_ONCE = 50;

/** What lists show, less what is gone when it is read by id: deletions lag in lists. */
async function stillThere(
  region: Region,
  shown: readonly RemainingObject[],
  patience: Patience,
): Promise<readonly RemainingObject[]> {
  const there: RemainingObject[] = [];
  for (let at = 0; at < shown.length; at += CONFIRMED_AT_ONCE) {
    const remaining = shown.slice(at, at + CONFIRMED_AT_ONCE);
    there.push(
      ...(await activities('read what lists still show', patience).confirmRemaining({ region, remaining }, patience)),
    );
  }
  return there;
}

/** Everything of the connection that still stands. */
export function all(stock: Stock): RemainingObject[] {
  const why = 'still there after the undo';
  return [
    ...stock.numbers.flatMap(ofNumber),
    ...stock.assistants.map(({ id, toolId }) => remainingObject('assistant', id, why, { toolId })),
    ...stock.tools.map(({ id }) => remainingObject('transfer-tool', id, why)),
    ...stock.inboundTrunks.map(({ id, groupId }) =>
      remainingObject('inbound-trunk', id, why, groupId === undefined ? {} : { groupId }),
    ),
    ...stock.credentials.map(({ id, role }) => remainingObject(credentialKind(role), id, why)),
    ...stock.outboundTrunks.map(({ id }) => remainingObject('outbound-trunk', id, why)),
  ];
}

/**
 * The stock with what this run did to its numbers alone, each with the routing that it had before. Where
 * other numbers use the connection, nobody is told to remove what they use: of the shared objects, only
 * those that this run made are its own.
 */
function ours(stock: Stock, inventory: Inventory, made: ReadonlySet<string>): Stock {
  const before = new Map(newNumbers(inventory).map((number) => [number.number, number]));
  const numbers = stock.numbers.flatMap(({ phoneNumberId, inboundTrunkId, ...rest }) => {
    const mine = before.get(rest.number);
    if (mine === undefined) return [];
    const left = {
      ...(mine.phoneNumberId === undefined ? given({ phoneNumberId }) : {}),
      ...(mine.routing?.id === inboundTrunkId ? {} : given({ inboundTrunkId })),
    };
    return Object.keys(left).length === 0 ? [] : [{ ...rest, ...left, previous: mine.routing }];
  });
  const isUsedByOthers = stock.numbers.some(({ number }) => !before.has(number));
  return { ...(isUsedByOthers ? only(stock, made) : stock), numbers };
}

/**
 * What a rollback has left of a connection that did not stand before, without somebody's copies. Earlier
 * runs are asked where something is there that this one neither made nor found: its preflight may not have
 * been shown it.
 */
async function leftOf(
  { request, patience, shared }: Onboarding,
  { unused, copies }: Inventory,
  stock: Stock,
): Promise<{ readonly stock: Stock; readonly copies: readonly Copy[] }> {
  const { connection } = request;
  const credentials = CREDENTIAL_ROLES.flatMap((role) =>
    shared.of(credentialKind(role)).map((one) => ({ ...one, role })),
  );
  const ours = {
    tools: [...unused.tools, ...shared.of('transfer-tool')],
    credentials: [...unused.credentials, ...credentials],
  };
  const told = [...copies, ...shared.spared];
  const isExplained = ({ id }: Identified): boolean =>
    told.includes(id) || [...ours.tools, ...ours.credentials].some((one) => one.id === id);
  if ([...stock.tools, ...stock.credentials].every(isExplained))
    return stockWithoutCopies(connection, stock, { ours, ids: [], copies: told });
  const recalled = knownByRuns(
    await activities('look for earlier runs', patience.rollback).recallConnection(connection, patience.rollback),
  );
  // What preflight has told as somebody's is theirs, though an earlier run made it.
  const ids = recalled.ids.filter((id) => !told.includes(id));
  return stockWithoutCopies(connection, stock, { ours, ids, copies: [...told, ...recalled.copies] });
}

/** The stock without shared objects other than these. */
function only(stock: Stock, ids: ReadonlySet<string>): Stock {
  const isOne = ({ id }: { readonly id: string }): boolean => ids.has(id);
  return {
    ...stock,
    outboundTrunks: stock.outboundTrunks.filter(isOne),
    inboundTrunks: stock.inboundTrunks.filter(isOne),
    credentials: stock.credentials.filter(isOne),
    tools: stock.tools.filter(isOne),
    assistants: stock.assistants.filter(({ toolId }) => ids.has(toolId)),
  };
}

const given = (members: { phoneNumberId?: string | undefined; inboundTrunkId?: string | undefined }) => ({
  ...(members.phoneNumberId === undefined ? {} : { phoneNumberId: members.phoneNumberId }),
  ...(members.inboundTrunkId === undefined ? {} : { inboundTrunkId: members.inboundTrunkId }),
});

function ofNumber(number: Stock['numbers'][number]): RemainingObject[] {
  const { phoneNumberId, didId, inboundTrunkId } = number;
  return [
    ...(didId !== undefined && inboundTrunkId !== undefined
      ? [remainingRouting({ ...number, didId }, 'still routed to the connection')]
      : []),
    ...(phoneNumberId === undefined ? [] : [remainingObject('phone-number', phoneNumberId, 'still imported')]),
  ];
}

/** What was found, each with the reason that its undo gave. */
function withReasons(found: readonly RemainingObject[], undo: readonly RemainingObject[]): RemainingObject[] {
  return found.map((left) => {
    const told = undo.find(({ kind, id }) => kind === left.kind && (id === left.id || id === ''));
    return told === undefined ? left : { ...left, why: told.why };
  });
}
