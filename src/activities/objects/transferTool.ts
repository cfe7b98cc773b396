/**
 * The Vapi transfer tool: by it an assistant hands the caller to a person, through DIDWW
 * (docs/providers/vapi.md, Tools). Its mark is the last line of its destination's description, for names
 * are not unique.
 */
import { compareValue, type Difference } from '../../domain/objects/difference.js';
import { markedDescription, toolMark } from '../../contract/marks.js';
import { identified, toolTitle } from '../../domain/objects/originals.js';
import { transferUri } from '../../domain/sip/sip.js';
import type { CallOptions } from '../../http/index.js';
import type { Tool, TransferToolInput, VapiClient } from '../../vapi/index.js';
import { activity } from '../engine/activity.js';
import { repetition, isSnapshotFresh } from '../engine/attempt.js';
import type { Ensured, MarkedTarget, RemovalTarget, DesiredTransferTool, Undone } from '../../contract/objects.js';
import type { Dependencies } from '../engine/dependencies.js';
import type { Owned } from './ensureMarked.js';
import { markedTools } from '../discovery/ownership.js';
import { isClass, stillThere } from '../engine/refusals.js';
import { removeOwn } from './removeOwn.js';
import { assistantsWith } from '../discovery/uses.js';

export const transferToolActivities = ({ vapi: vapiOf }: Pick<Dependencies, 'vapi'>) => ({
  /**
   * Finds the tool by our mark, or creates it. A leftover that differs is changed in place, as assistants on
   * which an earlier run left it may list it still. What anybody else lists is somebody's, as copies are:
   * their calls would go elsewhere, or fail once it is removed (docs/providers/vapi.md, Tools).
   */
  ensureTransferTool: activity(async (desired: DesiredTransferTool, options): Promise<Ensured> => {
    const vapi = vapiOf(desired.region);
    const input = transferToolInput(desired);
    const ours = isSnapshotFresh(desired.absentAt, vapi.clock) ? [] : await toolsOfNobodyElse(vapi, desired, options);
    const fitting = ours.find((tool) => transferToolDifferences(desired, tool).length === 0);
    const [leftover] = ours;
    const existing =
      fitting ??
      (await evenWithoutFunction(input, (accepted) =>
        leftover === undefined
          ? vapi.createTransferTool(accepted, options)
          : vapi.updateTool(leftover.id, accepted, options),
      ));
    return { ...identified(existing), name: desired.transfer.toolName, ...repetition() };
  }),

  /** Removes the tool as `removeOwn` does: where an assistant lists it, it stays. */
  removeTransferTool: activity((target: RemovalTarget, options): Promise<Undone> =>
    removeOwn(transferTools(vapiOf, target, options), target),
  ),
});

/** Tools with the connection's mark that nobody has in use who is not to have it, oldest first. */
async function toolsOfNobodyElse(
  vapi: VapiClient,
  { connection, copies = [], assistants }: DesiredTransferTool,
  options: CallOptions,
): Promise<readonly Tool[]> {
  const listed = markedTools(connection, await vapi.listTools(options)).filter(({ id }) => !copies.includes(id));
  const marked = markedTools(connection, await stillThere(listed, (id) => vapi.getTool(id, options)));
  const uses = await Promise.all(marked.map(({ id }) => assistantsWith(vapi, id, options, assistants)));
  return marked.filter((_, at) => uses[at]?.length === 0);
}

/** The transfer tools of a connection. */
function transferTools(
  vapiOf: Dependencies['vapi'],
  { connection, region }: MarkedTarget,
  options: CallOptions,
): Owned<Tool> {
  const vapi = vapiOf(region);
  return {
    provider: 'vapi',
    title: toolTitle(connection),
    look: async () => markedTools(connection, await vapi.listTools(options)),
    read: (id) => vapi.getTool(id, options),
    carriesMark: (tool) => markedTools(connection, [tool]).length > 0,
    uses: ({ id }) => assistantsWith(vapi, id, options),
    remove: ({ id }) => vapi.deleteTool(id, options),
  };
}

/** What Vapi is sent to create the tool. */
export const transferToolInput = ({ connection, transfer, outboundHost }: DesiredTransferTool): TransferToolInput => ({
  function: { name: transfer.toolName, description: transfer.toolDescription },
  destinations: [
    {
      sipUri: transferUri(transfer.destination, outboundHost),
      message: transfer.message,
      description: markedDescription(connection, transfer.when),
      transferPlan: { mode: 'blind-transfer', sipVerb: 'refer' },
    },
  ],
});

/**
 * How an existing tool departs from the desired one. What Vapi does not show, or fills in by itself, is no
 * difference.
 */
export function transferToolDifferences(desired: DesiredTransferTool, found: Tool): readonly Difference[] {
  const { transfer } = desired;
  const [destination, ...further] = found.destinations;
  return [
    ...compareValue('transfer.toolName', transfer.toolName, found.functionName ?? transfer.toolName),
    ...compareValue(
      'transfer.toolDescription',
      transfer.toolDescription,
      found.functionDescription ?? transfer.toolDescription,
    ),
    ...compareValue('further destinations', 0, further.length),
    ...destinationDifferences(desired, destination?.sipUri),
    ...compareValue('transfer.message', transfer.message, destination?.message),
    ...whenDifferences(desired, destination?.description),
    ...compareValue('transferPlan.mode', 'blind-transfer', destination?.transferPlan?.mode ?? 'blind-transfer'),
    ...compareValue('transferPlan.sipVerb', 'refer', destination?.transferPlan?.sipVerb ?? 'refer'),
  ];
}

/** The number and the host of the SIP URI, each as the request says it; of another URI the whole. */
function destinationDifferences(
  { transfer: { destination }, outboundHost }: DesiredTransferTool,
  found: string | undefined,
): readonly Difference[] {
  const [, number, host] = /^sip:(\+\d+)@([^@;?]+)$/.exec(found ?? '') ?? [];
  if (number === undefined) return compareValue('transfer.destination', transferUri(destination, outboundHost), found);
  return [
    ...compareValue('transfer.destination', destination, number),
    ...compareValue('sip.outboundHost', outboundHost, host?.toLowerCase()),
  ];
}

/** The text that the model reads, without our mark below it; the mark where it alone differs. */
function whenDifferences({ transfer, connection }: DesiredTransferTool, found = ''): readonly Difference[] {
  const desired = markedDescription(connection, transfer.when);
  if (desired.trim() === found.trim()) return [];
  const text = found.trimEnd().replace(new RegExp(`\\n${escaped(toolMark(connection))}$`), '');
  const differing = compareValue('transfer.when', transfer.when.trim(), text.trim());
  return differing.length > 0 ? differing : compareValue('description', desired.trim(), found.trim());
}

const escaped = (text: string): string => text.replaceAll(/[[\]]/g, String.raw`\$&`);

/**
 * Vapi's schema of today does not know `function` on a transfer tool; where it is refused, the tool goes
 * without (docs/providers/vapi.md, Tools).
 */
async function evenWithoutFunction(
  input: TransferToolInput,
  send: (input: TransferToolInput) => Promise<Tool>,
): Promise<Tool> {
  try {
    return await send(input);
  } catch (error) {
    if (!refusesFunction(error)) throw error;
    return send({ destinations: input.destinations });
  }
}

const refusesFunction = (error: unknown): boolean =>
  isClass(error, 'invalid-request') &&
  error.problems.some(({ detail }) => detail.includes('property function should not exist'));
