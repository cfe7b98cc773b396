import { type ListLag, noListLag } from '../plumbing/index.js';

/** Kinds of objects whose lists can be late, by the names of the account's tables. */
export const vapiListKinds = ['assistants', 'tools', 'credentials', 'phoneNumbers', 'calls'] as const;

/** One of them. */
export type VapiListKind = (typeof vapiListKinds)[number];

/**
 * How an organisation behaves where organisations differ, where something is broken, or where no source
 * says how Vapi does.
 */
export interface VapiSwitches {
  /** Ends every new call with this reason (docs/providers/vapi.md, Concurrency and billing). */
  billing: 'ok' | 'frozen' | 'insufficient-credits' | 'wallet-does-not-exist' | 'upgrade-failed';
  /** Call slots of the organisation, inbound and outbound together. */
  concurrencyLimit: number;
  /** Slots that other callers hold. */
  slotsInUse: number;
  /**
   * What a call without a free slot does. The sources contradict each other; waiting is what Vapi's
   * documentation says.
   */
  overLimit: 'wait' | 'refuse' | 'end';
  /** The assistants' models never call a tool. A transfer can still be forced through the control URL. */
  modelIgnoresTools: boolean;
  /** The assistants' model provider is out of order: calls end right after they were answered. */
  modelProviderFails: boolean;
  /** Saved assistants answer and say nothing. */
  assistantSilent: boolean;
  /**
   * For tests of what is said about ended reasons: every inbound call ends with this one before anybody
   * speaks; null: as it really would.
   */
  endsInboundCallsWith: string | null;
  /** The same of every call that is placed. */
  endsOutboundCallsWith: string | null;
  /** Whether `artifact.transfers[].status` is filled in. */
  transferStatusReported: boolean;
  /**
   * Another organisation of the region holds these numbers too: an INVITE to the shared host is answered
   * 503 (assumed, read from the SBC's code).
   */
  numbersHeldElsewhere: readonly string[];
  /**
   * Whether a credential without an outbound gateway fails an outbound call, instead of another one with
   * the same user carrying it. Assumed false.
   */
  strictCredential: boolean;
  /** Whether the SBC takes `864…` for `+864…`. Assumed true, read from the SBC's code. */
  normalisesCalledNumber: boolean;
  /** Whether DELETE /credential is refused while a number is bound to it. Assumed true. */
  refusesDeleteOfUsedCredential: boolean;
  /** Whether a second number with the same digits on the same credential is refused. Assumed true. */
  refusesDuplicateNumber: boolean;
  /**
   * Whether PATCH /tool refuses `type`, and POST /tool refuses `function`: the sources contradict each
   * other.
   */
  refusesTypeOnToolPatch: boolean;
  refusesToolFunction: boolean;
  /**
   * Reads of an assistant carry `model.modelDeprecations`, which writes refuse (docs/providers/vapi.md,
   * Assistants).
   */
  showsModelDeprecations: boolean;
  /** Whether assistants and tools have versions; without, `latestVersion` is null. */
  versioning: boolean;
  /** Milliseconds for which GET /call/{id} of a new call answers 404 (docs/providers/vapi.md, Lists). */
  callVisibleAfterMs: number;
  /**
   * Milliseconds until lists show that an object was made or deleted; reading it by id is immediate. Assumed
   * 0 (docs/providers/vapi.md, Lists).
   */
  listLagMs: ListLag<VapiListKind>;
  /** Milliseconds for which a new number is `activating`. Assumed 0. */
  numberActivationMs: number;
  /** Requests per second and key before 429; null: unlimited. The real limit is not published. */
  requestsPerSecond: number | null;
  /** USD per started call minute beyond Vapi's own fee: model, voice and transcriber. Assumed. */
  modelUsdPerMinute: number;
  /** Milliseconds by which Vapi's clock is ahead of this machine's; negative: behind. */
  clockAheadMs: number;
}

/** The switches of an organisation with nothing in the way. */
export const newVapiSwitches = (): VapiSwitches => ({
  billing: 'ok',
  concurrencyLimit: 10,
  slotsInUse: 0,
  overLimit: 'wait',
  modelIgnoresTools: false,
  modelProviderFails: false,
  assistantSilent: false,
  endsInboundCallsWith: null,
  endsOutboundCallsWith: null,
  transferStatusReported: true,
  numbersHeldElsewhere: [],
  strictCredential: false,
  normalisesCalledNumber: true,
  refusesDeleteOfUsedCredential: true,
  refusesDuplicateNumber: true,
  refusesTypeOnToolPatch: false,
  refusesToolFunction: false,
  showsModelDeprecations: false,
  versioning: true,
  callVisibleAfterMs: 20,
  listLagMs: noListLag(vapiListKinds),
  numberActivationMs: 0,
  requestsPerSecond: null,
  modelUsdPerMinute: 0.05,
  clockAheadMs: 0,
});
