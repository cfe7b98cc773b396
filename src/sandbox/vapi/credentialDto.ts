import { z } from 'zod';

/**
 * One SIP gateway of a trunk (docs/providers/vapi.md, Credentials). Omitted switches count as their
 * defaults, inbound and outbound on.
 */
const gateway = z.strictObject({
  ip: z.string(),
  port: z.int().min(1).max(65535).optional(),
  netmask: z.int().min(24).max(32).optional(),
  inboundEnabled: z.boolean().optional(),
  outboundEnabled: z.boolean().optional(),
  outboundProtocol: z.enum(['udp', 'tcp', 'tls', 'tls/srtp']).optional(),
  optionsPingEnabled: z.boolean().optional(),
});

const authenticationPlan = z.strictObject({
  authUsername: z.string().optional(),
  authPassword: z.string().optional(),
  sipRegisterPlan: z
    .strictObject({ domain: z.string().optional(), username: z.string().optional(), realm: z.string().optional() })
    .optional(),
});

const fields = {
  name: z.string().min(1).max(40).optional(),
  outboundAuthenticationPlan: authenticationPlan.optional(),
  outboundLeadingPlusEnabled: z.boolean().optional(),
  techPrefix: z.string().max(10_000).optional(),
  sipDiversionHeader: z.string().max(10_000).optional(),
};

/** Body of POST /credential. Other providers than SIP trunks are not simulated. */
export const createCredentialDto = z.strictObject({
  provider: z.literal('byo-sip-trunk'),
  gateways: z.array(gateway),
  ...fields,
});

/** Body of PATCH /credential/{id}: each key that is present replaces the whole of what stood there. */
export const updateCredentialDto = z.strictObject({
  provider: z.literal('byo-sip-trunk').optional(),
  gateways: z.array(gateway).optional(),
  ...fields,
});

export type Gateway = z.output<typeof gateway>;
export type CredentialDto = z.output<typeof createCredentialDto>;
