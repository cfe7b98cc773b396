import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { type Accounts, ACCOUNTS_MEMO, alsoToldBy, areSame, COPIES_MEMO, IN_USE_MEMO } from '../contract/accounts.js';
import type { ListedObjects, Recalled } from '../contract/discovery.js';
import { readRequest } from '../contract/request.js';
import type { NumberOutcome, ObjectKind, Result } from '../contract/result.js';
import { REGIONS } from '../domain/sip/addresses.js';
import { runsOf } from './chain.js';
import { isResult, returnedBy } from './results.js';
import { inputOf, isOpen, type RunFacts } from './runs.js';

/** What is recalled, with more than those who take a connection away have to know. */
export interface EarlierRuns extends Recalled {
  /** Whether a run has left this tool, as far as its Result tells which, on this assistant. */
  readonly hasAssigned: (toolId: string, assistantId: string) => boolean;
}

/**
 * What the closed runs of a connection tell of its accounts, and of what they made since it was last taken
 * away whole. Its accounts are those of the newest run that left anything: one that was rolled back may have
 * had keys of others, and Temporal may have forgotten the run that the connection stands by. A tool that a
 * run after that told as in use by somebody is not the connection's any more.
 */
export async function recall(client: Client, connection: string): Promise<EarlierRuns> {
  const newest = (await runsOf(client, connection, MOST_RUNS + 1)).runs; // the newest may be open
  const runs = newest.filter((run) => !isOpen(run)).slice(0, MOST_RUNS);
  const results: Result[] = [];
  const assistants = new Set<string>();
  const assignments: ToolAssignment[] = [];
  const disowned = new Set<string>();
  const tools = new Set<string>();
  const marks: Accounts[] = [];
  let leftAnything = false;
  let wasRemoved = false;
  for await (const { run, result, assignment } of readInTurn(client, runs)) {
    wasRemoved = result?.outcome === 'removed';
    if (wasRemoved) break;
    if (!isClean(run, result)) {
      leftAnything = true;
      marks.push(...toldAccounts(run, result));
    }
    if (result !== undefined) results.push(result);
    for (const id of result === undefined ? [] : toolsIn(result)) if (id !== '' && !disowned.has(id)) tools.add(id);
    for (const id of idsIn(run, IN_USE_MEMO)) disowned.add(id);
    if (run.type === 'offboardConnection' && result?.outcome === 'leftovers') break; // all else it has removed
    for (const id of assignment.assistants) assistants.add(id);
    assignments.push(assignment);
  }
  const known = { ...objectsIn(results), tools: [...tools], assistants: [...assistants] };
  const accounts = merged(marks);
  const told = runs.flatMap((run) => [...idsIn(run, COPIES_MEMO), ...idsIn(run, IN_USE_MEMO)]);
  const copies = [...new Set(told)];
  return {
    ...(accounts === undefined ? {} : { accounts }),
    ...(wasRemoved && !leftAnything ? { wasRemoved } : {}),
    known,
    copies,
    hasAssigned: (toolId, assistantId) =>
      assignments.some(
        (assignment) => assignment.assistants.has(assistantId) && (assignment.tools?.includes(toolId) ?? true),
      ),
  };
}

/** Which tools a run may have left on which assistants. */
interface ToolAssignment {
  readonly assistants: ReadonlySet<string>;
  /** Undefined: any, as the run left nothing that tells. */
  readonly tools: readonly string[] | undefined;
}

/** Runs that are read for what they made: each takes two requests, and marks tell the rest. */
const MOST_RUNS = 50;

/** Runs that are read side by side: fifty in turn would take seconds where Temporal is far away. */
const RUNS_AT_ONCE = 10;

/** What a closed run tells by its Result and its input. */
interface ReadRun {
  readonly run: RunFacts;
  readonly result: Result | undefined;
  readonly assignment: ToolAssignment;
}

/** The runs in their order. Those that nobody asks for any more are not read, but for a few. */
async function* readInTurn(client: Client, runs: readonly RunFacts[]): AsyncGenerator<ReadRun> {
  for (let at = 0; at < runs.length; at += RUNS_AT_ONCE)
    yield* await Promise.all(runs.slice(at, at + RUNS_AT_ONCE).map((run) => readRun(client, run)));
}

async function readRun(client: Client, run: RunFacts): Promise<ReadRun> {
  const result = await resultOf(client, run);
  return { run, result, assignment: await assignmentOf(client, run, result) };
}

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

/** The accounts of a run, also told by the trunks that it left; none where it did not get so far. */
function toldAccounts({ memo }: RunFacts, result: Result | undefined): readonly Accounts[] {
  const accounts = accountsSchema.safeParse(memo[ACCOUNTS_MEMO]).data;
  if (accounts === undefined) return [];
  const { inboundTrunks, outboundTrunks } = objectsIn(result === undefined ? [] : [result]);
  return [alsoToldBy(accounts, { inboundTrunkIds: inboundTrunks, outboundTrunkIds: outboundTrunks })];
}

/** The newest of them, also told by the trunks of older ones that are known to be the same. */
function merged([newest, ...older]: readonly Accounts[]): Accounts | undefined {
  return older.reduce(
    (told, other) => (told !== undefined && areSame(told, other) ? alsoToldBy(told, other.didww ?? {}) : told),
    newest,
  );
}

const idsIn = ({ memo }: RunFacts, name: string): readonly string[] =>
  z.array(z.string()).safeParse(memo[name]).data ?? [];

/** The assistants that a run's request gave numbers to, with the tools that it left. */
async function assignmentOf(client: Client, run: RunFacts, result: Result | undefined): Promise<ToolAssignment> {
  const nothing: ToolAssignment = { assistants: new Set(), tools: [] };
  if (run.type !== 'onboardConnection') return nothing;
  const read = readRequest(await inputOf(client, run));
  if ('problems' in read) return nothing;
  const { numbers, transfer } = read.request;
  const tools = result === undefined ? undefined : toolsIn(result);
  return {
    assistants: new Set(numbers.map(({ assistantId }) => assistantId)),
    tools: transfer === undefined || isClean(run, result) ? [] : tools?.includes('') === true ? undefined : tools,
  };
}

/** Whether the run left nothing of its own. */
const isClean = ({ status }: RunFacts, result: Result | undefined): boolean =>
  result?.outcome === 'refused' || result?.outcome === 'rolled-back' || status === 'CANCELLED';

/** The transfer tools that a Result names; one of which no answer told the id is empty. */
const toolsIn = ({ objects, leftovers }: Result): readonly string[] =>
  [...objects, ...leftovers].flatMap(({ kind, id }) => (kind === 'transfer-tool' ? [id] : []));

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

function objectsIn(results: readonly Result[]): Omit<ListedObjects, 'tools'> {
  const objects = results.flatMap((result) => [...result.objects, ...result.leftovers]);
  const of = (...kinds: readonly ObjectKind[]): readonly string[] => [
    ...new Set(objects.filter(({ kind, id }) => id !== '' && kinds.includes(kind)).map(({ id }) => id)),
  ];
  const imported = results.flatMap(({ numbers }) => numbers.flatMap(({ phoneNumberId }) => phoneNumberId ?? []));
  return {
    outboundTrunks: of('outbound-trunk'),
    inboundTrunks: of('inbound-trunk'),
    credentials: of('credential', 'outbound-credential', 'inbound-credential'),
    dids: [...new Set([...of('did'), ...results.flatMap(({ numbers }) => numbers.flatMap(attachedDid))])],
    phoneNumbers: [...new Set([...of('phone-number'), ...imported])],
  };
}
