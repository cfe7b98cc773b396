import type { VerificationOrder } from '../domain/verificationInput.js';
import { strayDestinations } from '../domain/diagnosisTransfer.js';
import { credentialName, trunkReference } from '../domain/marks.js';
import { DIDWW_OUTBOUND_HOSTS, type DidwwOutboundHost, transferUri } from '../domain/sip.js';
import type { Finding } from '../domain/testCallFacts.js';
import type { CallableNumber } from '../domain/testCallPlan.js';
import { present } from '../http/index.js';
import type { Credential, PhoneNumber, Tool } from '../vapi/index.js';
import { activity } from './activity.js';
import type { Dependencies } from './dependencies.js';
import { StepError } from './failures.js';
import { isClass } from './refusals.js';
import { oursAmong } from './transferTool.js';

/** What stands of a connection, as far as test calls need it. Ids alone, no secret. */
export interface PreparedVerification {
  readonly outboundTrunkId?: string;
  readonly numbers: readonly CallableNumber[];
  /** As `verification.callFrom` names it; without its id it is no number of the Vapi organisation. */
  readonly callFrom?: { readonly number: string; readonly phoneNumberId?: string };
  /** The outbound trunk refuses callers that are no DID of the account: a test call, which comes from one, cannot show whether that is in a transfer's way. */
  readonly refusesStrangers: boolean;
  /** What a forced transfer names: the wanted destination and no other. */
  readonly transferUri?: string;
  /** A destination of the connection's transfer tool that nobody wants: a transfer could ring it. */
  readonly astray?: Finding;
}

/** What is looked up before the first test call. */
export const prepareVerificationActivities = ({ didww, vapi }: Pick<Dependencies, 'didww' | 'vapi'>) => ({
  /**
   * Finds the objects of a connection by their owner marks and the numbers by our inbound credential. Throws `StepError` of class `not-found`
   * where nothing of the connection stands.
   */
  prepareVerification: activity(async (input: VerificationOrder, options): Promise<PreparedVerification> => {
    const { connection, region } = input;
    const organisation = vapi(region);
    const reference = trunkReference(connection);
    const [outboundTrunks, inboundTrunks, credentials, phoneNumbers, tools] = await Promise.all([
      // Outbound calling that DIDWW has switched off is found out by the calls, and then named (docs/providers/didww.md, Outbound trunks).
      didww.findOutboundTrunks({ reference }, options).catch((error: unknown) => {
        if (isClass(error, 'permission')) return [];
        throw error;
      }),
      didww.findInboundTrunks({ reference }, options),
      organisation.listCredentials(options),
      organisation.listPhoneNumbers(options),
      input.transfer === undefined ? [] : organisation.listTools(options),
    ]);
    const inbound = credentialIn(credentials, connection, 'in');
    const [outboundTrunk] = outboundTrunks;
    const [inboundTrunk] = inboundTrunks;
    if (inbound === undefined && outboundTrunk === undefined && inboundTrunk === undefined)
      throw nothingStands(connection);
    return {
      ...(outboundTrunk === undefined ? {} : { outboundTrunkId: outboundTrunk.id }),
      refusesStrangers: outboundTrunk?.onCliMismatchAction === 'reject_call',
      numbers: input.numbers.map((wanted) => callable(wanted, phoneNumbers, inbound)),
      ...callerOf(input, phoneNumbers),
      ...uriOf(input, credentialIn(credentials, connection, 'out')),
      ...astrayOf(input, oursAmong(connection, tools)),
    };
  }),
});

/** The connection's credential of this direction; in the combined layout one serves both. */
export const credentialIn = (
  credentials: readonly Credential[],
  connection: string,
  role: 'in' | 'out',
): Credential | undefined =>
  [role, 'both' as const]
    .map((one) => credentials.find(({ name }) => name === credentialName(connection, one)))
    .find((found) => found !== undefined);

/** Digits alone: numbers are written with and without `+`. */
export const digits = (number: string | undefined): string => (number ?? '').replace(/\D/g, '');

function callable(
  { number, assistantId }: VerificationOrder['numbers'][number],
  phoneNumbers: readonly PhoneNumber[],
  inbound: Credential | undefined,
): CallableNumber {
  const found = phoneNumbers.find(
    (one) => inbound !== undefined && one.credentialId === inbound.id && digits(one.number) === digits(number),
  );
  return present({ number, assistantId, phoneNumberId: found?.id });
}

function callerOf(
  { verification: { callFrom } }: VerificationOrder,
  phoneNumbers: readonly PhoneNumber[],
): Pick<PreparedVerification, 'callFrom'> {
  if (callFrom === null) return {};
  const found = phoneNumbers.find(({ number }) => digits(number) === digits(callFrom));
  return { callFrom: { number: callFrom, ...(found === undefined ? {} : { phoneNumberId: found.id }) } };
}

/** Never read from the tool, which anybody may have changed: whoever was announced is rung, or nobody. */
function uriOf(
  { transfer }: VerificationOrder,
  outbound: Credential | undefined,
): Pick<PreparedVerification, 'transferUri'> {
  const host = outbound?.gateways.map(({ ip }) => ip).find(isOutboundHost);
  return transfer === undefined || host === undefined ? {} : { transferUri: transferUri(transfer.destination, host) };
}

function astrayOf({ transfer }: VerificationOrder, tools: readonly Tool[]): Pick<PreparedVerification, 'astray'> {
  if (transfer === undefined) return {};
  const [astray] = tools.flatMap(({ id, destinations }) => {
    const uris = destinations.map(({ sipUri, number }) => sipUri ?? number);
    return strayDestinations({ id, destinations: uris }, transfer.destination);
  });
  return astray === undefined ? {} : { astray };
}

const isOutboundHost = (host: string): host is DidwwOutboundHost =>
  (DIDWW_OUTBOUND_HOSTS as readonly string[]).includes(host);

/** Nothing of the connection is there. */
export const nothingStands = (connection: string): StepError =>
  new StepError({
    provider: 'patchbay',
    class: 'not-found',
    message: `Nothing of the connection ${connection} stands at DIDWW or Vapi, so there is nothing to call.`,
    action:
      'Check the name of the connection, the API keys and the region; or set the connection up: patchbay onboard FILE.',
  });
