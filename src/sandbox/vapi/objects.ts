/**
 * What a Vapi organisation stores, row by row, in the shapes that its API answers with
 * (docs/providers/vapi.md).
 */
import type { AssistantDto } from './assistantDto.js';
import type { CreateCallDto } from './callDto.js';
import type { CredentialDto } from './credentialDto.js';
import type { PhoneNumberDto } from './phoneNumberDto.js';
import type { ToolDto } from './toolDto.js';
import type { TransferMessage } from './transferDestinationDto.js';

/** What every stored object carries. `updatedAt` moves on every write, also on one that changes nothing. */
export interface Stored {
  readonly id: string;
  readonly orgId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/**
 * An assistant. `latestVersion` is null while the organisation is not on versioning
 * (docs/providers/vapi.md, Assistants).
 */
export type VapiAssistant = Stored & AssistantDto & { readonly latestVersion: string | null };

export type VapiTool = Stored & ToolDto & { readonly latestVersion: string | null };

/** A SIP trunk as stored: with its password, which no read returns (docs/providers/vapi.md, Credentials). */
export type VapiCredential = Stored & CredentialDto;

export type PhoneNumberStatus = 'active' | 'activating' | 'blocked';

/**
 * A phone number. `byo-phone-number` runs over a SIP trunk of the organisation; any other provider reaches
 * the telephone network by itself. `credentialId` is absent for those.
 */
export type VapiPhoneNumber = Stored &
  Omit<PhoneNumberDto, 'credentialId' | 'provider'> & {
    readonly provider: string;
    readonly credentialId?: string | undefined;
    readonly status: PhoneNumberStatus;
    readonly providerResourceId?: string;
  };

export type CallStatus = 'scheduled' | 'queued' | 'ringing' | 'in-progress' | 'forwarding' | 'ended';

/** `status` of a transfer record (docs/providers/vapi.md, Transfers). */
export type TransferStatus = 'connected' | 'no-answer' | 'busy' | 'failed';

export interface TransferDestination {
  readonly type: string;
  readonly sipUri?: string | undefined;
  readonly number?: string | undefined;
  readonly message?: TransferMessage | undefined;
  readonly description?: string | undefined;
  readonly transferPlan?:
    | { readonly mode?: string | undefined; readonly sipVerb?: string | undefined; readonly [key: string]: unknown }
    | undefined;
  readonly [key: string]: unknown;
}

export interface TransferRecord {
  readonly destination: TransferDestination;
  readonly mode: string;
  status?: TransferStatus;
}

/** An entry of `artifact.messages` (docs/providers/vapi.md, Call object). */
export interface CallMessage {
  readonly role: 'system' | 'bot' | 'user' | 'tool_calls' | 'tool_call_result';
  readonly message?: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly endTime?: number;
  readonly secondsFromStart: number;
  readonly duration?: number;
  readonly toolCalls?: readonly {
    readonly id: string;
    readonly type: 'function';
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly toolCallId?: string;
  readonly name?: string;
  readonly result?: string;
}

export interface CallArtifact {
  readonly messages: CallMessage[];
  transcript: string;
  transfers?: TransferRecord[];
  variableValues?: Readonly<Record<string, string>>;
}

/**
 * An entry of a call's `costs`, with the members that Vapi requires of its type (docs/providers/vapi.md,
 * Call object).
 */
export type CallCost = { readonly cost: number } & (
  | { readonly type: 'transport'; readonly provider: 'vapi.sip'; readonly minutes: number }
  | {
      readonly type: 'model';
      readonly model: Readonly<Record<string, unknown>>;
      readonly promptTokens: number;
      readonly completionTokens: number;
    }
  | { readonly type: 'vapi'; readonly subType: 'normal'; readonly minutes: number }
);

/** A call row. Mutable on purpose: the phone network writes its progress here. */
export interface VapiCall {
  readonly id: string;
  readonly orgId: string;
  readonly type: 'inboundPhoneCall' | 'outboundPhoneCall';
  name?: string;
  status: CallStatus;
  readonly createdAt: string;
  updatedAt: string;
  readonly phoneNumberId: string;
  readonly assistantId?: string;
  readonly assistant?: AssistantDto;
  readonly assistantVersion: string | null;
  readonly assistantOverrides?: Readonly<Record<string, unknown>>;
  readonly customer: CreateCallDto['customer'] & object;
  readonly schedulePlan?: CreateCallDto['schedulePlan'];
  readonly phoneCallProvider: 'vapi';
  readonly phoneCallTransport: 'sip' | 'pstn';
  readonly phoneCallProviderDetails?: Readonly<Record<string, unknown>>;
  readonly transport: Readonly<Record<string, unknown>>;
  readonly monitor?: { readonly listenUrl: string; readonly controlUrl: string };
  startedAt?: string;
  endedAt?: string;
  endedReason?: string;
  endedMessage?: string;
  destination?: TransferDestination;
  cost: number;
  costs: readonly CallCost[];
  costBreakdown: Readonly<Record<string, number>>;
  readonly artifact: CallArtifact;
}
