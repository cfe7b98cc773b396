import type { PreviousRouting } from '../../contract/objects.js';
import type { Inventory, NumberStatus } from '../../contract/inventory.js';
import { remainingObject } from '../../domain/objects/removal.js';
import { stepNames, USED_BY_NUMBERS } from '../../contract/stepNames.js';
import { ConcurrencyLimiter, MOST_AT_ONCE } from '../engine/concurrencyLimiter.js';
import type { NumberTask } from '../../contract/messages.js';
import type { Onboarding } from './onboarding.js';

/**
 * Imports every number that is not there yet, each in a run of its own that locks the number. Undone before
 * what its import uses.
 */
export async function importNumbers(onboarding: Onboarding, inventory: Inventory, credentialId: string): Promise<void> {
  const { board, numbers, saga } = onboarding;
  const limiter = new ConcurrencyLimiter(MOST_AT_ONCE);
  board.enter('attach');
  await saga.together(
    ...newNumbers(inventory).map(
      (status) => () =>
        limiter.run(() =>
          saga.step({
            name: stepNames.import(status.number),
            run: (first) => numbers.import(numberTask(onboarding, inventory, status, credentialId, first)),
            note: (phoneNumberId) => phoneNumberId,
            undo: {
              run: () => numbers.undo(status.number),
              uses: USED_BY_NUMBERS,
              leftovers: (why) => [remainingObject('phone-number', numbers.importOf(status.number) ?? '', why)],
            },
          }),
        ),
    ),
  );
}

/** The numbers that this run attaches. */
export const newNumbers = ({ numbers }: Inventory): readonly NumberStatus[] => numbers.filter(({ kept }) => !kept);

/** The routings that this run takes over. */
export const takenOver = (inventory: Inventory): readonly PreviousRouting[] =>
  newNumbers(inventory).flatMap(({ number, routing }) =>
    routing === null || routing.id === inventory.inboundTrunk?.id ? [] : [{ number, routing }],
  );

/** Numbers that this run attaches and that are routed nowhere. */
export const unrouted = (inventory: Inventory): readonly string[] =>
  newNumbers(inventory).flatMap(({ number, routing }) => (routing === null ? [number] : []));

/** What a number's run is told to do. `first` is false once a person resumed the step. */
export function numberTask(
  { request, patience, board }: Onboarding,
  { seen }: Inventory,
  number: NumberStatus,
  credentialId: string,
  first: boolean,
): NumberTask {
  return {
    connection: request.connection,
    region: request.region,
    number,
    credentialId,
    ...(first ? { seen } : {}),
    patience,
    knownAttributes: board.published,
  };
}
