/** Step names, as every board and failure shows them. */
export const stepNames = {
  outboundTrunk: 'outbound trunk',
  inboundTrunk: 'inbound trunk',
  credential: { out: 'outbound credential', in: 'inbound credential', both: 'credential' },
  transferTool: 'transfer tool',
  assistant: (assistantId: string): string => `tool on assistant ${assistantId}`,
  callerIds: 'caller ids',
  priorRoutings: 'previous routings',
  import: (number: string): string => `import ${number}`,
  cutOver: (number: string): string => `cut-over ${number}`,
  confirm: (assistantId: string): string => `assistant ${assistantId} read again`,
  testCalls: 'test calls',
} as const;

/**
 * What kind of step a name is of. Steps on a number or an assistant are named after it, and are many; every
 * other name stands for itself.
 */
export const stepKind = (name: string): string =>
  name
    .replace(/ \+[0-9]+$/, ' of numbers')
    .replace(/^tool on assistant .+$/, 'tool on assistants')
    .replace(/^assistant .+ read again$/, 'assistants read again');

/** The assistant whose step this is, where the step puts the transfer tool on it or takes it away. */
export const assistantOfStep = (name: string): string | undefined => /^tool on assistant (.+)$/.exec(name)?.[1];
