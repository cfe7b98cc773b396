import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { type Accounts, ACCOUNTS_MEMO, alsoToldBy, COPIES_MEMO } from '../domain/accounts.js';
import type { ListedObjects, Recalled } from '../domain/discovery.js';
import { readRequest } from '../domain/request.js';
import type { NumberOutcome, ObjectKind, Result } from '../domain/result.js';
import { REGIONS } from '../domain/sip.js';
import { runsOf } from './chain.js';
import { isResult, returnedBy } from './results.js';
import { inputOf, isOpen, type RunFacts } from './runs.js';

/**
 * What the closed runs of a connection tell of its accounts, and of what they made since it was last taken
 * away whole.
 */
export async function recall(client: Client, connection: string): Promise<Recalled> {
  const runs = (await runsOf(client, connection)).runs.filter((run) => !isOpen(run));
  const results: Result[] = [];
  const assistants = new Set<string>();
  for (const run of runs.slice(0, MOST_RUNS)) {
    const result = await resultOf(client, run);
    if (result?.outcome === 'removed') break;
    if (result !== undefined) results.push(result);
    if (run.type === 'offboardConnection' && result?.outcome === 'leftovers') break; // all else it has removed
    for (const id of await assistantsOf(client, run)) assistants.add(id);
  }
  const known = { ...objectsIn(results), assistants: [...assistants] };
  const accounts = runs.map(accountsIn).find((told) => told !== undefined);
  const copies = [...new Set(runs.flatMap(copiesIn))];
  const trunks = { inboundTrunkIds: known.inboundTrunks, outboundTrunkIds: known.outboundTrunks };
  return { ...(accounts === undefined ? {} : { accounts: alsoToldBy(accounts, trunks) }), known, copies };
}

/** Runs that are read for what they made: each takes two requests, and marks tell the rest. */
const MOST_RUNS = 50;

const accountsSchema: z.ZodType<Accounts> = z.object({
  didww: z
    .object({
      didIds: z.array(z.string()),
      inboundTrunkIds: z.array(z.string()).exactOptional(),
      outboundTrunkIds: z.array(z.string()).exactOptional(),
    })
    .exactOptional(),
  vapi: z
    .object({ region: z.enum(REGIONS), organisationId: z.string(), assistantId: z.string().exactOptional() })
    .exactOptional(),
});

const accountsIn = ({ memo }: RunFacts): Accounts | undefined => accountsSchema.safeParse(memo[ACCOUNTS_MEMO]).data;

const copiesIn = ({ memo }: RunFacts): readonly string[] => z.array(z.string()).safeParse(memo[COPIES_MEMO]).data ?? [];

/** The assistants that a run's request gave numbers to. */
async function assistantsOf(client: Client, run: RunFacts): Promise<readonly string[]> {
  if (run.type !== 'onboardConnection') return [];
  const read = readRequest(await inputOf(client, run));
  return 'request' in read ? read.request.numbers.map(({ assistantId }) => assistantId) : [];
}

/** The Result of a closed run, however it ended; undefined where it left none. */
async function resultOf(client: Client, run: RunFacts): Promise<Result | undefined> {
  try {
    return await returnedBy(client, run);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined; // lists show a run a little longer than it is kept
    if (!(error instanceof WorkflowFailedError)) throw error;
    const details: unknown = error.cause instanceof ApplicationFailure ? error.cause.details?.[0] : undefined;
    return isResult(details) ? details : undefined;
  }
}

const attachedDid = ({ outcome, didId }: NumberOutcome): readonly string[] =>
  didId === undefined || outcome === 'detached' ? [] : [didId];

function objectsIn(results: readonly Result[]): ListedObjects {
  const objects = results.flatMap(({ objects: standing, leftovers }) => [...standing, ...leftovers]);
  const of = (...kinds: readonly ObjectKind[]): readonly string[] => [
    ...new Set(objects.filter(({ kind, id }) => id !== '' && kinds.includes(kind)).map(({ id }) => id)),
  ];
  const imported = results.flatMap(({ numbers }) => numbers.flatMap(({ phoneNumberId }) => phoneNumberId ?? []));
  return {
    outboundTrunks: of('outbound-trunk'),
    inboundTrunks: of('inbound-trunk'),
    credentials: of('credential', 'outbound-credential', 'inbound-credential'),
    tools: of('transfer-tool'),
    dids: [...new Set([...of('did'), ...results.flatMap(({ numbers }) => numbers.flatMap(attachedDid))])],
    phoneNumbers: [...new Set([...of('phone-number'), ...imported])],
  };
}
