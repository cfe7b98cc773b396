import { z } from 'zod';
import { type CallOptions, loose, numeric, present } from '../http/index.js';
import type { VapiApi } from './api.js';
import { listAll } from './lists.js';
import type { Credential, CredentialInput, CredentialPatch, GatewayInput } from './resources.js';

const PATH = '/credential';
const PROVIDER = 'byo-sip-trunk';

/**
 * SIP trunk credentials: /credential, which Vapi's OpenAPI document no longer lists
 * (docs/providers/vapi.md, Credentials).
 */
export const credentialCalls = (api: VapiApi) => ({
  listCredentials: (options?: CallOptions): Promise<readonly Credential[]> =>
    listAll(api, { path: PATH, schema: credential, isWanted: ({ provider }) => provider === PROVIDER }, options),

  getCredential: (id: string, options?: CallOptions): Promise<Credential> =>
    api.get(credentialPath(id), {}, credential, options),

  createCredential: (input: CredentialInput, options?: CallOptions): Promise<Credential> =>
    api.post(PATH, credentialBody(api, input), credential, options),

  updateCredential: (id: string, patch: CredentialPatch, options?: CallOptions): Promise<Credential> =>
    api.patch(credentialPath(id), credentialBody(api, patch), credential, options),

  deleteCredential: (id: string, options?: CallOptions): Promise<void> => api.delete(credentialPath(id), options),
});

const credentialPath = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

function credentialBody(api: VapiApi, { name, gateways, outboundLeadingPlusEnabled, auth }: CredentialPatch): unknown {
  api.redactor.add(auth?.username);
  api.redactor.add(auth?.password);
  return present({
    provider: PROVIDER,
    name,
    gateways: gateways?.map(gatewayBody),
    outboundLeadingPlusEnabled,
    outboundAuthenticationPlan:
      auth === undefined ? undefined : { authUsername: auth.username, authPassword: auth.password },
  });
}

/** Written member by member: Vapi refuses what it does not know (docs/providers/vapi.md, Errors). */
const gatewayBody = (gateway: GatewayInput): unknown =>
  present({
    ip: gateway.ip,
    port: gateway.port,
    netmask: gateway.netmask,
    inboundEnabled: gateway.inboundEnabled,
    outboundEnabled: gateway.outboundEnabled,
    outboundProtocol: gateway.outboundProtocol,
    optionsPingEnabled: gateway.optionsPingEnabled,
  });

/** Vapi does not reliably fill in its defaults on a read (docs/providers/vapi.md, Credentials). */
const gateway = z
  .object({
    ip: z.string(),
    port: loose(numeric),
    netmask: loose(numeric),
    inboundEnabled: loose(z.boolean()),
    outboundEnabled: loose(z.boolean()),
    outboundProtocol: loose(z.string()),
    optionsPingEnabled: loose(z.boolean()),
  })
  .transform(({ ip, ...given }) => ({
    ip,
    port: given.port ?? 5060,
    netmask: given.netmask ?? 32,
    inboundEnabled: given.inboundEnabled ?? true,
    outboundEnabled: given.outboundEnabled ?? true,
    outboundProtocol: given.outboundProtocol ?? 'udp',
    optionsPingEnabled: given.optionsPingEnabled ?? false,
  }));

const credential = z
  .object({
    id: z.string(),
    orgId: loose(z.string()),
    provider: z.string(),
    name: loose(z.string()),
    gateways: z.array(gateway).nullish(),
    outboundLeadingPlusEnabled: loose(z.boolean()),
    outboundAuthenticationPlan: loose(z.object({ authUsername: loose(z.string()) })),
    createdAt: loose(z.string()),
  })
  .transform(({ outboundAuthenticationPlan: plan, gateways, outboundLeadingPlusEnabled, ...rest }): Credential =>
    present({
      ...rest,
      gateways: gateways ?? [],
      outboundLeadingPlusEnabled: outboundLeadingPlusEnabled ?? false,
      authUsername: plan?.authUsername,
    }),
  );
