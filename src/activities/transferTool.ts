/**
 * The Vapi transfer tool: by it an assistant hands the caller to a person, through DIDWW (docs/providers/vapi.md, Tools). Its mark is the last
 * line of its destination's description, for names are not unique.
 */
import { compareValue, type Difference } from '../domain/difference.js';
import { carriesToolMark, markedDescription } from '../domain/marks.js';
import { transferUri } from '../domain/sip.js';
import type { Assistant, Tool, TransferToolInput } from '../vapi/index.js';
import { activity } from './activity.js';
import { holdsTool } from './assistantModel.js';
import { stillAsSeen } from './attempt.js';
import type { Ensured, MarkedTarget, TransferToolWanted, Undone } from '../domain/contract.js';
import type { Dependencies } from './dependencies.js';
import { oldestFirst } from './ensureMarked.js';
import type { StepError } from './failures.js';
import { conflict, isClass, unlessGone } from './refusals.js';

export const transferToolActivities = ({ vapi: vapiOf }: Pick<Dependencies, 'vapi'>) => ({
  /**
   * Finds the tool by our mark, or creates it. A leftover that differs is changed in place, and copies are let be until the connection goes:
   * nobody can say which assistants list them, and an assistant that lists a missing tool fails its calls (docs/providers/vapi.md, Tools).
   */
  ensureTransferTool: activity(async (wanted: TransferToolWanted, options): Promise<Ensured> => {
    const vapi = vapiOf(wanted.region);
    const input = transferToolInput(wanted);
    const ours = stillAsSeen(wanted.absentAt) ? [] : oursAmong(wanted.connection, await vapi.listTools(options));
    const fitting = ours.find((tool) => transferToolDifferences(wanted, tool).length === 0);
    const [leftover] = ours;
    if (fitting === undefined) {
      const { id } = await evenWithoutFunction(input, (accepted) =>
        leftover === undefined
          ? vapi.createTransferTool(accepted, options)
          : vapi.updateTool(leftover.id, accepted, options),
      );
      return { id, name: wanted.transfer.toolName };
    }
    return { id: fitting.id, name: wanted.transfer.toolName };
  }),

  /**
   * Removes every tool with our mark. Throws `StepError` of class `conflict` while an assistant lists one: without it, that assistant would fail its
   * calls. Nothing there: nothing to do.
   */
  removeTransferTool: activity(async ({ connection, region }: MarkedTarget, options): Promise<Undone> => {
    const vapi = vapiOf(region);
    const [tools, assistants] = await Promise.all([vapi.listTools(options), vapi.listAssistants(options)]);
    const ours = oursAmong(connection, tools);
    const users = assistants.filter(({ model }) => ours.some(({ id }) => holdsTool(model, id)));
    if (users.length > 0) throw stillListed(connection, users);
    for (const { id } of ours) await unlessGone(vapi.deleteTool(id, options));
    return { warnings: [] };
  }),
});

const stillListed = (connection: string, users: readonly Assistant[]): StepError =>
  conflict(
    'vapi',
    `The transfer tool of ${connection} is still listed by ${users.map(({ id }) => `assistant ${id}`).join(', ')}.`,
    `Take it out of the assistant at Vapi, or let Patchbay do so: patchbay offboard ${connection}`,
  );

/** What Vapi is sent to create the tool. */
export const transferToolInput = ({ connection, transfer, outboundHost }: TransferToolWanted): TransferToolInput => ({
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

/** How a standing tool departs from the wanted one. What Vapi does not show, or fills in by itself, is no difference. */
export function transferToolDifferences(wanted: TransferToolWanted, found: Tool): readonly Difference[] {
  const { transfer, connection, outboundHost } = wanted;
  const [destination, ...further] = found.destinations;
  const description = markedDescription(connection, transfer.when);
  return [
    ...compareValue('transfer.toolName', transfer.toolName, found.functionName ?? transfer.toolName),
    ...compareValue(
      'transfer.toolDescription',
      transfer.toolDescription,
      found.functionDescription ?? transfer.toolDescription,
    ),
    ...compareValue('further destinations', 0, further.length),
    ...compareValue('transfer.destination', transferUri(transfer.destination, outboundHost), destination?.sipUri),
    ...compareValue('transfer.message', transfer.message, destination?.message),
    ...compareValue('transfer.when', description.trim(), destination?.description?.trim()),
    ...compareValue('transferPlan.mode', 'blind-transfer', destination?.transferPlan?.mode ?? 'blind-transfer'),
    ...compareValue('transferPlan.sipVerb', 'refer', destination?.transferPlan?.sipVerb ?? 'refer'),
  ];
}

/** The tools of the connection, oldest first. */
export const oursAmong = (connection: string, tools: readonly Tool[]): readonly Tool[] =>
  oldestFirst(
    tools.filter(({ destinations }) =>
      destinations.some(({ description }) => carriesToolMark(connection, description)),
    ),
  );

/** Vapi's schema of today does not know `function` on a transfer tool; where it is refused, the tool goes without (docs/providers/vapi.md, Tools). */
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
