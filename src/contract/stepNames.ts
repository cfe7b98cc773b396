import { workflowIds } from './workflowIds.js';

/** Step names, as every board and failure shows them. */
export const stepNames = {
  outboundTrunk: 'outbound trunk',
  inboundTrunk: 'inbound trunk',
  credential: { out: 'outbound credential', in: 'inbound credential', both: 'credential' },
  transferTool: 'transfer tool',
  assistant: (assistantId: string): string => `tool on assistant ${assistantId}`,
  callerIds: 'caller ids',
  previousRoutings: 'previous routings',
  /** Of a number's own run: that no other run touches the number. */
  lock: 'lock',
  import: (number: string): string => `import ${number}`,
  cutOver: (number: string): string => `cut-over ${number}`,
  confirm: (assistantId: string): string => `assistant ${assistantId} read again`,
  testCalls: 'test calls',
} as const;

/** Steps whose objects a number needs. */
export const USED_BY_NUMBERS: readonly string[] = [
  stepNames.inboundTrunk,
  stepNames.outboundTrunk,
  stepNames.credential.in,
  stepNames.credential.both,
  stepNames.callerIds,
  stepNames.previousRoutings,
];

/**
 * Steps whose objects the inbound trunk needs: with the outbound trunk its SIP credentials would go, and
 * every transfer of a number that still reaches it would fail.
 */
export const USED_BY_INBOUND_TRUNK: readonly string[] = [stepNames.outboundTrunk];

/** The id of an activity on a number, without spaces: `status` tells commands for a shell that hold it. */
export const numberActivityId = (what: 'import' | 'cut-over' | 'restore' | 'remove', number: string): string =>
  `${what}/${number}`;

/** The number that an activity is on, by its id. */
export const numberOfActivity = (activityId: string): string | undefined => /\/(\+[0-9]+)$/.exec(activityId)?.[1];

/**
 * What kind of step a name is of. Steps on a number or an assistant are named after it, and are many; every
 * other name stands for itself.
 */
export const stepKind = (name: string): string =>
  name
    .replace(/ \+[0-9]+$/, ' of numbers')
    .replace(/^tool on assistant .+$/, 'tool on assistants')
    .replace(/^assistant .+ read again$/, 'assistants read again');

/**
 * The workflow id of the run that carries out a step of this name, where that is another than the run that
 * has the step on its board.
 */
export function runOfStep(name: string, connection: string): string | undefined {
  if (name === stepNames.testCalls) return workflowIds.verification(connection);
  const [, assistantId] = /^tool on assistant (.+)$/.exec(name) ?? [];
  return assistantId === undefined ? undefined : workflowIds.assistant(assistantId);
}
