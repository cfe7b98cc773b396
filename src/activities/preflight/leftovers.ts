/**
 * What earlier runs have left of a connection that does not stand: what this run may use, change and remove,
 * and what carries the mark and is somebody's. Pure.
 */
import type { UnusedObjects, UnusedTool } from '../../contract/inventory.js';
import { CREDENTIAL_ROLES, credentialName, trunkName } from '../../contract/marks.js';
import { copyLeft, credentialTitle, identified, originalsOf, toolTitle } from '../../domain/objects/originals.js';
import type { Request } from '../../contract/request.js';
import type { Tool } from '../../vapi/index.js';
import { holdsTool } from '../../vapi/assistantModel.js';
import { namedCredentials } from '../discovery/ownCredentials.js';
import { markedTools } from '../discovery/ownership.js';
import { namesakesOf } from '../discovery/ownTrunks.js';
import type { Facts } from './facts.js';

/** What was left, told apart. */
export interface Leftovers {
  readonly unused: UnusedObjects;
  readonly spared: readonly Spared[];
}

/** Something with our mark that is somebody's. */
export interface Spared {
  readonly id: string;
  /** What people are told of it. */
  readonly told: string;
  /** It was the connection's until somebody came to use it. */
  readonly isInUse: boolean;
}

/** Nothing was left, or everything is in use. */
export const NO_LEFTOVERS: Leftovers = {
  unused: { outboundTrunks: [], inboundTrunks: [], credentials: [], tools: [] },
  spared: [],
};

/** What is there of a connection of which nothing shows that it is in use. */
export function leftoversOf({ connection }: Request, facts: Facts): Leftovers {
  const ids = (objects: readonly { readonly id: string }[]): readonly string[] => objects.map(({ id }) => id);
  const tools = toolsLeft(connection, facts);
  const credentials = credentialsLeft(connection, facts);
  return {
    unused: {
      outboundTrunks: ids(namesakesOf(facts.outboundTrunks ?? [], trunkName(connection, 'out'))),
      inboundTrunks: ids(namesakesOf(facts.inboundTrunks ?? [], trunkName(connection, 'in'))),
      credentials: credentials.unused,
      tools: tools.unused,
    },
    spared: [...tools.spared, ...credentials.spared],
  };
}

function credentialsLeft(connection: string, { credentials = [], earlier: { known, copies } }: Facts) {
  const told = CREDENTIAL_ROLES.map((role) => ({
    role,
    ...originalsOf(namedCredentials(connection, credentials, role), {
      isProven: ({ id }) => known.credentials.includes(id),
      isCopy: ({ id }) => copies.includes(id),
    }),
  }));
  return {
    unused: told.flatMap(({ role, ours }) => ours.map((one) => ({ ...identified(one), role }))),
    spared: told.flatMap(({ role, copies: theirs }) =>
      theirs.map(({ id }) => ({
        id,
        told: copyLeft(credentialTitle(credentialName(connection, role)), id),
        isInUse: false,
      })),
    ),
  };
}

/** A tool is unused where no assistant lists it but those on which an earlier run has left it. */
function toolsLeft(connection: string, facts: Facts) {
  const { known, copies, hasAssigned } = facts.earlier;
  const told = originalsOf(markedTools(connection, facts.tools ?? []), {
    isProven: ({ id }) => known.tools.includes(id),
    isCopy: ({ id }) => copies.includes(id),
  });
  const unused: UnusedTool[] = [];
  const spared = told.copies.map(({ id }) => ({ id, told: copyLeft(toolTitle(connection), id), isInUse: false }));
  for (const one of told.ours) {
    const { id } = one;
    const assistants = assistantsWith(facts, id);
    const others = assistants.filter((assistantId) => !hasAssigned(id, assistantId));
    if (others.length > 0) spared.push({ id, told: usedBy(connection, id, others), isInUse: true });
    else if (facts.everyAssistant === undefined) spared.push({ id, told: unlisted(connection, id), isInUse: false });
    else unused.push({ ...identified(one), assistants });
  }
  return { unused, spared };
}

/** By what was read of each of the request, and by the list for all others, which may lag. */
function assistantsWith({ assistants, everyAssistant = [] }: Facts, toolId: string): readonly string[] {
  const all = [...assistants.values(), ...everyAssistant.filter(({ id }) => !assistants.has(id))];
  return all.filter(({ model }) => holdsTool(model, toolId)).map(({ id }) => id);
}

const MOST_NAMED = 5;

function usedBy(connection: string, toolId: Tool['id'], assistantIds: readonly string[]): string {
  const named = assistantIds.slice(0, MOST_NAMED).join(', ');
  const more = assistantIds.length > MOST_NAMED ? ` and ${String(assistantIds.length - MOST_NAMED)} more` : '';
  const who =
    assistantIds.length === 1 ? `assistant ${named}, which lists it` : `assistants ${named}${more}, which list it`;
  return (
    `The ${toolTitle(connection)} (${toolId}) at Vapi, which an earlier run left, is in use by ${who} although no ` +
    'run is known to have left it there. It was left as it is, and this run does not use it.'
  );
}

const unlisted = (connection: string, toolId: string): string =>
  `Whether an assistant lists the ${toolTitle(connection)} (${toolId}) at Vapi, which an earlier run left, could not ` +
  'be read: Patchbay does not understand the list of assistants. It was left as it is, and this run does not use it.';
