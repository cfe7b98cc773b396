/**
 * What a look at both accounts after an undo has found to be left. Belongs here: telling what is there from
 * what lists show. Does not: what of it is a run's own (`workflows/onboarding/lastLook.ts`).
 */
import type { DiscoveredObjects } from '../../contract/discovery.js';
import type { RemainingObject } from '../../contract/remaining.js';
import { atDidww, atVapi, type Patience } from '../../contract/attempts.js';
import { credentialKind, type ObjectProvider } from '../../contract/result.js';
import { remainingObject, remainingRouting } from '../../domain/objects/removal.js';
import type { Region } from '../../domain/sip/addresses.js';
import { activities } from '../engine/activities.js';
import { MOST_AT_ONCE } from '../engine/concurrencyLimiter.js';
import { failureOf } from '../engine/failure.js';

/** What is told where the last look itself fails. */
export const couldNotLook = (error: unknown): string =>
  `Could not look whether anything is left: ${failureOf(error, 'last look').message}`;

/**
 * What is left after an undo: what lists show, and what the undo says that no list shows, each read by id.
 * Where that cannot be read at a provider, all that is claimed of it, with a warning.
 */
export async function whatIsLeft(
  region: Region,
  shown: readonly RemainingObject[],
  undo: readonly RemainingObject[],
  patience: Patience,
): Promise<{ readonly objects: readonly RemainingObject[]; readonly warnings: readonly string[] }> {
  const isShown = (one: RemainingObject): boolean => shown.some(({ kind, id }) => kind === one.kind && id === one.id);
  const claimed = [...shown, ...undo.filter((one) => one.id !== '' && !isShown(one))];
  const looks = await Promise.all([
    look(region, claimedAt(claimed, 'didww'), atDidww(patience)),
    look(region, claimedAt(claimed, 'vapi'), atVapi(patience)),
  ]);
  const there = new Set(looks.flatMap(({ objects }) => objects.map(keyOf)));
  const warnings = [...new Set(looks.flatMap(({ error }) => (error === undefined ? [] : [couldNotLook(error)])))];
  const unnamed = warnings.length === 0 ? [] : undo.filter(({ id }) => id === '');
  return {
    objects: [
      ...withReasons(
        claimed.filter((one) => there.has(keyOf(one))),
        undo,
      ),
      ...unnamed,
    ],
    warnings,
  };
}

const keyOf = ({ kind, id }: RemainingObject): string => `${kind} ${id}`;

const claimedAt = (claimed: readonly RemainingObject[], at: ObjectProvider): readonly RemainingObject[] =>
  claimed.filter(({ provider }) => provider === at);

/** Those that are there; all of them, with the error, where they cannot be read. */
async function look(
  region: Region,
  claimed: readonly RemainingObject[],
  patience: Patience,
): Promise<{ readonly objects: readonly RemainingObject[]; readonly error?: unknown }> {
  try {
    return { objects: await stillThere(region, claimed, patience) };
  } catch (error) {
    return { objects: claimed, error };
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

/** What lists show, less what is gone when it is read by id: deletions lag in lists. */
async function stillThere(
  region: Region,
  shown: readonly RemainingObject[],
  patience: Patience,
): Promise<readonly RemainingObject[]> {
  const there: RemainingObject[] = [];
  for (let at = 0; at < shown.length; at += MOST_AT_ONCE) {
    const remaining = shown.slice(at, at + MOST_AT_ONCE);
    there.push(...(await activities('read what lists still show', patience).confirmRemaining({ region, remaining })));
  }
  return there;
}

/** Everything of the connection that still exists. */
export function all(discovered: DiscoveredObjects): RemainingObject[] {
  const why = 'still there after the undo';
  return [
    ...discovered.numbers.flatMap(ofNumber),
    ...discovered.assistants.map(({ id, toolId }) => remainingObject('assistant', id, why, { toolId })),
    ...discovered.tools.map(({ id }) => remainingObject('transfer-tool', id, why)),
    ...discovered.inboundTrunks.map(({ id, groupId }) =>
      remainingObject('inbound-trunk', id, why, groupId === undefined ? {} : { groupId }),
    ),
    ...discovered.credentials.map(({ id, role }) => remainingObject(credentialKind(role), id, why)),
    ...discovered.outboundTrunks.map(({ id }) => remainingObject('outbound-trunk', id, why)),
  ];
}

/** What still exists of a number. */
export function ofNumber(number: DiscoveredObjects['numbers'][number]): RemainingObject[] {
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
