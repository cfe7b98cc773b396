import { type ListLag, noListLag } from '../plumbing/table.js';

/** Kinds of objects whose lists can be late, by the names of the account's tables. */
export const didwwListKinds = ['outboundTrunks', 'inboundTrunks', 'groups', 'dids', 'exports'] as const;

/** One of them. */
export type DidwwListKind = (typeof didwwListKinds)[number];

/**
 * How the account behaves where accounts differ (docs/providers/didww.md, Transport and versions; Access
 * tokens; Outbound trunks; Caller id), or where no source says how DIDWW does.
 */
export interface DidwwSwitches {
  /** The assigned API version; a later one is an upgrade. Beyond 2026-11-19 all behave like it. */
  apiVersion: string;
  /** False: the version header has no effect, as behind a proxy that drops it. */
  honoursVersionHeader: boolean;
  /** False: outgoing calls are refused, and at 2026-04-16 every `voice_out_*` operation, too. */
  outboundEnabled: boolean;
  /** False: every `voice_out_*` operation of 2026-11-19 answers 403. */
  outboundApiEnabled: boolean;
  /** True: every write answers 403, without a challenge. */
  readOnly: boolean;
  /** Addresses or CIDRs that the key may be used from, copied into its tokens; null: any. */
  allowedAddresses: readonly string[] | null;
  /** Life of new tokens in seconds, without limits; null: as asked, default 900, 60 to 3600. */
  tokenLifetimeSeconds: number | null;
  /** Token requests a minute before 429; null: unlimited. Assumed: the number is not documented. */
  mintsPerMinute: number | null;
  /** What a token request for an older version gets: a token of the assigned one, or 400. Assumed. */
  olderVersionToken: 'assigned' | 'refused';
  /** Whether the 401 of 2026-11-19 for a key has an error document. Assumed false. */
  keyRefusalHasBody: boolean;
  /**
   * Whether a PATCH of a number takes `include` at 2026-11-19, which lists it no more. Assumed false: 400.
   */
  didPatchTakesInclude: boolean;
  /** Whether 2026-11-19 has names for all numbers of a SIP configuration, as for codecs. Assumed false. */
  sipNamesForNumbers: boolean;
  /** Columns of outbound call records at 2026-11-19. Assumed as before: no source shows them. */
  outboundRecordColumns: 'as-before' | 'source-number';
  /** Whether DIDWW has enabled `replace_cli` and `randomize_cli` for the account. */
  cliReplacementEnabled: boolean;
  /** SIP code of an outbound call refused for its caller id. Assumed: no source says it. */
  cliMismatchCode: number;
  /** Whether a PATCH of `authentication_method` of the same type keeps the pair. Assumed true. */
  authPatchKeepsCredentials: boolean;
  /**
   * Milliseconds until lists show that an object was made or deleted, or of a number, that it was changed,
   * such as routed; reading it by id is immediate. Assumed 0 (docs/providers/didww.md, Idempotency).
   */
  listLagMs: ListLag<DidwwListKind>;
  /** How long an export stays `pending`, in milliseconds. Assumed: no source says it. */
  exportPendingMs: number;
  /** How long it is `processing` then. Assumed. */
  exportProcessingMs: number;
  /** Milliseconds between the end of a call and its row. Assumed: the sources only say "not real time". */
  cdrDelayMs: number;
  /** Requests per second before 429, over key and tokens together; null: unlimited. */
  requestsPerSecond: number | null;
  /** Milliseconds by which DIDWW's clock is ahead of this machine's; negative: behind. */
  clockAheadMs: number;
}

/** The switches of a new account of today, with nothing in the way. */
export const newDidwwSwitches = (): DidwwSwitches => ({
  apiVersion: '2026-11-19',
  honoursVersionHeader: true,
  outboundEnabled: true,
  outboundApiEnabled: true,
  readOnly: false,
  allowedAddresses: null,
  tokenLifetimeSeconds: null,
  mintsPerMinute: null,
  olderVersionToken: 'assigned',
  keyRefusalHasBody: false,
  didPatchTakesInclude: false,
  sipNamesForNumbers: false,
  outboundRecordColumns: 'as-before',
  cliReplacementEnabled: false,
  cliMismatchCode: 403,
  authPatchKeepsCredentials: true,
  listLagMs: noListLag(didwwListKinds),
  exportPendingMs: 50,
  exportProcessingMs: 50,
  cdrDelayMs: 0,
  requestsPerSecond: null,
  clockAheadMs: 0,
});
