/**
 * Owner marks: what tells the objects that Patchbay made from everybody else's.
 * Belongs here: references and text marks, and how they are recognised. Does not: names (`objectNames.ts`),
 * looking for objects at a provider (`activities`).
 */

/** An object with what tells its age, which is what tells an original from its copies. */
export interface Identified {
  readonly id: string;
  readonly createdAt?: string;
}

/** `external_reference_id` of both DIDWW trunks of a connection (docs/providers/didww.md, Idempotency). */
export const trunkReference = (connection: string): string => `patchbay/${connection}`;

/** The connection that a trunk with this reference belongs to; undefined where it is none of Patchbay's. */
export const connectionOfReference = (reference: string | null | undefined): string | undefined =>
  /^patchbay\/(.+)$/.exec(reference ?? '')?.[1];

/** Last line of the description of the transfer tool's destination. */
export const toolMark = (connection: string): string => `[patchbay ${connection}]`;

/** The destination description that carries our mark under the text that the model reads. */
export const markedDescription = (connection: string, text: string): string => `${text}\n${toolMark(connection)}`;

/** Whether a destination description ends in the mark of this connection. */
export const carriesToolMark = (connection: string, description: string | undefined): boolean =>
  description?.trimEnd().split('\n').at(-1)?.trim() === toolMark(connection);
