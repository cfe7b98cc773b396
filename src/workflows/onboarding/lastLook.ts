import type { Inventory } from '../../contract/inventory.js';
import type { Copy, DiscoveredObjects } from '../../contract/discovery.js';
import { CREDENTIAL_ROLES, type Identified } from '../../contract/marks.js';
import type { RemainingObject } from '../../contract/remaining.js';
import { rememberCopies } from '../engine/accounts.js';
import { activities } from '../engine/activities.js';
import type { LastLook } from '../engine/endRun.js';
import { newNumbers } from './importNumbers.js';
import { knownByRuns, withoutCopies } from '../discovery/leftoverCopies.js';
import type { Onboarding } from './onboarding.js';
import { credentialKind } from '../../contract/result.js';
import { all, couldNotLook, leftUnseen, ofNumber, whatIsLeft } from '../discovery/remaining.js';
import { discoverObjects } from '../discovery/discoverObjects.js';

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
      const taken = await discoverObjects('look that nothing is left', look, patience.rollback);
      const { discovered, copies } = inventory.standing
        ? { ...taken, copies: [] }
        : await leftOf(onboarding, inventory, taken.discovered);
      rememberCopies([...inventory.copies, ...copies.map(({ id }) => id)]);
      const mine = ours(discovered, inventory, shared.ids);
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
        numbersLeft: numbersLeft(onboarding, [...mine.numbers, ...newNumbers(inventory)], found),
      };
    } catch (error) {
      const leftovers = await leftUnseen(region, unwound.leftovers, patience.rollback);
      return {
        leftovers,
        warnings: [...unwound.warnings, couldNotLook(error)],
        numbersLeft: numbersLeft(onboarding, newNumbers(inventory), leftovers),
      };
    }
  };
}

/** Numbers of which something is left, by what lists show and by what this run knows though no list does. */
function numbersLeft(
  { imports }: Onboarding,
  numbers: readonly { readonly number: string; readonly phoneNumberId?: string; readonly didId?: string }[],
  found: readonly RemainingObject[],
): readonly string[] {
  const isLeft = (id: string | undefined): boolean => found.some((one) => one.id === id);
  const isUnanswered = found.some(({ kind, id }) => kind === 'phone-number' && id === '');
  const left = numbers.filter(({ number, phoneNumberId, didId }) => {
    const { known = [], lostAt } = imports.get(number) ?? {};
    const mayBeLeft = isUnanswered && lostAt !== undefined && known.length === 0;
    return mayBeLeft || [phoneNumberId, didId, ...known.map(({ id }) => id)].some(isLeft);
  });
  return [...new Set(left.map(({ number }) => number))];
}

/**
 * What was discovered, with what this run did to its numbers alone, each with the routing that it had
 * before. Where other numbers use the connection, nobody is told to remove what they use: of the shared
 * objects, only those that this run made are its own.
 */
function ours(discovered: DiscoveredObjects, inventory: Inventory, made: ReadonlySet<string>): DiscoveredObjects {
  const before = new Map(newNumbers(inventory).map((number) => [number.number, number]));
  const numbers = discovered.numbers.flatMap(({ phoneNumberId, inboundTrunkId, ...rest }) => {
    const mine = before.get(rest.number);
    if (mine === undefined) return [];
    const left = {
      ...(mine.phoneNumberId === undefined ? given({ phoneNumberId }) : {}),
      ...(mine.routing?.id === inboundTrunkId ? {} : given({ inboundTrunkId })),
    };
    return Object.keys(left).length === 0 ? [] : [{ ...rest, ...left, previous: mine.routing }];
  });
  const isUsedByOthers = discovered.numbers.some(({ number }) => !before.has(number));
  return { ...(isUsedByOthers ? only(discovered, made) : discovered), numbers };
}

/**
 * What a rollback has left of a connection that did not stand before, without somebody's copies. Earlier
 * runs are asked where something is there that this one neither made nor found: its preflight may not have
 * been shown it.
 */
async function leftOf(
  { request, patience, shared }: Onboarding,
  { unused, copies }: Inventory,
  discovered: DiscoveredObjects,
): Promise<{ readonly discovered: DiscoveredObjects; readonly copies: readonly Copy[] }> {
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
  if ([...discovered.tools, ...discovered.credentials].every(isExplained))
    return withoutCopies(connection, discovered, { ours, ids: [], copies: told });
  const recalled = knownByRuns(
    await activities('look for earlier runs', patience.rollback).recallConnection(connection),
  );
  // What preflight has told as somebody's is theirs, though an earlier run made it.
  const ids = recalled.ids.filter((id) => !told.includes(id));
  return withoutCopies(connection, discovered, { ours, ids, copies: [...told, ...recalled.copies] });
}

/** What was discovered, without shared objects other than these. */
function only(discovered: DiscoveredObjects, ids: ReadonlySet<string>): DiscoveredObjects {
  const isOne = ({ id }: { readonly id: string }): boolean => ids.has(id);
  return {
    ...discovered,
    outboundTrunks: discovered.outboundTrunks.filter(isOne),
    inboundTrunks: discovered.inboundTrunks.filter(isOne),
    credentials: discovered.credentials.filter(isOne),
    tools: discovered.tools.filter(isOne),
    assistants: discovered.assistants.filter(({ toolId }) => ids.has(toolId)),
  };
}

const given = (members: { phoneNumberId?: string | undefined; inboundTrunkId?: string | undefined }) => ({
  ...(members.phoneNumberId === undefined ? {} : { phoneNumberId: members.phoneNumberId }),
  ...(members.inboundTrunkId === undefined ? {} : { inboundTrunkId: members.inboundTrunkId }),
});
