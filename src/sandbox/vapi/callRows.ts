import type { VapiAccount } from './account.js';
import type { CreateCallDto } from './callDto.js';
import { timeOrderedId } from './ids.js';
import type { VapiCall, VapiPhoneNumber } from './objects.js';

/** The row of a call as POST /call answers it: queued, nothing spoken (docs/providers/vapi.md, Calls). */
export function newOutboundCall(account: VapiAccount, dto: CreateCallDto): VapiCall {
  const { createdAt, orgId } = account.stored();
  const id = timeOrderedId(Date.parse(createdAt));
  return {
    id,
    orgId,
    type: 'outboundPhoneCall',
    ...(dto.name === undefined ? {} : { name: dto.name }),
    status: dto.schedulePlan === undefined ? 'queued' : 'scheduled',
    createdAt,
    updatedAt: createdAt,
    phoneNumberId: dto.phoneNumberId ?? '',
    ...(dto.assistantId === undefined ? {} : { assistantId: dto.assistantId }),
    ...(dto.assistant === undefined ? {} : { assistant: dto.assistant }),
    assistantVersion: versionOf(account, dto),
    ...(dto.assistantOverrides === undefined ? {} : { assistantOverrides: dto.assistantOverrides }),
    customer: dto.customer ?? {},
    ...(dto.schedulePlan === undefined ? {} : { schedulePlan: dto.schedulePlan }),
    phoneCallProvider: 'vapi',
    phoneCallTransport: 'sip',
    transport: { provider: 'vapi.sip', conversationType: 'voice', ...dto.transport },
    monitor: monitorOf(id, account.baseUrl),
    ...nothingSpoken(),
  };
}

/** How the carrier's INVITE reached Vapi. */
export interface Arrival {
  /** Caller as presented, E.164 with `+`; undefined where it is withheld. */
  readonly caller: string | undefined;
  /** The carrier's signalling address. */
  readonly sourceIp: string;
  readonly credentialName: string;
  /** The carrier's Call-ID, which its own records show as well. */
  readonly carrierCallId: string;
  readonly requestUri: string;
}

/** The row of a call that comes in over a SIP trunk: ringing (docs/providers/vapi.md, Call object). */
export function newInboundCall(account: VapiAccount, number: VapiPhoneNumber, arrival: Arrival): VapiCall {
  const { createdAt, orgId } = account.stored();
  const id = timeOrderedId(Date.parse(createdAt));
  const variableValues = {
    'forwarded-for': arrival.sourceIp,
    'originating-carrier': arrival.credentialName,
    'account-sid': orgId,
    'voip-carrier-sid': number.credentialId ?? '',
  };
  return {
    id,
    orgId,
    type: 'inboundPhoneCall',
    status: 'ringing',
    createdAt,
    updatedAt: createdAt,
    phoneNumberId: number.id,
    ...(typeof number.assistantId === 'string' ? { assistantId: number.assistantId } : {}),
    assistantVersion: account.assistants.get(number.assistantId ?? '')?.latestVersion ?? null,
    assistantOverrides: { variableValues },
    customer:
      arrival.caller === undefined
        ? { sipUri: `sip:anonymous@${arrival.sourceIp}:5060` }
        : { number: arrival.caller, sipUri: `sip:${arrival.caller}@${arrival.sourceIp}:5060` },
    phoneCallProvider: 'vapi',
    phoneCallTransport: 'sip',
    phoneCallProviderDetails: {
      sbcCallId: arrival.carrierCallId,
      sip: { raw: `INVITE ${arrival.requestUri} SIP/2.0`, headers: { 'call-id': arrival.carrierCallId } },
    },
    transport: { provider: 'vapi.sip', conversationType: 'voice', callSid: id, sbcCallSid: arrival.carrierCallId },
    monitor: monitorOf(id, account.baseUrl),
    ...nothingSpoken(),
  };
}

function nothingSpoken(): Pick<VapiCall, 'cost' | 'costs' | 'costBreakdown' | 'artifact'> {
  return { cost: 0, costs: [], costBreakdown: { total: 0 }, artifact: { messages: [], transcript: '' } };
}

function monitorOf(id: string, baseUrl: string): NonNullable<VapiCall['monitor']> {
  return { listenUrl: `${baseUrl.replace(/^http/, 'ws')}/${id}/listen`, controlUrl: `${baseUrl}/${id}/control` };
}

/** Null for inline assistants (docs/providers/vapi.md, Assistants). */
function versionOf(account: VapiAccount, { assistantId, assistantVersion }: CreateCallDto): string | null {
  if (assistantId === undefined) return null;
  return assistantVersion ?? account.assistants.get(assistantId)?.latestVersion ?? null;
}
