import type { Client } from '@temporalio/client';
import { searchAttributes } from '../../contract/searchAttributes.js';

/** The search attributes that runs carry where the namespace has them. */
const OURS = Object.values(searchAttributes).map(({ name }) => name);
/** `INDEXED_VALUE_TYPE_KEYWORD`. */
const KEYWORD = 2;
const KEPT_FOR_MS = 60_000;
const DEADLINE_MS = 5_000;

interface Answer {
  readonly names: readonly string[];
  readonly until: number;
}

const answers = new WeakMap<Client, Answer>();

/**
 * Our search attributes that the namespace has as keywords: to upsert any other would stall a run. An
 * answer is kept for a minute. Some services refuse the question: every error counts as none, and is asked
 * again.
 */
export async function knownSearchAttributes(client: Client): Promise<readonly string[]> {
  const kept = answers.get(client);
  if (kept !== undefined && kept.until > performance.now()) return kept.names;
  try {
    const { namespace } = client.options;
    const { customAttributes } = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
      client.connection.operatorService.listSearchAttributes({ namespace }),
    );
    const names = OURS.filter((name) => Number(customAttributes[name]) === KEYWORD);
    answers.set(client, { names, until: performance.now() + KEPT_FOR_MS });
    return names;
  } catch {
    return [];
  }
}
