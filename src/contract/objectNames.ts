/** What the objects of a connection are called at the providers. */

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
