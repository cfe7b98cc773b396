/** How the account behaves where accounts differ, or where no source says how DIDWW does. */
export interface DidwwSwitches {
  /** The account's assigned API version; a later one is an upgrade. What is later than 2026-11-19 behaves like it. */
  apiVersion: string;
  /** False: the version header has no effect, as behind a proxy that drops it. */
  honoursVersionHeader: boolean;
  /** False: calls through outbound trunks are refused, and at 2026-04-16 every `voice_out_*` operation too. */
  outboundEnabled: boolean;
  /** False: every `voice_out_*` operation of 2026-11-19 answers 403 (docs/providers/didww.md, Outbound trunks). */
  outboundApiEnabled: boolean;
  /** True: every write answers 403, without a challenge (docs/providers/didww.md, Access tokens). */
  readOnly: boolean;
  /** Addresses or CIDRs that the key may be used from; copied into tokens when they are minted. Null: any. */
  allowedAddresses: readonly string[] | null;
  /** Life of new tokens in seconds, in place of what is asked and its limits; null: as asked, default 900, 60 to 3600. */
  tokenLifetimeSeconds: number | null;
  /** Token requests a minute before 429; null: unlimited. The number is not documented. */
  mintsPerMinute: number | null;
  /** What a token request for an older version than the assigned one gets: a token for the latter, or 400. Assumed. */
  olderVersionToken: 'assigned' | 'refused';
  /** Whether the 401 of 2026-11-19 for an `Api-Key` has the error document of 2026-04-16. Assumed false: an empty body. */
  keyRefusalHasBody: boolean;
  /** Whether `include` on a PATCH of a number is honoured at 2026-11-19. Assumed false: 400, for it is not listed any more. */
  didPatchTakesInclude: boolean;
  /** Whether 2026-11-19 writes names for all numbers of a SIP configuration, as for codecs. Assumed false. */
  sipNamesForNumbers: boolean;
  /** Columns of outbound call records at 2026-11-19. Assumed as before: no source shows them. */
  outboundRecordColumns: 'as-before' | 'source-number';
  /** Whether DIDWW has enabled `replace_cli` and `randomize_cli` for the account (docs/providers/didww.md, Caller id). */
  cliReplacementEnabled: boolean;
  /** SIP code of an outbound call refused for its caller id. Assumed: no source says it. */
  cliMismatchCode: number;
  /** Whether a PATCH of `authentication_method` of the same type keeps username and password. Assumed true: no source says it. */
  authPatchKeepsCredentials: boolean;
  /** Milliseconds between a create and the object's appearance in lists; reading it by id works at once. Assumed 0. */
  searchLagMs: number;
  /** How long an export stays `pending`, then `processing`, in milliseconds. Assumed: no source says it. */
  exportPendingMs: number;
  exportProcessingMs: number;
  /** Milliseconds between the end of a call and its row in exports. Assumed: the sources only say "not real time". */
  cdrDelayMs: number;
  /** Requests per second before 429, over key and tokens together; null: unlimited (docs/providers/didww.md, Transport and versions). */
  requestsPerSecond: number | null;
}

/** A new account of today, with nothing in the way. */
export const defaultSwitches: DidwwSwitches = {
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
  searchLagMs: 0,
  exportPendingMs: 50,
  exportProcessingMs: 50,
  cdrDelayMs: 0,
  requestsPerSecond: null,
};
