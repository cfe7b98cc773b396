import { digits, nothingStands } from './prepareVerification.js';
import type { MarkedTarget } from '../../contract/objects.js';
import { carriesToolMark } from '../../contract/marks.js';
import { expensiveAs } from '../../domain/sip/premium.js';
import { readAs } from '../../contract/requestProblems.js';
import { transferSchema } from '../../contract/requestShape.js';
import type { CurrentBindings } from '../../contract/verificationRequest.js';
import { present } from '../../http/index.js';
import type { Tool } from '../../vapi/index.js';
import { activity } from '../engine/activity.js';
import { readConnection } from '../discovery/readConnection.js';
import type { Dependencies } from '../engine/dependencies.js';
import { StepError } from '../engine/failures.js';
import { ownObjects } from '../discovery/ownership.js';

/**
 * The connection whose bindings are read, and whether test calls may ring premium-rate and satellite
 * numbers.
 */
export type BindingsTarget = MarkedTarget & { readonly allowPremiumDestinations?: boolean };

/** What exists today, for a verification that nobody tells what is wanted. */
export const currentBindingActivities = ({ didww, vapi }: Pick<Dependencies, 'didww' | 'vapi'>) => ({
  /**
   * The numbers that are bound to the connection's inbound credential, each with its assistant, and the
   * transfer of its tool. Throws `StepError` of class `not-found` where nothing of the connection stands,
   * and `refused` where no number is bound to what exists. A transfer to a destination that costs many
   * times an ordinary call, which anybody may have written into the tool, is left out unless it is allowed.
   */
  readBindings: activity(async (target: BindingsTarget, options): Promise<CurrentBindings> => {
    const { connection, region } = target;
    const shown = await readConnection({ didww, vapi: vapi(region) }, connection, options);
    const { credentials, imports, tools } = ownObjects(connection, shown);
    if (credentials.length + shown.outboundTrunks.length + shown.inboundTrunks.length === 0)
      throw nothingStands(connection);
    const numbers = imports
      .filter(({ number }) => digits(number) !== '')
      .map(({ number, assistantId }) => present({ number: `+${digits(number)}`, assistantId }))
      .sort((one, other) => one.number.localeCompare(other.number));
    if (numbers.length === 0) throw noneBound(connection);
    return { numbers, ...transferOf(target, tools) };
  }),
});

/**
 * As the tool's marked destination says; where a transfer to there cannot or must not be tested, a warning
 * instead.
 */
function transferOf(
  { connection, allowPremiumDestinations = false }: BindingsTarget,
  [tool]: readonly Tool[],
): Pick<CurrentBindings, 'transfer' | 'warnings'> {
  const marked = tool?.destinations.find(({ description }) => carriesToolMark(connection, description));
  if (tool === undefined || marked === undefined) return {};
  const named = /^<?sips?:(\+[0-9]+)@/i.exec(marked.sipUri ?? '')?.[1] ?? marked.number ?? '';
  const read = readAs(transferSchema, present({ destination: named, toolName: tool.functionName }));
  if ('problems' in read) {
    const problems = read.problems.map(({ path, message }) => `${path} ${message}`).join('; ');
    return notTested(`the tool ${tool.id} at Vapi holds none that Patchbay makes: ${problems}.`, connection);
  }
  const { destination, toolName } = read.data;
  const expensive = allowPremiumDestinations ? undefined : expensiveAs(destination);
  if (expensive === undefined) return { transfer: { destination, toolName } };
  return notTested(
    `the tool ${tool.id} at Vapi leads to ${destination}, which is ${expensive}: only a request with limits.allowPremiumDestinations lets test calls ring it.`,
    connection,
  );
}

const notTested = (why: string, connection: string): Pick<CurrentBindings, 'warnings'> => ({
  warnings: [
    `The transfer was not tested, as ${why} To say where it should lead: patchbay verify ${connection} request.yaml`,
  ],
});

const noneBound = (connection: string): StepError =>
  new StepError({
    provider: 'vapi',
    class: 'refused',
    message: `No number is bound to the inbound credential of ${connection}, so there is nothing to call.`,
    action: `Say which numbers it should have: patchbay verify ${connection} request.yaml`,
  });
