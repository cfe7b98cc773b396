import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { outboundTrunkActivities } from '../../src/activities/objects/outboundTrunk.js';
import { inboundTrunkActivities } from '../../src/activities/objects/inboundTrunk.js';
import { credentialActivities } from '../../src/activities/objects/credential.js';
import type { Inventory } from '../../src/contract/inventory.js';
import { phoneNumberActivities } from '../../src/activities/objects/phoneNumber.js';
import { preflightActivities } from '../../src/activities/preflight/preflight.js';
import { routingActivities } from '../../src/activities/objects/routing.js';
import { discoveryActivities } from '../../src/activities/discovery/discoverObjects.js';
import { transferToolActivities } from '../../src/activities/objects/transferTool.js';
import type { Failure, Problem } from '../../src/contract/failure.js';
import { readRequest, type Request, type RequestInput } from '../../src/contract/request.js';
import {
  credentialRoles,
  inboundRole,
  desiredCredential,
  desiredInboundTrunk,
  desiredOutboundTrunk,
  desiredTransferTool,
} from '../../src/domain/objects/desired.js';
import { givenWorld, NUMBER, only, type World } from './world.js';

/** The accounts of `world.ts`, and the activities that read them as a whole. */
export interface Accounts extends World {
  readonly steps: ReturnType<typeof everyStep>;
  /** A request for the first number and its assistant, with these changes. */
  request(changes?: Partial<RequestInput>): Request;
  inventory(request?: Request): Promise<Inventory>;
  refusal(request?: Request): Promise<Omit<Failure, 'step'> & { retried: boolean }>;
  /** `path: message` of every problem. */
  problems(request?: Request): Promise<readonly string[]>;
  /** Carries the request's numbers as an onboarding does, with the real activities. */
  connect(request?: Request): Promise<void>;
}

export const TRANSFER = { destination: '+12025550100' };

/** A Temporal that knows of no run. */
export const FORGETFUL = {
  withDeadline: (_deadline: number, ask: () => Promise<unknown>) => ask(),
  withAbortSignal: (_signal: AbortSignal, ask: () => Promise<unknown>) => ask(),
  workflow: {
    getHandle: (workflowId: string) => ({
      describe: () => Promise.reject(new WorkflowNotFoundError('forgotten', workflowId, undefined)),
    }),
    list: () => [],
  },
} as unknown as Client;

export async function givenAccounts(): Promise<Accounts> {
  const world = await givenWorld({ haveHeard: false });
  const steps = everyStep(world);
  const { assistant } = world;
  world.vapiAccount.patchAssistant(assistant, {
    model: { ...assistant.model, toolIds: [] } as typeof assistant.model & object,
  });

  const request = (changes: Partial<RequestInput> = {}): Request => {
    const read = readRequest({
      connection: 'acme',
      region: 'us',
      assistantId: assistant.id,
      numbers: [{ number: NUMBER }],
      ...changes,
    });
    if ('problems' in read) throw new Error(`not a request: ${read.problems.map(({ path }) => path).join(', ')}`);
    return read.request;
  };
  const refusal = (wanted = request()) => world.failure(steps.runPreflight, wanted);
  return {
    ...world,
    steps,
    request,
    refusal,
    inventory: (wanted = request()) => world.attempt(steps.runPreflight, wanted),
    problems: async (wanted) => ((await refusal(wanted)).problems ?? []).map(line),
    connect: (wanted = request()) => connect(world, steps, wanted),
  };
}

const line = ({ path, message }: Problem): string => `${path}: ${message}`;

const everyStep = (world: World) => {
  const urls = () => ({ didww: 'https://didww.example/v3', vapi: 'https://vapi.example' });
  const dependencies = { ...world, urls, temporal: FORGETFUL };
  return {
    ...preflightActivities(dependencies),
    ...discoveryActivities(dependencies),
    ...outboundTrunkActivities(world),
    ...inboundTrunkActivities(world),
    ...credentialActivities(world),
    ...transferToolActivities(world),
    ...phoneNumberActivities(world),
    ...routingActivities(world),
  };
};

async function connect(world: World, steps: ReturnType<typeof everyStep>, request: Request): Promise<void> {
  const { didwwAccount, vapiAccount } = world;
  const attempt: World['attempt'] = (run, input) => world.attempt(run, input);
  const { region, numbers, transfer } = request;
  const dids = numbers.map(({ number }) => didwwAccount.didByNumber(number));
  const didIds = dids.map((did) => did?.id ?? '');
  const { id: outboundTrunkId } = await attempt(steps.ensureOutboundTrunk, desiredOutboundTrunk(request, didIds));
  let credentialId = '';
  for (const role of credentialRoles(request)) {
    const { id } = await attempt(steps.ensureCredential, desiredCredential(request, role, outboundTrunkId));
    if (role === inboundRole(request.sip.trunkLayout)) credentialId = id;
  }
  const previousRoutings = dids.flatMap((did) =>
    did?.voiceInTrunkId == null
      ? []
      : [{ number: `+${did.number}`, routing: { kind: 'trunk', id: did.voiceInTrunkId } as const }],
  );
  const around = { outboundTrunkId, ingressCredentialId: credentialId, previousRoutings, unrouted: [] };
  const { id: inboundTrunkId } = await attempt(steps.ensureInboundTrunk, desiredInboundTrunk(request, around));
  if (transfer !== undefined) {
    const { id } = await attempt(steps.ensureTransferTool, desiredTransferTool(request, transfer));
    const assistant = only(vapiAccount.assistants);
    vapiAccount.patchAssistant(assistant, {
      model: { ...assistant.model, toolIds: [id] } as typeof assistant.model & object,
    });
  }
  for (const [at, entry] of numbers.entries()) {
    await attempt(steps.ensureImport, { ...entry, region, credentialId });
    const previous = previousRoutings.find(({ number }) => number === entry.number)?.routing ?? null;
    await attempt(steps.cutOver, { number: entry.number, didId: didIds[at] ?? '', inboundTrunkId, previous });
  }
}
