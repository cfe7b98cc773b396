import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { InvalidRequestError, type Patchbay, type PlanGiven, type StartedRun } from '../client.js';
import type { Plan } from '../contract/plan.js';
import { readRequest } from '../contract/request.js';
import { connectionSchema } from '../contract/requestShape.js';
import type { ObjectKind, Result } from '../contract/result.js';
import { type Region, REGIONS } from '../domain/sip/addresses.js';
import { type CommandContext, command, type JsonOption, timeoutOption } from './commandContext.js';
import { withPatchbay } from './connect.js';
import { EXIT, exitCodeOf } from './exitCodes.js';
import { followToResult } from './followRun.js';
import type { Screen } from './output/io.js';
import { planLines } from './output/planText.js';
import { readRequestFile } from './requestFile.js';
import { UsageError } from './usageError.js';

type PlanOptions = JsonOption & {
  readonly prune?: boolean;
  readonly region?: Region;
  readonly timeout?: number;
};

/** `patchbay plan FILE`, `patchbay plan SLUG`. */
export function planCommand(context: CommandContext): Command {
  return command('plan', 'Say what would change in both accounts; writes nothing.', [
    'patchbay plan request.yaml',
    'patchbay plan acme-support            # compares with what was asked last',
    'patchbay plan request.yaml --prune    # numbers that the file does not list would be detached',
    'patchbay plan request.yaml --json > plan.json',
  ])
    .argument('<file-or-slug>', 'a request, YAML or JSON (- reads standard input), or the name of a connection')
    .option('--prune', 'numbers that the request does not list are to be detached')
    .addOption(
      new Option('--region <region>', "of a connection's Vapi organisation; known from its runs").choices(REGIONS),
    )
    .addOption(timeoutOption())
    .action((target: string, options: PlanOptions) =>
      context.run(options, async (screen) => {
        const given = await givenBy(target, options, context.io.stdin);
        return withPatchbay(context.io.env, async ({ patchbay }) => {
          const run = await patchbay.plan(given);
          const bounded = options.timeout === undefined ? {} : { timeoutMs: options.timeout };
          const seen = await followToResult(patchbay, run, bounded, { io: context.io, screen });
          if ('stopped' in seen) return givenUp(run, seen.stopped, screen);
          return show(
            await planOf(patchbay, run, seen.result),
            seen.result,
            screen,
            'request' in given ? target : undefined,
          );
        });
      }),
    );
}

/** Before anything is connected: a wrong request needs no server to say so. */
async function givenBy(target: string, options: PlanOptions, stdin: NodeJS.ReadableStream): Promise<PlanGiven> {
  const prune = options.prune === true ? { prune: true } : {};
  if (isSlug(target)) {
    return { connection: target, ...prune, ...(options.region === undefined ? {} : { region: options.region }) };
  }
  if (options.region !== undefined) {
    throw new UsageError(
      'A request names its region itself.',
      'Leave --region out; it is for the name of a connection.',
    );
  }
  const request = await readRequestFile(target, stdin);
  const read = readRequest(request);
  if ('problems' in read) throw new InvalidRequestError(read.problems);
  return { request, ...prune };
}

/** What is the name of a file is a file. */
const isSlug = (target: string): boolean => connectionSchema.safeParse(target).success && !existsSync(target);

/** The plan of a run that has ended; of one that failed, why. */
async function planOf(patchbay: Patchbay, run: StartedRun, { failure, warnings }: Result): Promise<Plan> {
  const plan = await patchbay.plannedBy(run);
  if (plan !== undefined) return plan;
  if (failure === undefined) throw new Error(`The run ${run.runId} has ended without a plan and without a reason.`);
  const problems = failure.problems ?? [{ path: failure.step, ...failure }];
  return {
    connection: run.connection,
    changes: [],
    problems: problems.map(({ path, message, action }) => ({ path, message, action })),
    warnings,
    rings: [],
  };
}

function show(plan: Plan, result: Result, screen: Screen, file: string | undefined): number {
  screen.answer(planLines(plan, screen.paint.answer, nextLines(plan, file)));
  screen.document(plan);
  if (result.failure !== undefined) return exitCodeOf(result, 'run');
  if (plan.problems.length > 0) return EXIT.refused;
  return plan.changes.length === 0 ? EXIT.done : EXIT.differences;
}

/** The command that carries all of the plan out, where there is one. */
function nextLines({ changes, problems }: Plan, file: string | undefined): readonly string[] {
  if (changes.length === 0 || problems.length > 0) return [];
  if (!changes.every(isAddition(changes))) return ['Patchbay has no command yet that changes what exists.'];
  return file === undefined ? [] : [`To carry it out: patchbay onboard ${file === '-' ? 'FILE' : file}`];
}

/** An onboarding makes a connection, or attaches numbers to one; it changes nothing else. */
function isAddition(changes: Plan['changes']): (change: Plan['changes'][number]) => boolean {
  const isMade = (kind: ObjectKind): boolean => changes.some((one) => one.kind === kind && one.action === 'create');
  const isNew = isMade('outbound-trunk') && isMade('inbound-trunk');
  const numbers = changes.filter(({ action, kind }) => kind === 'phone-number' && action === 'create');
  const names = new Set(numbers.map(({ name }) => name));
  const assistants = new Set(
    numbers.flatMap(({ attributes = [] }) =>
      attributes.flatMap(({ attribute, to }) => (attribute === 'assistantId' ? [to] : [])),
    ),
  );
  return ({ action, kind, name, id = '', attributes = [] }) => {
    if (action === 'remove') return false;
    if (action === 'create') return isNew || kind === 'phone-number';
    if (kind === 'did') return names.has(name);
    if (kind === 'assistant') return assistants.has(id);
    return (
      kind === 'outbound-trunk' &&
      names.size > 0 &&
      attributes.every(({ attribute }) => attribute.startsWith('caller id '))
    );
  };
}

function givenUp(run: StartedRun, stopped: number, screen: Screen): number {
  screen.say(`The plan of ${run.connection} was not waited for. It writes nothing.`);
  screen.document({ connection: run.connection, workflowId: run.workflowId, runId: run.runId });
  return stopped;
}
