/**
 * Owner marks: what tells the objects that Patchbay made from everybody else's.
 * Belongs here: the names, references and text marks of a connection's objects, and how they are recognised.
 * Does not: looking for them at a provider (`activities`).
 */

/** An object with what tells its age, which is what tells an original from its copies. */
export interface Identified {
  readonly id: string;
  readonly createdAt?: string;
}

/** The role of a Vapi credential: `both` in the combined trunk layout. */
export type CredentialRole = 'out' | 'in' | 'both';

/** The roles that a connection's credentials may have. */
export const CREDENTIAL_ROLES = ['out', 'in', 'both'] as const satisfies readonly CredentialRole[];

/** `external_reference_id` of both DIDWW trunks of a connection (docs/providers/didww.md, Idempotency). */
export const trunkReference = (connection: string): string => `patchbay/${connection}`;

/** The connection that a trunk with this reference belongs to; undefined where it is none of Patchbay's. */
export const connectionOfReference = (reference: string | null | undefined): string | undefined =>
  /^patchbay\/(.+)$/.exec(reference ?? '')?.[1];

/**
 * Name of a DIDWW trunk. Holds no comma: DIDWW's name filter splits on commas (docs/providers/didww.md,
 * Queries and includes).
 */
export const trunkName = (connection: string, direction: 'out' | 'in'): string => `patchbay ${connection} ${direction}`;

/**
 * Name of a Vapi credential, 38 characters at most of the 40 allowed (docs/providers/vapi.md, Credentials).
 */
export const credentialName = (connection: string, role: CredentialRole): string => `patchbay ${connection} ${role}`;

/** Last line of the description of the transfer tool's destination. */
export const toolMark = (connection: string): string => `[patchbay ${connection}]`;

/** The destination description that carries our mark under the text that the model reads. */
export const markedDescription = (connection: string, text: string): string => `${text}\n${toolMark(connection)}`;

/** Whether a destination description ends in the mark of this connection. */
export const carriesToolMark = (connection: string, description: string | undefined): boolean =>
  description?.trimEnd().split('\n').at(-1)?.trim() === toolMark(connection);

/** Workflow ids; part of the public contract. */
export const workflowIds = {
  connection: (connection: string): string => `connection/${connection}`,
  number: (number: string): string => `number/${number}`,
  assistant: (assistantId: string): string => `assistant/${assistantId}`,
  verification: (connection: string): string => `verification/${connection}`,
  /** Temporal adds the time to it. */
  scheduledVerification: (connection: string): string => `scheduled-verification/${connection}`,
} as const;

/**
 * The task queue of the activities that wait for minutes, beside that of everything else; served by the
 * same worker process.
 */
export const waitingQueue = (taskQueue: string): string => `${taskQueue}-waiting`;

/** Ids of Temporal schedules. */
export const scheduleIds = {
  verification: (connection: string): string => `verification/${connection}`,
} as const;
