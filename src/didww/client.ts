import type { CallOptions, ProviderClock } from '../http/index.js';
import { createDidwwApi, type DidwwSettings } from './api.js';
import { balanceCalls } from './balance.js';
import { didCalls } from './dids.js';
import { exportCalls } from './exports.js';
import { inboundTrunkCalls } from './inboundTrunks.js';
import { outboundTrunkCalls } from './outboundTrunks.js';
import { type CurlCommand, curlCommand } from './versions/index.js';
import type {
  Balance,
  CallRecord,
  CallRecordExport,
  CallRecordExportInput,
  Did,
  InboundTrunk,
  InboundTrunkInput,
  InboundTrunkPatch,
  OutboundTrunk,
  OutboundTrunkInput,
  OutboundTrunkPatch,
  Routing,
  TrunkFilter,
} from './resources.js';

/**
 * DIDWW's API 3, in whichever of its versions the account has: found out before the first request. Each
 * call is one request (lists: one a page; a changed routing is read again), carried out at most once; every
 * method throws `ProviderError`.
 */
export interface DidwwClient {
  /** What DIDWW's answers say of the time. */
  readonly clock: ProviderClock;

  /** GET /balance. */
  getBalance(options?: CallOptions): Promise<Balance>;

  /**
   * GET /dids by number, with or without `+`, 100 a request side by side. Numbers that the account does not
   * own are missing from the answer.
   */
  findDids(numbers: readonly string[], options?: CallOptions): Promise<readonly Did[]>;
  /** GET /dids/:id. */
  getDid(id: string, options?: CallOptions): Promise<Did>;
  /** GET /dids?filter[voice_in_trunk.id]=…, or …[voice_in_trunk_group.id]=…, all pages. */
  findDidsRoutedTo(place: Routing, options?: CallOptions): Promise<readonly Did[]>;
  /**
   * PATCH /dids/:id, then GET: sends its calls to the trunk or group, or nowhere. Last write wins: DIDWW
   * offers no precondition.
   */
  routeDid(id: string, routing: Routing | null, options?: CallOptions): Promise<Did>;

  /**
   * GET /voice_out_trunks, all pages. `permission` where outbound calling is not enabled for the account.
   */
  findOutboundTrunks(filter: TrunkFilter, options?: CallOptions): Promise<readonly OutboundTrunk[]>;
  /** GET /voice_out_trunks/:id, with the SIP credentials and the caller ids. */
  getOutboundTrunk(id: string, options?: CallOptions): Promise<OutboundTrunk>;
  /** POST /voice_out_trunks. DIDWW generates the SIP credentials. `conflict` where the name is taken. */
  createOutboundTrunk(input: OutboundTrunkInput, options?: CallOptions): Promise<OutboundTrunk>;
  /** PATCH /voice_out_trunks/:id. */
  updateOutboundTrunk(id: string, patch: OutboundTrunkPatch, options?: CallOptions): Promise<OutboundTrunk>;
  /** DELETE /voice_out_trunks/:id. Calls through it end at once. `not-found` where it is gone already. */
  deleteOutboundTrunk(id: string, options?: CallOptions): Promise<void>;

  /** GET /voice_in_trunks, all pages, each with its group. */
  findInboundTrunks(filter: TrunkFilter, options?: CallOptions): Promise<readonly InboundTrunk[]>;
  /** GET /voice_in_trunks/:id, with its group. */
  getInboundTrunk(id: string, options?: CallOptions): Promise<InboundTrunk>;
  /** POST /voice_in_trunks. `conflict` where a trunk or group of that name exists. */
  createInboundTrunk(input: InboundTrunkInput, options?: CallOptions): Promise<InboundTrunk>;
  /** PATCH /voice_in_trunks/:id. */
  updateInboundTrunk(id: string, patch: InboundTrunkPatch, options?: CallOptions): Promise<InboundTrunk>;
  /**
   * DELETE /voice_in_trunks/:id. `conflict` while a number is routed to it or it belongs to a group;
   * `not-found` where it is gone already.
   */
  deleteInboundTrunk(id: string, options?: CallOptions): Promise<void>;

  /** POST /exports. */
  createExport(input: CallRecordExportInput, options?: CallOptions): Promise<CallRecordExport>;
  /** GET /exports?filter[external_reference_id]=…, all pages. */
  findExports(reference: string, options?: CallOptions): Promise<readonly CallRecordExport[]>;
  /** GET /exports/:id. */
  getExport(id: string, options?: CallOptions): Promise<CallRecordExport>;
  /** Fetches a completed export's file and parses it. The API key goes to the API's own host only. */
  downloadExport(url: string, options?: CallOptions): Promise<readonly CallRecord[]>;

  /** The account's API version, found out where no request has done so yet. */
  apiVersion(options?: CallOptions): Promise<string>;
  /**
   * How a person's shell commands are let in, in the version that the account has now; both forms where it
   * cannot be found out.
   */
  curlCommand(options?: CallOptions): Promise<CurlCommand>;

  /** Closes the kept-alive connections; requests under way are let finish. */
  close(): Promise<void>;
}

/** A client of one DIDWW account. Opens no connection before its first request. */
export function createDidww(settings: DidwwSettings): DidwwClient {
  const api = createDidwwApi(settings);
  return {
    clock: api.http.clock,
    ...balanceCalls(api),
    ...didCalls(api),
    ...outboundTrunkCalls(api),
    ...inboundTrunkCalls(api),
    ...exportCalls(api),
    apiVersion: (options) => api.access.findVersion(options),
    async curlCommand(options) {
      return curlCommand(await api.access.findVersion(options).catch(() => undefined), api.urls);
    },
    close: () => api.http.close(),
  };
}
