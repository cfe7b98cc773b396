/**
 * What a preflight says of the assistants that answer the numbers: what keeps them from transferring, tools
 * that the transfer tool would be confused with, and what may be in the way of test calls.
 */
import { type Model, holdsTool } from '../../vapi/assistantModel.js';
import type { Request } from '../../contract/request.js';
import { longestSeconds } from '../../domain/calls/plan.js';
import type { Assistant } from '../../vapi/index.js';
import type { Facts } from './facts.js';
import { assistantPath, type Finding, finding } from './finding.js';

/**
 * Tools of the transfer tool's name on one of the assistants that are not among the connection's own,
 * whoever made them.
 */
export function toolNameFindings(
  request: Request,
  { assistants, tools }: Facts,
  ownIds: readonly string[],
): readonly Finding[] {
  const { transfer } = request;
  if (transfer === undefined || tools === undefined) return [];
  const foreign = tools.filter(({ functionName, id }) => functionName === transfer.toolName && !ownIds.includes(id));
  return [...assistants.values()].flatMap((assistant) => [
    ...foreign
      .filter(({ id }) => holdsTool(assistant.model, id))
      .map(({ id }) => nameTaken(request, assistant, transfer.toolName, `tool ${id}`)),
    ...inlineToolNames(assistant.model)
      .filter((name) => name === transfer.toolName)
      .map(() => nameTaken(request, assistant, transfer.toolName, 'an inline tool of its model')),
  ]);
}

/**
 * Assistants that hand the control of their calls to a server: Vapi transfers none of these
 * (docs/providers/vapi.md, Transfers).
 */
export function callControlFindings(request: Request, { assistants }: Facts): readonly Finding[] {
  if (request.transfer === undefined) return [];
  return [...assistants.values()]
    .filter(({ serverMessages = [] }) => serverMessages.includes('phone-call-control'))
    .map(({ id }) =>
      finding(
        'vapi',
        assistantPath(request, id),
        `Assistant ${id} cannot transfer: its serverMessages hold phone-call-control, which blocks transfers at Vapi.`,
        'Take phone-call-control out of its serverMessages at Vapi, or leave transfer out of the request.',
      ),
    );
}

/**
 * Assistants that no tool can be added to: a model is written whole, and without these two members Vapi
 * refuses it (docs/providers/vapi.md, Assistants).
 */
export function modelFindings(request: Request, { assistants }: Facts): readonly Finding[] {
  if (request.transfer === undefined) return [];
  return [...assistants.values()].flatMap(({ id, model }) => {
    const missing = ['provider', 'model'].filter((member) => typeof model[member] !== 'string');
    if (missing.length === 0) return [];
    return [
      finding(
        'vapi',
        assistantPath(request, id),
        `Assistant ${id} cannot be given the transfer tool: its model names no ${missing.join(' and no ')}, without which Vapi takes no change of it.`,
        'Choose a model for the assistant at Vapi, or leave transfer out of the request.',
      ),
    ];
  });
}

/** What may keep test calls of an assistant from proving anything, as its settings show. */
export function testCallWarnings(request: Request, { assistants }: Facts): readonly string[] {
  return [...assistants.values()].flatMap((assistant) => [
    ...durationWarnings(request, assistant),
    ...phraseWarnings(request, assistant),
    ...controlWarnings(request, assistant),
  ]);
}

const isTransferTested = ({ transfer, verification }: Request): boolean =>
  transfer !== undefined && verification.transfer;

/** The answering side's own hard stop (docs/providers/vapi.md, Calls), against that of the calling one. */
function durationWarnings(request: Request, { id, maxDurationSeconds }: Assistant): readonly string[] {
  const { inbound, outbound, maxSecondsPerCall } = request.verification;
  const purpose = isTransferTested(request) ? 'transfer' : inbound || outbound !== false ? 'line' : undefined;
  if (purpose === undefined || maxDurationSeconds === undefined) return [];
  const needed = longestSeconds(purpose, maxSecondsPerCall);
  if (maxDurationSeconds >= needed) return [];
  return [
    `Assistant ${id} ends its calls after ${String(maxDurationSeconds)} s (maxDurationSeconds); a test call may need ${String(needed)} s.`,
  ];
}

/** An assistant hangs up once it has said one of its `endCallPhrases` (docs/providers/vapi.md, Calls). */
function phraseWarnings({ transfer }: Request, assistant: Assistant): readonly string[] {
  const { id, firstMessage, firstMessageMode = SPEAKS_FIRST, endCallPhrases = [] } = assistant;
  const phraseIn = (said: string | undefined): string | undefined =>
    endCallPhrases.find((phrase) => said?.toLowerCase().includes(phrase.toLowerCase()));
  const inGreeting = firstMessageMode === SPEAKS_FIRST ? phraseIn(firstMessage) : undefined;
  const inMessage = phraseIn(transfer?.message);
  return [
    ...(inGreeting === undefined
      ? []
      : [
          `Assistant ${id} hangs up when it says "${inGreeting}" (endCallPhrases), and its firstMessage says so: its calls end with the greeting.`,
        ]),
    ...(inMessage === undefined
      ? []
      : [
          `Assistant ${id} hangs up when it says "${inMessage}" (endCallPhrases), and transfer.message says so: it may hang up in place of transferring.`,
        ]),
  ];
}

const SPEAKS_FIRST = 'assistant-speaks-first';

/**
 * A transfer that the model does not begin is forced from outside (docs/providers/vapi.md, Call control).
 */
function controlWarnings(request: Request, { id, monitorPlan = {} }: Assistant): readonly string[] {
  const { controlEnabled = true, controlAuthenticationEnabled = false } = monitorPlan;
  if (!isTransferTested(request) || (controlEnabled && !controlAuthenticationEnabled)) return [];
  const why = controlEnabled ? 'controlAuthenticationEnabled is true' : 'controlEnabled is false';
  return [
    `Calls of assistant ${id} cannot be steered from outside (monitorPlan.${why}): its transfer is proven only where its model calls the tool on its own.`,
  ];
}

const nameTaken = (request: Request, assistant: Assistant, name: string, what: string): Finding =>
  finding(
    'vapi',
    'transfer.toolName',
    `Assistant ${assistant.id} (${assistantPath(request, assistant.id)}) has a tool named ${name} already (${what}); ` +
      'its model could not tell the two apart.',
    'Take that tool off the assistant, or give the request another transfer.toolName.',
  );

function inlineToolNames(model: Model): readonly unknown[] {
  return listOf(model.tools).map((tool) => memberOf(memberOf(tool, 'function'), 'name'));
}

/** A list of the model; anything else is none. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const memberOf = (value: unknown, member: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[member] : undefined;
