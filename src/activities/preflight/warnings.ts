/**
 * What a preflight tells a person although it is no reason to refuse.
 */
import type { Did } from '../../didww/index.js';
import { credentialTitle, toolTitle } from '../../domain/objects/originals.js';
import type { Request } from '../../contract/request.js';
import { addressesIn, normaliseCidr, unroutedRange } from '../../domain/sip/cidr.js';
import type { Assistant, Tool } from '../../vapi/index.js';
import { holdsTool } from '../../vapi/assistantModel.js';
import type { NumberStatus } from '../../contract/inventory.js';
import { markedTools } from '../discovery/ownership.js';
import { listOf, testCallWarnings } from './assistants.js';
import type { Facts } from './facts.js';
import { isSameNumber } from '../../domain/sip/e164.js';
import { didOf, ownChannels } from './numbers.js';
import type { ExistingConnection } from './existingConnection.js';

/** Every warning, of facts that are complete. */
export const warningsOf = (
  request: Request,
  facts: Facts,
  existing: ExistingConnection | undefined,
  numbers: readonly NumberStatus[],
): readonly string[] => [
  ...allowListWarnings(request),
  ...numberWarnings(request, facts),
  ...assistantWarnings(facts),
  ...testCallWarnings(request, facts),
  ...moneyWarnings(request, facts),
  ...callerWarnings(request, facts),
  ...(existing === undefined ? [] : existingWarnings(request, facts, existing, numbers)),
];

/** Whether the assistant lists the standing connection's tool. */
export function hasTool(
  assistants: Facts['assistants'],
  existing: ExistingConnection | undefined,
  id: string,
): boolean {
  const assistant = assistants.get(id);
  return existing?.tool !== undefined && assistant !== undefined && holdsTool(assistant.model, existing.tool.id);
}

/** A /8. Whoever lists so many has the SIP credentials alone to keep strangers out. */
const BROAD_FROM_ADDRESSES = 2 ** 24;

function allowListWarnings({ sip, limits }: Request): readonly string[] {
  return [...new Set(sip.allowedIps.map(normaliseCidr))].flatMap((cidr) => {
    const unrouted = unroutedRange(cidr);
    if (unrouted !== undefined) {
      return [
        `sip.allowedIps lists ${cidr}, which is in ${unrouted}: DIDWW sees no call come from there. ` +
          'List the public address that the calls come from.',
      ];
    }
    const count = addressesIn(cidr);
    if (count < BROAD_FROM_ADDRESSES) return [];
    const what = count === 2 ** 32 ? 'is every address' : `are ${count.toLocaleString('en-US')} addresses`;
    return [
      `sip.allowedIps lists ${cidr}, which ${what}: from each of them whoever learns the SIP credentials can place calls ` +
        `at your cost, up to ${String(limits.dailySpendUsd)} USD a day. List single addresses instead.`,
    ];
  });
}

/**
 * DIDWW's part of the test calls is paid from what can be spent (docs/providers/didww.md, Capacity and
 * balance).
 */
function moneyWarnings({ verification, transfer }: Request, { balance }: Facts): readonly string[] {
  const { inbound, outbound, maxSpendUsd } = verification;
  const calls = inbound || outbound !== false || (transfer !== undefined && verification.transfer);
  if (!calls || balance === undefined || Number(balance.total) >= maxSpendUsd) return [];
  return [
    `The DIDWW account can spend ${balance.total} USD, less than the test calls may cost at both providers ` +
      `(verification.maxSpendUsd, ${String(maxSpendUsd)} USD): they may fail for want of money.`,
  ];
}

/** Every test call would come from it. */
function callerWarnings({ verification: { callFrom } }: Request, { phoneNumbers = [] }: Facts): readonly string[] {
  if (callFrom === null) return [];
  return phoneNumbers
    .filter(({ number, status }) => isSameNumber(number, callFrom) && status === 'blocked')
    .map(({ id }) => `${callFrom} (verification.callFrom) is blocked at Vapi (phone number ${id}).`);
}

function numberWarnings(request: Request, facts: Facts): readonly string[] {
  const dids = request.numbers.flatMap(({ number }) => didOf(facts, number) ?? []);
  const limited = dids.filter(({ capacityLimit }) => capacityLimit !== undefined);
  const shared = dids.filter((did) => ownChannels(did) === 0 && did.sharedCapacity !== undefined);
  const metered = dids.filter((did) => ownChannels(did) === 0 && did.sharedCapacity === undefined && did.isMetered);
  const ending = dids.filter(({ billingCyclesLeft }) => billingCyclesLeft === 0);
  const list = (some: readonly Did[], text: (did: Did) => string): string =>
    some.slice(0, MOST_NAMED).map(text).join(', ') +
    (some.length > MOST_NAMED ? ` and ${String(some.length - MOST_NAMED)} more` : '');
  return [
    ...(limited.length === 0
      ? []
      : [`Limited at DIDWW in their simultaneous calls: ${list(limited, limitText)}. A transfer needs a second one.`]),
    ...(shared.length === 0
      ? []
      : [`Without channels of their own, sharing those of a capacity group: ${list(shared, ({ number }) => number)}.`]),
    ...(metered.length === 0
      ? []
      : [`Without channels, billed by the minute: ${list(metered, ({ number }) => number)}.`]),
    ...(ending.length === 0
      ? []
      : [`Not renewed at DIDWW any more (billing_cycles_count 0): ${list(ending, endingText)}.`]),
  ];
}

const MOST_NAMED = 5;

const endingText = ({ number, expiresAt }: Did): string =>
  expiresAt === undefined ? number : `${number} (paid until ${expiresAt.slice(0, 10)})`;

const limitText = ({ number, capacityLimit }: Did): string => `${number} (${String(capacityLimit)})`;

function assistantWarnings({ assistants, tools }: Facts): readonly string[] {
  return [...assistants.values()].flatMap((assistant) => [
    ...missingTools(assistant, tools).map(
      (id) =>
        `Assistant ${assistant.id} lists tool ${id}, which Vapi does not have: such an assistant fails its calls.`,
    ),
    ...(assistant.credentialIds === undefined || assistant.credentialIds.length === 0
      ? []
      : [
          `Assistant ${assistant.id} restricts itself to some credentials (credentialIds); Patchbay left that as it is. ` +
            "If its calls fail, add the connection's credentials there.",
        ]),
  ]);
}

function missingTools({ model }: Assistant, tools: readonly Tool[] | undefined): readonly string[] {
  if (tools === undefined) return [];
  return listOf(model.toolIds).filter(
    (id): id is string => typeof id === 'string' && !tools.some((tool) => tool.id === id),
  );
}

function existingWarnings(
  request: Request,
  facts: Facts,
  existing: ExistingConnection,
  numbers: readonly NumberStatus[],
): readonly string[] {
  const { outboundTrunk, tool } = existing;
  const keptAssistants = new Set(numbers.filter(({ kept }) => kept).map(({ assistantId }) => assistantId));
  const without =
    tool === undefined ? [] : [...keptAssistants].filter((id) => !hasTool(facts.assistants, existing, id));
  const silenced = existing.bound.filter(({ status }) => status === 'blocked');
  return [
    ...(outboundTrunk?.thresholdReached === true
      ? [
          `The outbound trunk "${outboundTrunk.name}" has reached its daily spend limit of ${outboundTrunk.thresholdAmount} USD: ` +
            'calls through it fail until DIDWW unblocks it.',
        ]
      : []),
    ...silenced.map(({ id, number }) => `${number ?? id} is blocked at Vapi (phone number ${id}).`),
    ...without.map(
      (id) =>
        `Assistant ${id} answers numbers of the connection but no longer lists its transfer tool ${tool?.id ?? ''}.`,
    ),
    ...copies(facts.outboundTrunks, outboundTrunk?.id, 'outbound trunk'),
    ...copies(facts.inboundTrunks, existing.inboundTrunk?.id, 'inbound trunk'),
    ...duplicates(request, facts, existing),
  ];
}

/** Tools and credentials that carry a mark beside those that the connection works with. */
function duplicates(
  { connection }: Request,
  { credentials = [], tools = [] }: Facts,
  { tool, outboundCredential, inboundCredential }: ExistingConnection,
): readonly string[] {
  const own = [outboundCredential, inboundCredential].flatMap((credential) => credential ?? []);
  const second = (title: string, id: string): string =>
    `A second ${title} (${id}) carries the connection's mark at Vapi; this run works with the other one.`;
  const unused = (id: string): string =>
    `A ${toolTitle(connection)} (${id}) carries the connection's mark at Vapi, and no assistant that answers its numbers lists it; this run does not use it.`;
  return [
    ...markedTools(connection, tools)
      .filter(({ id }) => id !== tool?.id)
      .map(({ id }) => (tool === undefined ? unused(id) : second(toolTitle(connection), id))),
    ...credentials
      .filter(({ id, name }) => own.some((one) => one.name === name && one.id !== id))
      .map(({ id, name = '' }) => second(credentialTitle(name), id)),
  ];
}

const copies = (
  trunks: readonly { readonly id: string; readonly name: string }[] | undefined,
  oursId: string | undefined,
  kind: string,
): readonly string[] =>
  (trunks ?? [])
    .filter(({ id }) => id !== oursId)
    .map(({ id, name }) => `A second ${kind}, "${name}" (${id}), carries the connection's reference at DIDWW.`);
