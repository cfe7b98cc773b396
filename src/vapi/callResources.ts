import type { JsonObject, SipTransferDestination, TransferDestination } from './resources.js';

/** What the model called, in one entry of a conversation. */
export interface ToolCall {
  readonly name?: string;
  /** JSON text or an object, as Vapi sent it. */
  readonly arguments?: unknown;
}

/** One entry of a call's conversation. */
export interface CallMessage {
  /** `system`, `bot`, `user`, `tool_calls`, `tool_call_result`, … */
  readonly role: string;
  readonly message?: string;
  readonly secondsFromStart?: number;
  /** Of a `tool_calls` entry; else empty. */
  readonly toolCalls: readonly ToolCall[];
  /** Of a `tool_call_result` entry. */
  readonly toolName?: string;
  readonly result?: string;
}

/** One transfer that a call began (docs/providers/vapi.md, Transfers). */
export interface CallTransfer {
  readonly destination?: TransferDestination;
  readonly mode?: string;
  /** `connected`, `no-answer`, `busy`, `voicemail`, `failed`, `completed`, `cancelled`. */
  readonly status?: string;
  readonly transcript?: string;
}

/** A call as Vapi returns it (docs/providers/vapi.md, Call object). Everything but the id may be missing. */
export interface Call {
  readonly id: string;
  readonly name?: string;
  /** `inboundPhoneCall`, `outboundPhoneCall`, … */
  readonly type?: string;
  /** `scheduled`, `queued`, `ringing`, `in-progress`, `forwarding`, `ended`, … */
  readonly status?: string;
  readonly endedReason?: string;
  readonly endedMessage?: string;
  readonly phoneNumberId?: string;
  readonly assistantId?: string;
  readonly customer?: { readonly number?: string; readonly sipUri?: string };
  /** Set once a transfer was begun, which does not say that it was answered. */
  readonly destination?: TransferDestination;
  readonly createdAt?: string;
  /** Absent where it never connected. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** USD. */
  readonly cost?: number;
  readonly phoneCallTransport?: string;
  readonly artifact: {
    readonly messages: readonly CallMessage[];
    readonly transcript?: string;
    readonly transfers: readonly CallTransfer[];
  };
  readonly monitor?: { readonly controlUrl?: string; readonly listenUrl?: string };
  readonly transport?: {
    readonly provider?: string;
    readonly callSid?: string;
    /** The carrier's Call-ID. */
    readonly sbcCallSid?: string;
  };
  /**
   * On inbound SIP calls `variableValues` says which trunk delivered: `forwarded-for`,
   * `originating-carrier`.
   */
  readonly assistantOverrides: { readonly variableValues: JsonObject };
  /** Only in the answer to `createCall`. */
  readonly subscriptionLimits?: {
    readonly concurrencyBlocked?: boolean;
    readonly concurrencyLimit?: number;
    readonly remainingConcurrentCalls?: number;
  };
}

/** POST /call. Either a saved assistant or a transient one (docs/providers/vapi.md, Calls). */
export interface CallInput {
  /** At most 40 characters; lists cannot be filtered by it. */
  readonly name?: string;
  /** The number that calls. */
  readonly phoneNumberId: string;
  readonly customer: { readonly number: string; readonly name?: string; readonly numberE164CheckEnabled?: boolean };
  readonly assistantId?: string;
  readonly assistant?: JsonObject;
  readonly assistantOverrides?: JsonObject;
  /** Seconds of ringing, 1 to 600. */
  readonly dialTimeoutSeconds?: number;
}

/** Which calls; all conditions hold together. */
export interface CallFilter {
  readonly phoneNumberId?: string;
  readonly assistantId?: string;
  /** Created at or after; ISO 8601 or a date. */
  readonly createdAtGe?: string | Date;
  readonly createdAtLe?: string | Date;
}

/** What the control URL of a live call accepts (docs/providers/vapi.md, Call control). */
export type CallCommand =
  | { readonly type: 'say'; readonly content: string; readonly endCallAfterSpoken?: boolean }
  | {
      readonly type: 'add-message';
      readonly message: { readonly role: string; readonly content: string };
      readonly triggerResponseEnabled?: boolean;
    }
  | { readonly type: 'control'; readonly control: 'mute-assistant' | 'unmute-assistant' | 'say-first-message' }
  | { readonly type: 'end-call' }
  | {
      readonly type: 'transfer';
      readonly destination:
        ({ readonly type: 'sip' } & SipTransferDestination) | { readonly type: 'number'; readonly number: string };
      readonly content?: string;
    };
