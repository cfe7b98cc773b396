import { onTestFinished } from 'vitest';
import { createDidww, type DidwwClient } from '../../src/didww/index.js';
import { ProviderError } from '../../src/http/index.js';
import { createVapi, type VapiClient } from '../../src/vapi/index.js';
import { givenProvider, type ProviderServer, type Script } from './provider.js';

export const DIDWW_KEY = 'didww-canary-key-01';
export const VAPI_KEY = 'vapi-canary-key-02';
export const API_VERSION = '2026-04-16';

/** A DIDWW that plays the script for an account of 2026-04-16, and a client that was told so. */
export async function givenDidww(script: Script): Promise<{ didww: DidwwClient; server: ProviderServer }> {
  const server = await givenProvider(script);
  const didww = createDidww({ apiUrl: `${server.url}/v3`, apiKey: DIDWW_KEY, version: API_VERSION });
  onTestFinished(() => didww.close());
  return { didww, server };
}

/** A Vapi that plays the script, and a client of it. */
export async function givenVapi(script: Script): Promise<{ vapi: VapiClient; server: ProviderServer }> {
  const server = await givenProvider(script);
  const vapi = createVapi({ apiUrl: server.url, apiKey: VAPI_KEY });
  onTestFinished(() => vapi.close());
  return { vapi, server };
}

/** The provider error that a call ends in. */
export async function errorOf(call: Promise<unknown>): Promise<ProviderError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof ProviderError)) throw new Error(`not a provider error: ${String(outcome)}`);
  return outcome;
}

/** A JSON:API document of the version that the client asks for. */
export const document = (data: unknown, rest: object = {}): object => ({
  data,
  ...rest,
  meta: { api_version: API_VERSION },
});

/** A DIDWW error document. */
export const didwwErrors = (...errors: object[]): object => ({ errors });

/** A DID resource as DIDWW returns it with everything included that the client asks for. */
export const didResource = (id: string, number: string, routedTo: { trunk?: string; group?: string } = {}): object => ({
  id,
  type: 'dids',
  attributes: {
    number,
    blocked: false,
    awaiting_registration: false,
    terminated: false,
    expires_at: '2027-01-01T00:00:00.000Z',
    description: null,
    capacity_limit: null,
    channels_included_count: '2',
    dedicated_channels_count: 0,
  },
  relationships: {
    voice_in_trunk: { data: routedTo.trunk === undefined ? null : { type: 'voice_in_trunks', id: routedTo.trunk } },
    voice_in_trunk_group: {
      data: routedTo.group === undefined ? null : { type: 'voice_in_trunk_groups', id: routedTo.group },
    },
    did_group: { data: { type: 'did_groups', id: 'g1' } },
    shared_capacity_group: { data: null },
    order: { links: { self: 'x', related: 'y' } },
  },
});

export const DID_GROUP = {
  id: 'g1',
  type: 'did_groups',
  attributes: { features: ['voice_in', 'voice_out'], is_metered: false, prefix: '1' },
};

/** An outbound trunk as DIDWW returns it, SIP credentials included. */
export const outboundTrunkResource = (overrides: object = {}): object => ({
  id: 'out-1',
  type: 'voice_out_trunks',
  attributes: {
    name: 'patchbay acme out',
    external_reference_id: 'patchbay/acme',
    status: 'active',
    on_cli_mismatch_action: 'reject_call',
    capacity_limit: 10,
    allow_any_did_as_cli: false,
    threshold_reached: false,
    threshold_amount: '50.0',
    media_encryption_mode: 'disabled',
    default_dst_action: 'allow_all',
    dst_prefixes: [],
    created_at: '2026-04-08T06:57:33.304Z',
    authentication_method: {
      type: 'credentials_and_ip',
      attributes: {
        allowed_sip_ips: ['203.0.113.10/32'],
        tech_prefix: null,
        username: 'digest-user-canary',
        password: 'digest-pass-canary',
      },
    },
    ...overrides,
  },
  relationships: { dids: { data: [{ type: 'dids', id: 'did-1' }] } },
  meta: { spent_amount: '0.0' },
});
