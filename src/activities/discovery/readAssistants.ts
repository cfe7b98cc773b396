/** Assistants of many numbers, read within one attempt. */
import type { CallOptions } from '../../http/index.js';
import { isClass } from '../engine/refusals.js';
import type { Assistant, VapiClient } from '../../vapi/index.js';

/** Above this many, one list (a page of 1,000) is quicker than a read of each. */
const MOST_READ_SINGLY = 20;
/** Reads by id at the same time. */
const AT_ONCE = 20;

/**
 * Has each of these assistants looked at, in order. More than 20 are listed. Those that the list does not
 * show are read by id, as lists lag; so are all of them where the list cannot be understood, as it holds
 * everybody's assistants. A list that fails otherwise is looked at once, as the answer for the first of
 * them.
 */
export async function readAssistants<T>(
  vapi: Pick<VapiClient, 'getAssistant' | 'listAssistants'>,
  ids: readonly string[],
  look: (id: string, answer: Promise<Assistant>) => Promise<T>,
  options: CallOptions,
): Promise<readonly T[]> {
  const [first] = ids;
  if (first === undefined || ids.length <= MOST_READ_SINGLY)
    return mapConcurrently(ids, (id) => look(id, vapi.getAssistant(id, options)));
  const [list] = await Promise.allSettled([vapi.listAssistants(options)]);
  const isUnreadable = list.status === 'rejected' && isClass(list.reason, 'unexpected-answer');
  if (list.status === 'rejected' && !isUnreadable) return [await look(first, Promise.reject(list.reason as Error))];
  const listed = list.status === 'rejected' ? [] : list.value;
  const byId = new Map(listed.map((assistant) => [assistant.id, assistant]));
  return mapConcurrently(ids, (id) => {
    const shown = byId.get(id);
    return look(id, shown === undefined ? vapi.getAssistant(id, options) : Promise.resolve(shown));
  });
}

/** Each item's outcome in order, a limited number of them at the same time. */
async function mapConcurrently<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const outcomes: R[] = [];
  const waiting = items.entries();
  const takeInTurn = async (): Promise<void> => {
    for (const [at, item] of waiting) outcomes[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, takeInTurn));
  return outcomes;
}
