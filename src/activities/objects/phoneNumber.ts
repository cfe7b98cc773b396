/**
 * A number's import into Vapi: the entry that ties it to our inbound credential and its assistant
 * (docs/providers/vapi.md, Phone numbers).
 */
import { compareValue, type Difference } from '../../domain/objects/difference.js';
import type { CallOptions } from '../../http/index.js';
import type { PhoneNumber, PhoneNumberInput, VapiClient } from '../../vapi/index.js';
import { activity } from '../engine/activity.js';
import { repetition, isSnapshotFresh } from '../engine/attempt.js';
import type { Ensured, ImportTarget, DesiredImport, Undone } from '../../contract/objects.js';
import type { Dependencies } from '../engine/dependencies.js';
import type { StepError } from '../engine/failures.js';
import { oldestFirst } from '../../domain/objects/originals.js';
import { listPhoneNumbersTogether } from './phoneNumberList.js';
import { isSameNumber } from '../../domain/sip/e164.js';
import { conflict, isClass, stillThere, unlessGone } from '../engine/refusals.js';

export const phoneNumberActivities = ({ vapi: vapiOf }: Pick<Dependencies, 'vapi'>) => ({
  /**
   * Finds our import of the number, or makes it. One with another label or assistant is a leftover and is
   * set right. Throws `StepError` of class `conflict` where the number is imported with somebody else's
   * credential.
   */
  ensureImport: activity(async (desired: DesiredImport, options): Promise<Ensured> => {
    const vapi = vapiOf(desired.region);
    const existing = isSnapshotFresh(desired.absentAt, vapi.clock) ? undefined : await adopt(vapi, desired, options);
    const { id, name } = existing ?? (await create(vapi, desired, options));
    return { id, name: name ?? desired.label ?? '', ...repetition() };
  }),

  /**
   * Takes our import of the number away. Nothing there: nothing to do. One that somebody has bound to
   * another credential carries their calls: it stays and is named, as do other imports of the number where
   * ours has to be looked for.
   */
  removeImport: activity(async (target: ImportTarget, options): Promise<Undone> => {
    const vapi = vapiOf(target.region);
    const { ours, others, rebound } = await removable(vapi, target, options);
    for (const id of ours) await unlessGone(vapi.deletePhoneNumber(id, options));
    return {
      warnings: [
        ...rebound.map(
          (id) =>
            `The import ${id} of ${target.number} at Vapi was bound to another credential meanwhile, not by Patchbay: it was left.`,
        ),
        ...others.map((id) => `${target.number} is also imported at Vapi as ${id}, not by Patchbay: it was left.`),
      ],
    };
  }),
});

/** What Vapi is sent to import the number. */
export const importInput = ({ number, label, credentialId, assistantId }: DesiredImport): PhoneNumberInput => ({
  number,
  ...(label === undefined ? {} : { name: label }),
  credentialId,
  assistantId,
  numberE164CheckEnabled: true,
});

/** How an import of ours departs from the desired one. Without a label in the request, any is right. */
export const importDifferences = (desired: DesiredImport, found: PhoneNumber): readonly Difference[] => [
  ...compareValue('label', desired.label ?? found.name, found.name),
  ...compareValue('assistantId', desired.assistantId, found.assistantId),
  ...compareValue('squad', null, found.squadId),
  ...compareValue('workflow', null, found.workflowId),
];

/** Ids of imports of a number: those to remove, and those of somebody else. */
interface RemovableImports {
  readonly ours: readonly string[];
  /** Made by us, and bound to another credential since. */
  readonly rebound: readonly string[];
  readonly others: readonly string[];
}

async function removable(vapi: VapiClient, target: ImportTarget, options: CallOptions): Promise<RemovableImports> {
  const isRebound = async (id: string): Promise<boolean> => {
    const found = await unlessGone(vapi.getPhoneNumber(id, options));
    return found !== undefined && found.credentialId !== target.credentialId;
  };
  const rebound: string[] = [];
  for (const id of target.made) if (await isRebound(id)) rebound.push(id);
  const made = target.made.filter((id) => !rebound.includes(id));
  if (!target.marked) return { ours: made, rebound, others: [] };
  const { ours, others } = await look(vapi, target, options);
  return {
    ours: [...made, ...ours.map(({ id }) => id).filter((id) => !target.made.includes(id))],
    rebound,
    others: others.map(({ id }) => id).filter((id) => !target.made.includes(id)),
  };
}

async function look(
  vapi: VapiClient,
  { number, credentialId }: Pick<ImportTarget, 'number' | 'credentialId'>,
  options: CallOptions,
): Promise<{ readonly ours: readonly PhoneNumber[]; readonly others: readonly PhoneNumber[] }> {
  const listed = (await listPhoneNumbersTogether(vapi, options)).filter((entry) => isSameNumber(entry.number, number));
  const entries = oldestFirst(await stillThere(listed, (id) => vapi.getPhoneNumber(id, options)));
  return {
    ours: entries.filter((entry) => entry.credentialId === credentialId),
    others: entries.filter((entry) => entry.credentialId !== credentialId),
  };
}

async function adopt(vapi: VapiClient, desired: DesiredImport, options: CallOptions): Promise<PhoneNumber | undefined> {
  const { ours, others } = await look(vapi, desired, options);
  const [foreign] = others;
  if (foreign !== undefined) throw importedElsewhere(desired, foreign);
  const kept = ours.find((entry) => importDifferences(desired, entry).length === 0) ?? ours.find(isSimple);
  for (const { id } of ours.filter((entry) => entry !== kept)) await unlessGone(vapi.deletePhoneNumber(id, options));
  if (kept === undefined || importDifferences(desired, kept).length === 0) return kept;
  const { name, assistantId } = importInput(desired);
  return vapi.updatePhoneNumber(
    kept.id,
    { ...(name === undefined ? {} : { name }), assistantId: assistantId ?? null },
    options,
  );
}

/** One that a squad or a workflow answers cannot be set right by a PATCH: it is recreated. */
const isSimple = ({ squadId, workflowId }: PhoneNumber): boolean => squadId === undefined && workflowId === undefined;

/**
 * Vapi may refuse the same number on the same credential: then it is there already, made by an attempt
 * whose answer was lost.
 */
async function create(vapi: VapiClient, desired: DesiredImport, options: CallOptions): Promise<PhoneNumber> {
  try {
    return await vapi.createPhoneNumber(importInput(desired), options);
  } catch (error) {
    const existing = isClass(error, 'invalid-request', 'conflict') ? await adopt(vapi, desired, options) : undefined;
    if (existing === undefined) throw error;
    return existing;
  }
}

const importedElsewhere = ({ number }: DesiredImport, { id, provider }: PhoneNumber): StepError =>
  conflict(
    'vapi',
    `${number} is already imported at Vapi as ${id}${provider === undefined ? '' : ` (${provider})`}, not by this connection.`,
    `Remove the phone number ${id} at Vapi if it is no longer needed, then retry.`,
  );
