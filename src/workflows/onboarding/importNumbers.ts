import type { SkipLookup } from '../../contract/attempts.js';
import type { Ensured, PreviousRouting } from '../../contract/objects.js';
import type { Inventory, NumberStatus } from '../../contract/inventory.js';
import type { NumberTask } from '../../contract/messages.js';
import { numberActivityId, stepNames, USED_BY_NUMBERS } from '../../contract/stepNames.js';
import { activities } from '../engine/activities.js';
import { listsCaughtUp } from '../engine/awaitLists.js';
import { ConcurrencyLimiter, MOST_AT_ONCE } from '../engine/concurrencyLimiter.js';
import { MadeObjects } from './createdObjects.js';
import type { Undo } from '../engine/saga.js';
import type { Connection, Onboarding } from './onboarding.js';

/** Takes the lock of every number that is not there yet, and imports it. Undone before what its import uses. */
export async function importNumbers(
  onboarding: Onboarding,
  inventory: Inventory,
  connection: Pick<Connection, 'inboundCredentialId' | 'inboundTrunkId'>,
): Promise<void> {
  const { board, saga } = onboarding;
  const limiter = new ConcurrencyLimiter(MOST_AT_ONCE);
  board.enter('attach');
  await saga.parallel(
    ...newNumbers(inventory).map(
      (number) => () => limiter.run(() => importOne(onboarding, inventory, numberTask(onboarding, number, connection))),
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

/** All that it takes to attach a number, and to put it back. */
export function numberTask(
  { request, patience, board }: Onboarding,
  number: NumberStatus,
  { inboundCredentialId, inboundTrunkId }: Pick<Connection, 'inboundCredentialId' | 'inboundTrunkId'>,
): NumberTask {
  return {
    connection: request.connection,
    region: request.region,
    number,
    credentialId: inboundCredentialId,
    inboundTrunkId,
    patience,
    knownAttributes: board.published,
  };
}

/**
 * Takes the import away again; where an answer was lost, once lists show what it may have made. Left where
 * what uses it stays.
 */
export function importUndo(
  { region, number: { number }, credentialId, patience }: NumberTask,
  made: MadeObjects,
): Undo {
  const { rollback } = patience;
  return {
    run: async () => {
      const warnings = await listsCaughtUp(made.lostAt, rollback);
      const { made: ids, marked } = made.removable();
      const target = { region, number, credentialId, made: ids, marked };
      const undone = await activities(
        `remove ${number} from Vapi`,
        rollback,
        numberActivityId('remove', number),
      ).removeImport(target);
      return { warnings: [...warnings, ...undone.warnings] };
    },
    uses: USED_BY_NUMBERS,
    leftovers: (why) => made.leftovers('phone-number', why),
  };
}

async function importOne({ imports, locks, saga }: Onboarding, { seen }: Inventory, task: NumberTask): Promise<void> {
  const { number, phoneNumberId } = task.number;
  const made = new MadeObjects();
  imports.set(number, made);
  await saga.step({
    name: stepNames.import(number),
    run: async (first) => {
      await locks.take(task);
      return made.by(() => imported(task, first && phoneNumberId === undefined ? { absentAt: seen } : {}), first);
    },
    note: ({ id }) => id,
    ...(phoneNumberId === undefined ? { undo: onlyWhere(() => locks.has(number), importUndo(task, made)) } : {}),
  });
}

function imported(task: NumberTask, lookup: SkipLookup): Promise<Ensured> {
  const { region, credentialId, patience } = task;
  const { number, label, assistantId } = task.number;
  return activities(`import ${number} into Vapi`, patience.step, numberActivityId('import', number)).ensureImport({
    region,
    number,
    assistantId,
    credentialId,
    ...(label === undefined ? {} : { label }),
    ...lookup,
  });
}

/** Another run may hold the number: nothing of it is ours to undo then. */
const onlyWhere = (isHeld: () => boolean, undo: Undo): Undo => ({
  ...undo,
  run: () => (isHeld() ? undo.run() : Promise.resolve({ warnings: [] })),
  leftovers: (why) => (isHeld() ? undo.leftovers(why) : []),
});
