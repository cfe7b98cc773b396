import type { Client } from '@temporalio/client';
import type { DidwwClient } from '../../didww/index.js';
import type { CallTimes } from '../../domain/calls/times.js';
import type { Region } from '../../domain/sip/addresses.js';
import type { VapiClient } from '../../vapi/index.js';
import type { SipCredentialCache } from './sipCredentialCache.js';

/** API addresses of the worker. No trailing slash, no secret. */
export interface ApiUrls {
  readonly didww: string;
  readonly vapi: string;
}

/** What activities work with. Made once per worker by `worker.ts`. */
export interface Dependencies {
  readonly didww: DidwwClient;
  /** The client of the worker's Vapi organisation, at the address of this region. */
  readonly vapi: (region: Region) => VapiClient;
  readonly urls: (region: Region) => ApiUrls;
  readonly sipCredentialCache: SipCredentialCache;
  /** For activities that speak to other runs. */
  readonly temporal: Client;
  readonly taskQueue: string;
  /** After this long a list shows whatever is there, in milliseconds. */
  readonly listLagMs: number;
  /** What a test call that is followed is given time for. */
  readonly callTimes: CallTimes;
}
