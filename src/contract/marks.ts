/**
 * What the objects of a connection are called at the providers, and what marks them as Patchbay's:
 *
 * - DIDWW trunks: name `patchbay <slug> out` or `in`, reference `patchbay/<slug>`
 * - Vapi credentials: name `patchbay <slug> out`, `in` or `both`
 * - Vapi transfer tool: last line `[patchbay <slug>]` of its destination's description; its function has the
 *   name that the request gives it
 * - Vapi imported number: bound to the inbound credential; its name is the label of the request, alone
 *
 * Does not belong here: looking for objects at a provider, or proving them ours (`activities/discovery`).
 */

/** The role of a Vapi credential: `both` in the combined trunk layout. */
export type CredentialRole = 'out' | 'in' | 'both';

/** The roles that a connection's credentials may have. */
export const CREDENTIAL_ROLES = ['out', 'in', 'both'] as const satisfies readonly CredentialRole[];

/**
 * Name of a DIDWW trunk. Holds no comma: DIDWW's name filter splits on commas (docs/providers/didww.md,
 * Queries and includes).
 */
export const trunkName = (connection: string, direction: 'out' | 'in'): string => `patchbay ${connection} ${direction}`;

/**
 * Name of a Vapi credential, 38 characters at most of the 40 allowed (docs/providers/vapi.md, Credentials).
 */
export const credentialName = (connection: string, role: CredentialRole): string => `patchbay ${connection} ${role}`;

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
