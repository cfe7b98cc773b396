/**
 * Reads both accounts again after a call that proved nothing, and says what is not as calls need it. Belongs
 * here: the reads, secrets compared and left behind. Does not: what calls need
 * (`domain/diagnosis/findings.ts`).
 */
import type { VerificationRequest } from '../../contract/verificationRequest.js';
import type { Did, InboundTrunk, OutboundTrunk } from '../../didww/index.js';
import type { Configuration, CredentialSetting, NumberSetting } from '../../domain/diagnosis/configuration.js';
import { findingsOf } from '../../domain/diagnosis/findings.js';
import { fittingFindings } from '../../domain/reports/payloadSize.js';
import type { Finding } from '../../domain/calls/evidence.js';
import { type CallOptions, present } from '../../http/index.js';
import type { Assistant, Credential, PhoneNumber, Tool } from '../../vapi/index.js';
import { activity } from '../engine/activity.js';
import { readConnection } from '../discovery/readConnection.js';
import type { Dependencies } from '../engine/dependencies.js';
import { credentialFor } from '../discovery/ownCredentials.js';
import { type Own, ownObjects } from '../discovery/ownership.js';
import { digits } from './prepareVerification.js';
import { readAssistants } from '../discovery/readAssistants.js';
import { reachesThroughGroup } from '../discovery/reach.js';
import { unlessGone } from '../engine/refusals.js';

/** Inspects a connection. */
export const testCallInspectionActivities = (dependencies: Pick<Dependencies, 'didww' | 'vapi'>) => ({
  /**
   * What in both accounts is not as the calls of this request need it, as far as it fits. Empty: nothing was
   * found. Writes nothing.
   */
  inspectConnection: activity(async (request: VerificationRequest, options): Promise<readonly Finding[]> => {
    const read = await readBoth(dependencies, request, options);
    return fittingFindings([...read.refused, ...findingsOf(configurationOf(request, read))]);
  }),
});

interface Read {
  readonly balanceUsd: number;
  /** DIDWW's time, in milliseconds since the epoch. */
  readonly now: number;
  readonly dids: readonly Did[];
  readonly own: Own;
  readonly phoneNumbers: readonly PhoneNumber[];
  readonly tools: readonly Tool[];
  readonly assistants: readonly (readonly [string, Assistant | undefined])[];
  readonly refused: readonly Finding[];
}

async function readBoth(
  { didww, vapi }: Pick<Dependencies, 'didww' | 'vapi'>,
  request: VerificationRequest,
  options: CallOptions,
): Promise<Read> {
  const organisation = vapi(request.region);
  const { connection } = request;
  const [balance, dids, shown, assistants] = await Promise.all([
    didww.getBalance(options),
    didww.findDids(
      request.numbers.map(({ number }) => number),
      options,
    ),
    readConnection({ didww, vapi: organisation }, connection, options, { mayLackOutbound: true }),
    readAssistants(
      organisation,
      [...new Set(request.numbers.flatMap(({ assistantId }) => assistantId ?? []))],
      async (id, answer) => [id, await unlessGone(answer)] as const,
      options,
    ),
  ]);
  const own = ownObjects(connection, { ...shown, assistants: assistants.flatMap(([, one]) => one ?? []) });
  return {
    balanceUsd: Number(balance.total),
    now: didww.clock.now().earliest,
    dids,
    own,
    phoneNumbers: shown.phoneNumbers,
    tools: shown.tools,
    assistants,
    refused: shown.outboundRefused ? [OUTBOUND_DISABLED] : [],
  };
}

function configurationOf(request: VerificationRequest, read: Read): Configuration {
  const { region, transfer } = request;
  const { own } = read;
  const { outboundTrunk, inboundTrunk, tools } = own.current;
  const inbound = credentialFor(own, 'in');
  const outbound = credentialFor(own, 'out');
  const [tool] = tools;
  return present({
    region,
    transfer,
    balanceUsd: read.balanceUsd,
    outboundTrunk: outboundTrunk && { ...picked(outboundTrunk), didIds: outboundTrunk.didIds ?? [] },
    inboundTrunk: inboundTrunk && inboundSetting(inboundTrunk, outboundTrunk),
    outboundCredential: outbound && credentialSetting(outbound, outboundTrunk),
    inboundCredential: inbound && credentialSetting(inbound, outboundTrunk),
    tool: tool && {
      id: tool.id,
      destinations: tool.destinations.map(({ sipUri, number }) => sipUri ?? number),
      sipVerbs: tool.destinations.map(({ transferPlan }) => transferPlan?.sipVerb),
    },
    assistants: read.assistants.map(([id, assistant]) => assistantSetting(id, assistant, tool, read.tools)),
    numbers: request.numbers.map((number) => numberSetting(number, read, inbound)),
  });
}

/** By name, so that no secret of the trunk comes along. */
const picked = (trunk: OutboundTrunk): Omit<NonNullable<Configuration['outboundTrunk']>, 'didIds'> => ({
  id: trunk.id,
  status: trunk.status,
  thresholdReached: trunk.thresholdReached,
  authenticationMethod: trunk.authenticationMethod,
  allowedSipIps: trunk.allowedSipIps,
  defaultDstAction: trunk.defaultDstAction,
  dstPrefixes: trunk.dstPrefixes,
  mediaEncryptionMode: trunk.mediaEncryptionMode,
  capacityLimit: trunk.capacityLimit,
  onCliMismatchAction: trunk.onCliMismatchAction,
  allowAnyDidAsCli: trunk.allowAnyDidAsCli,
  techPrefix: trunk.techPrefix,
});

function inboundSetting(
  { id, capacityLimit, configuration }: InboundTrunk,
  outbound: OutboundTrunk | undefined,
): NonNullable<Configuration['inboundTrunk']> {
  const { authUser, authPassword } = configuration;
  return {
    id,
    capacityLimit,
    type: configuration.type,
    host: configuration.host,
    port: configuration.port,
    username: configuration.username,
    transport: configuration.transport,
    networkProtocolPriority: configuration.networkProtocolPriority,
    mediaEncryptionMode: configuration.mediaEncryptionMode,
    codecs: configuration.codecs,
    enabledSipRegistration: configuration.enabledSipRegistration,
    maxTransfers: configuration.maxTransfers,
    authEnabled: configuration.authEnabled,
    hasPairOfOutbound: outbound !== undefined && authUser === outbound.username && authPassword === outbound.password,
  };
}

const credentialSetting = (
  { id, gateways, authUsername }: Credential,
  outbound: OutboundTrunk | undefined,
): CredentialSetting => ({
  id,
  gateways: gateways.map(({ ip, port, netmask, inboundEnabled, outboundEnabled, outboundProtocol }) => ({
    ip,
    port,
    netmask,
    inboundEnabled,
    outboundEnabled,
    outboundProtocol,
  })),
  hasUserOfOutbound: outbound !== undefined && authUsername === outbound.username,
});

function assistantSetting(
  id: string,
  assistant: Assistant | undefined,
  tool: Tool | undefined,
  tools: readonly Tool[],
): Configuration['assistants'][number] {
  const listed = toolIdsOf(assistant);
  return {
    id,
    exists: assistant !== undefined,
    hasTool: tool !== undefined && listed.includes(tool.id),
    danglingToolIds: listed.filter((one) => !tools.some((known) => known.id === one)),
    handsOverCallControl: assistant?.serverMessages?.includes('phone-call-control') === true,
  };
}

/** Saved tools of a model, whether or not a version is pinned (docs/providers/vapi.md, Assistants). */
function toolIdsOf(assistant: Assistant | undefined): readonly string[] {
  const { toolIds, toolRefs } = assistant?.model ?? {};
  const ids: readonly unknown[] = Array.isArray(toolIds) ? toolIds : [];
  const refs: readonly unknown[] = Array.isArray(toolRefs) ? toolRefs : [];
  const ofRefs = refs.map((ref) =>
    typeof ref === 'object' && ref !== null && 'toolId' in ref ? ref.toolId : undefined,
  );
  return [...ids, ...ofRefs].filter((one) => typeof one === 'string');
}

function numberSetting(
  { number, assistantId }: VerificationRequest['numbers'][number],
  { now, dids, phoneNumbers, own }: Read,
  inbound: Credential | undefined,
): NumberSetting {
  const did = dids.find((one) => digits(one.number) === digits(number));
  const ours = own.current.inboundTrunk;
  const phoneNumber = phoneNumbers.find(
    (one) => inbound !== undefined && one.credentialId === inbound.id && digits(one.number) === digits(number),
  );
  return present({
    number,
    assistantId,
    did:
      did &&
      present({
        id: did.id,
        blocked: did.blocked,
        awaitingRegistration: did.awaitingRegistration,
        terminated: did.terminated,
        isExpired: did.expiresAt !== undefined && Date.parse(did.expiresAt) <= now,
        isRoutedToUs: did.routing?.kind === 'trunk' && did.routing.id === own.current.inboundTrunk?.id,
        isThroughGroup: ours !== undefined && reachesThroughGroup(did.routing, ours),
        routedTo: did.routing === null ? undefined : `${did.routing.kind} ${did.routing.id}`,
        features: did.features,
        channels:
          did.isMetered || did.sharedCapacity !== undefined ? null : did.channelsIncluded + did.channelsDedicated,
        capacityLimit: did.capacityLimit ?? null,
      }),
    phoneNumber:
      phoneNumber && present({ id: phoneNumber.id, status: phoneNumber.status, assistantId: phoneNumber.assistantId }),
  });
}

const OUTBOUND_DISABLED: Finding = {
  side: 'didww',
  affects: ['outbound', 'transfer'],
  verdict: 'failed',
  cause: 'DIDWW does not let the account use outbound trunks',
  action: 'Ask DIDWW support to enable "Outbound" for the account.',
};
