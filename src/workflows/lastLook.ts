import type { Inventory, Stock } from '../domain/contract.js';
import { type RemainingObject, remainingObject } from '../domain/removal.js';
import { activities } from './call.js';
import { failureOf } from './failure.js';
import type { LastLook } from './ending.js';
import { newNumbers } from './importNumbers.js';
import type { Onboarding } from './onboarding.js';

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

/** Looks at both accounts once more by owner mark after a rollback: what is still there is named, whatever the undo believed. */
export function lastLook({ request, patience }: Onboarding, inventory: Inventory): LastLook {
  const { connection, region } = request;
  return async (unwound) => {
    try {
      const stock = await activities('look that nothing is left', patience.rollback).takeStock(
        { connection, region },
        patience.rollback,
      );
      const mine = ours(stock, inventory);
      const found = inventory.standing ? mine.numbers.flatMap(ofNumber) : all(mine);
      const covered = inventory.standing ? ['phone-number', 'did'] : SEEN_BY_LOOK;
      const others = unwound.leftovers.filter(({ kind }) => !covered.includes(kind));
      return {
        ...unwound,
        leftovers: [...withReasons(found, unwound.leftovers), ...others],
        numbersLeft: mine.numbers.map(({ number }) => number),
      };
    } catch (error) {
      const { message } = failureOf(error, 'last look');
      return { ...unwound, warnings: [...unwound.warnings, `Could not look whether anything is left: ${message}`] };
    }
  };
}

/** Everything of the connection that still stands. */
export function all(stock: Stock): RemainingObject[] {
  const why = 'still there after the undo';
  return [
    ...stock.numbers.flatMap(ofNumber),
    ...stock.assistants.map(({ id, toolId }) => remainingObject('assistant', id, why, { toolId })),
    ...stock.tools.map(({ id }) => remainingObject('transfer-tool', id, why)),
    ...stock.inboundTrunks.map(({ id }) => remainingObject('inbound-trunk', id, why)),
    ...stock.credentials.map(({ id, role }) =>
      remainingObject(
        role === 'out' ? 'outbound-credential' : role === 'in' ? 'inbound-credential' : 'credential',
        id,
        why,
      ),
    ),
    ...stock.outboundTrunks.map(({ id }) => remainingObject('outbound-trunk', id, why)),
  ];
}

/**
 * The stock with what this run did to its numbers alone, each with the routing that it had before. In a connection that stood before, only what this
 * run attached is left over.
 */
function ours(stock: Stock, inventory: Inventory): Stock {
  const before = new Map(newNumbers(inventory).map((number) => [number.number, number]));
  const numbers = stock.numbers.flatMap(({ phoneNumberId, inboundTrunkId, ...rest }) => {
    const mine = before.get(rest.number);
    if (mine === undefined) return inventory.standing ? [] : [{ ...rest, ...given({ phoneNumberId, inboundTrunkId }) }];
    const left = {
      ...(mine.phoneNumberId === undefined ? given({ phoneNumberId }) : {}),
      ...(mine.routing?.id === inboundTrunkId ? {} : given({ inboundTrunkId })),
    };
    return Object.keys(left).length === 0 ? [] : [{ ...rest, ...left, previous: mine.routing }];
  });
  return { ...stock, numbers };
}

const given = (members: { phoneNumberId?: string | undefined; inboundTrunkId?: string | undefined }) => ({
  ...(members.phoneNumberId === undefined ? {} : { phoneNumberId: members.phoneNumberId }),
  ...(members.inboundTrunkId === undefined ? {} : { inboundTrunkId: members.inboundTrunkId }),
});

function ofNumber({ phoneNumberId, didId, inboundTrunkId, previous }: Stock['numbers'][number]): RemainingObject[] {
  return [
    ...(didId !== undefined && inboundTrunkId !== undefined
      ? [remainingObject('did', didId, 'still routed to the connection', { routing: previous })]
      : []),
    ...(phoneNumberId === undefined ? [] : [remainingObject('phone-number', phoneNumberId, 'still imported')]),
  ];
}

/** What was found, each with the reason that its undo gave. */
export function withReasons(found: readonly RemainingObject[], undo: readonly RemainingObject[]): RemainingObject[] {
  return found.map((left) => {
    const told = undo.find(({ kind, id }) => kind === left.kind && (id === left.id || id === ''));
    return told === undefined ? left : { ...left, why: told.why };
  });
}
