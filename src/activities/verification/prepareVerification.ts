import type { Accounts } from '../../contract/accounts.js';
import type { VerificationRequest } from '../../contract/verificationRequest.js';
import { strayDestinations } from '../../domain/diagnosis/transfer.js';
import { transferUri } from '../../domain/sip/sip.js';
import { DIDWW_OUTBOUND_HOSTS, type DidwwOutboundHost } from '../../domain/sip/addresses.js';
import type { Finding } from '../../domain/calls/evidence.js';
import type { CallableNumber } from '../../domain/calls/plan.js';
import { type CallOptions, present } from '../../http/index.js';
import type { Credential, PhoneNumber, Tool } from '../../vapi/index.js';
import { confirmAccounts } from '../engine/accounts.js';
import { activity } from '../engine/activity.js';
import { clockWarnings } from '../engine/clocks.js';
import { readConnection } from '../discovery/readConnection.js';
import type { Dependencies } from '../engine/dependencies.js';
import { StepError } from '../engine/failures.js';
import { credentialFor } from '../discovery/ownCredentials.js';
import { ownAccounts } from '../discovery/ownAccounts.js';
import { type Own, ownObjects } from '../discovery/ownership.js';
import type { AccountsSnapshot } from '../discovery/accountsSnapshot.js';
import { readAssistants } from '../discovery/readAssistants.js';
import { unlessGone } from '../engine/refusals.js';
import { earlierRuns } from '../runs/otherRuns.js';

/** What stands of a connection, as far as test calls need it. Ids alone, no secret. */
export interface PreparedVerification {
  /** As far as what exists tells them: whatever follows is done on these alone. */
  readonly accounts: Accounts;
  readonly outboundTrunkId?: string;
  readonly numbers: readonly CallableNumber[];
  /** As `verification.callFrom` names it; without its id it is no number of the Vapi organisation. */
  readonly callFrom?: { readonly number: string; readonly phoneNumberId?: string };
  /**
   * The outbound trunk refuses callers that are no DID of the account: a test call, which comes from one,
   * cannot show whether that is in a transfer's way.
   */
  readonly refusesStrangers: boolean;
  /** What a forced transfer names: the wanted destination and no other. */
  readonly transferUri?: string;
  /** Clocks that differ. */
  readonly warnings: readonly string[];
  /** A destination of the connection's transfer tool that nobody wants: a transfer could ring it. */
  readonly astray?: Finding;
}

/** What is looked up before the first test call. */
export const prepareVerificationActivities = ({
  didww,
  vapi,
  temporal,
}: Pick<Dependencies, 'didww' | 'vapi' | 'temporal'>) => ({
  /**
   * Finds the objects of a connection, renamed ones too, and the numbers by our inbound credential. Throws
   * `StepError` of class `not-found` where nothing of the connection stands.
   */
  prepareVerification: activity(async (input: VerificationRequest, options): Promise<PreparedVerification> => {
    const { connection, region } = input;
    // Outbound calling that DIDWW has switched off is found out by the calls, and then named
    // (docs/providers/didww.md, Outbound trunks).
    const lenient = { mayLackOutbound: true };
    const shown = await readConnection({ didww, vapi: vapi(region) }, connection, options, lenient);
    const own = await ownAt(vapi(region), connection, shown, options);
    const inbound = credentialFor(own, 'in');
    if (inbound === undefined || shown.inboundTrunks.length === 0) {
      const { accounts } = await earlierRuns(temporal, connection);
      if (accounts !== undefined) await confirmAccounts({ didww, vapi }, accounts, options);
    }
    const { outboundTrunk, tools } = own.current;
    if (inbound === undefined && outboundTrunk === undefined && shown.inboundTrunks.length === 0)
      throw nothingStands(connection);
    return {
      accounts: ownAccounts(region, own, shown.routed),
      ...(outboundTrunk === undefined ? {} : { outboundTrunkId: outboundTrunk.id }),
      refusesStrangers: outboundTrunk?.onCliMismatchAction === 'reject_call',
      numbers: input.numbers.map((wanted) => callable(wanted, shown.phoneNumbers, inbound)),
      ...callerOf(input, shown.phoneNumbers),
      ...uriOf(input, credentialFor(own, 'out')),
      ...astrayOf(input, tools),
      warnings: clockWarnings([didww.clock, vapi(region).clock]),
    };
  }),
});

/**
 * What belongs to the connection. Where several tools carry its mark, the assistants of its numbers are
 * read, as they tell which of them a call could use.
 */
async function ownAt(
  vapi: ReturnType<Dependencies['vapi']>,
  connection: string,
  shown: AccountsSnapshot,
  options: CallOptions,
): Promise<Own> {
  const own = ownObjects(connection, shown);
  if (own.tools.length < 2) return own;
  const ids = [...new Set(own.imports.flatMap(({ assistantId }) => assistantId ?? []))];
  const read = await readAssistants(vapi, ids, (_id, answer) => unlessGone(answer), options);
  return ownObjects(connection, { ...shown, assistants: read.flatMap((one) => one ?? []) });
}

/** Digits alone: numbers are written with and without `+`. */
export const digits = (number: string | undefined): string => (number ?? '').replace(/\D/g, '');

function callable(
  { number, assistantId }: VerificationRequest['numbers'][number],
  phoneNumbers: readonly PhoneNumber[],
  inbound: Credential | undefined,
): CallableNumber {
  const found = phoneNumbers.find(
    (one) => inbound !== undefined && one.credentialId === inbound.id && digits(one.number) === digits(number),
  );
  return present({ number, assistantId, phoneNumberId: found?.id });
}

function callerOf(
  { verification: { callFrom } }: VerificationRequest,
  phoneNumbers: readonly PhoneNumber[],
): Pick<PreparedVerification, 'callFrom'> {
  if (callFrom === null) return {};
  const found = phoneNumbers.find(({ number }) => digits(number) === digits(callFrom));
  return { callFrom: { number: callFrom, ...(found === undefined ? {} : { phoneNumberId: found.id }) } };
}

/** Never read from the tool, which anybody may have changed: whoever was announced is rung, or nobody. */
function uriOf(
  { transfer }: VerificationRequest,
  outbound: Credential | undefined,
): Pick<PreparedVerification, 'transferUri'> {
  const host = outbound?.gateways.map(({ ip }) => ip).find(isOutboundHost);
  return transfer === undefined || host === undefined ? {} : { transferUri: transferUri(transfer.destination, host) };
}

function astrayOf({ transfer }: VerificationRequest, tools: readonly Tool[]): Pick<PreparedVerification, 'astray'> {
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
    message: `Nothing of the connection ${connection} exists at DIDWW or Vapi, so there is nothing to call.`,
    action:
      'Check the name of the connection, the API keys and the region; or set the connection up: patchbay onboard FILE.',
  });
