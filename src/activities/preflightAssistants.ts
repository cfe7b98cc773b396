/**
 * What a preflight says of the assistants that answer the numbers: what keeps them from transferring, and
 * tools that the transfer tool would be confused with.
 */
import { type Model, holdsTool } from './assistantModel.js';
import type { Request } from '../domain/request.js';
import type { Assistant } from '../vapi/index.js';
import type { Facts } from './preflightFacts.js';
import { assistantPath, type Finding, finding } from './preflightFinding.js';
import type { Tool } from '../vapi/index.js';
import { markedTools } from './ownership.js';

/**
 * Tools of the transfer tool's name on one of the assistants that are not this connection's, whoever made
 * them. Of a connection that stands, only the tool that it works with is its own.
 */
export function toolNameFindings(
  request: Request,
  { assistants, tools }: Facts,
  standing: { readonly tool: Tool | undefined } | undefined,
): readonly Finding[] {
  const { transfer } = request;
  if (transfer === undefined || tools === undefined) return [];
  const ours = (standing === undefined ? markedTools(request.connection, tools) : [standing.tool]).map(
    (own) => own?.id,
  );
  const foreign = tools.filter(({ functionName, id }) => functionName === transfer.toolName && !ours.includes(id));
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
