/** The provider servers of a sandbox: one DIDWW account and one Vapi organisation per region. */
export const serverNames = ['didww', 'vapi', 'vapi-eu'] as const;

export type ServerName = (typeof serverNames)[number];
