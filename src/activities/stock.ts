/**
 * Everything of a connection that can be found without its request, by owner marks alone: for `offboardConnection` and the last look of a rollback.
 * Belongs here: finding. Does not: removing what is found (one file a kind of object).
 */
import type { Did, InboundTrunk } from '../didww/index.js';
import { credentialName, type CredentialRole, trunkName, trunkReference } from '../domain/marks.js';
import { readPriorRoutings } from '../domain/priorRoutings.js';

import type { Assistant, Credential, PhoneNumber, Tool } from '../vapi/index.js';
import { activity } from './activity.js';
import { holdsTool } from './assistantModel.js';
import type { MarkedTarget, Stock } from '../domain/contract.js';
import type { Dependencies } from './dependencies.js';
import { digits } from './preflightFinding.js';
import { byName } from './outboundTrunk.js';
import { oursAmong } from './transferTool.js';

export const stockActivities = (dependencies: Pick<Dependencies, 'didww' | 'vapi'>) => ({
  /** Two rounds of parallel reads: the marked objects, then what hangs on them. Throws `ProviderError`. */
  takeStock: activity(async ({ connection, region }: MarkedTarget, options): Promise<Stock> => {
    const { didww } = dependencies;
    const vapi = dependencies.vapi(region);
    const reference = trunkReference(connection);
    const [allOutbound, allInbound, allCredentials, allTools, phoneNumbers, allAssistants] = await Promise.all([
      didww.findOutboundTrunks({ reference }, options),
      didww.findInboundTrunks({ reference }, options),
      vapi.listCredentials(options),
      vapi.listTools(options),
      vapi.listPhoneNumbers(options),
      vapi.listAssistants(options),
    ]);
    const outboundTrunks = byName(allOutbound, trunkName(connection, 'out')).ours;
    const inboundTrunks = byName(allInbound, trunkName(connection, 'in')).ours;
    const credentials = allCredentials.flatMap((credential) => withRole(connection, credential));
    const tools = oursAmong(connection, allTools);
    const imports = phoneNumbers.filter(({ credentialId }) => credentials.some(({ id }) => id === credentialId));

    const routed = await Promise.all(
      inboundTrunks.map(async ({ id }) => ({ id, dids: await didww.findDidsRoutedTo(id, options) })),
    );
    return {
      outboundTrunks: outboundTrunks.map(({ id, name }) => ({ id, name })),
      inboundTrunks: inboundTrunks.map(({ id, name }) => ({ id, name })),
      credentials,
      tools: tools.map(({ id, functionName }) => ({ id, name: functionName ?? '' })),
      assistants: assistantsWith(allAssistants, tools),
      numbers: numbersOf(imports, routed, inboundTrunks),
    };
  }),
});

const ROLES = ['out', 'in', 'both'] as const satisfies readonly CredentialRole[];

function withRole(connection: string, { id, name }: Credential): Stock['credentials'] {
  const role = ROLES.find((one) => name === credentialName(connection, one));
  return role === undefined || name === undefined ? [] : [{ id, name, role }];
}

/** Assistants that list one of the tools, whatever number they answer: with the tool gone, their calls would fail. */
const assistantsWith = (assistants: readonly Assistant[], tools: readonly Tool[]): Stock['assistants'] =>
  assistants.flatMap(({ id, model }) =>
    tools.filter((tool) => holdsTool(model, tool.id)).map((tool) => ({ id, toolId: tool.id })),
  );

interface Routed {
  readonly id: string;
  readonly dids: readonly Did[];
}

type StockNumber = Stock['numbers'][number];

/** Each number once: imported, routed to us, or both. */
function numbersOf(
  imports: readonly PhoneNumber[],
  routed: readonly Routed[],
  trunks: readonly InboundTrunk[],
): readonly StockNumber[] {
  const remembered = new Map(
    trunks.flatMap(({ description }) => readPriorRoutings(description)).map(({ number, routing }) => [number, routing]),
  );
  const numbers = new Map<string, StockNumber>();
  const add = (number: string, part: Partial<StockNumber>): void => {
    const known = numbers.get(number) ?? { number, previous: remembered.get(number) ?? null };
    numbers.set(number, { ...known, ...part });
  };
  for (const { id, number, credentialId } of imports) {
    if (number === undefined || credentialId === undefined) continue;
    add(`+${digits(number)}`, { phoneNumberId: id, credentialId });
  }
  for (const { id, dids } of routed) for (const did of dids) add(did.number, { didId: did.id, inboundTrunkId: id });
  return [...numbers.values()];
}
