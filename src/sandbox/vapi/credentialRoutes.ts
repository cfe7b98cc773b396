import { isIPv4 } from 'node:net';

import type { FastifyInstance } from 'fastify';

import type { VapiAccount } from './account.js';
import { type CredentialDto, type Gateway, createCredentialDto, updateCredentialDto } from './credentialDto.js';
import { refused, sipGatewayRefused } from './errors.js';
import { find } from './find.js';
import { bareList } from './lists.js';
import { merged } from './merge.js';
import type { VapiCredential } from './objects.js';
import type { Telephony } from './telephony.js';
import { validate } from './validation.js';

/** /credential, for SIP trunks (docs/providers/vapi.md, Credentials). */
export function credentialRoutes(app: FastifyInstance, account: VapiAccount, telephony: Telephony): void {
  const check = (credential: CredentialDto): void => {
    if (credential.gateways.some(isImpossible)) throw sipGatewayRefused();
    if (!telephony.carrierAccepts(account, credential)) throw sipGatewayRefused();
  };

  app.post('/credential', async (request, reply) => {
    const dto = validate(createCredentialDto, request.body);
    check(dto);
    return reply.code(201).send(withoutPassword(account.addCredential(dto)));
  });
  app.get('/credential', async (request) => bareList(account.credentials, request).map(withoutPassword));
  app.get<{ Params: { id: string } }>('/credential/:id', async ({ params }) =>
    withoutPassword(find(account.credentials, 'Credential', params.id)),
  );
  app.patch<{ Params: { id: string } }>('/credential/:id', async ({ params, body }) => {
    const patched = merged(find(account.credentials, 'Credential', params.id), validate(updateCredentialDto, body));
    check(patched);
    const stored = { ...patched, updatedAt: account.timestamp() };
    account.credentials.set(stored.id, stored);
    return withoutPassword(stored);
  });
  app.delete<{ Params: { id: string } }>('/credential/:id', async ({ params }) => {
    const credential = find(account.credentials, 'Credential', params.id);
    const user = [...account.phoneNumbers.values()].find(({ credentialId }) => credentialId === credential.id);
    if (user !== undefined && account.switches.refusesDeleteOfUsedCredential) {
      throw refused(`Couldn't Delete Credential. Phone Number ${user.id} Still Uses It.`);
    }
    account.credentials.delete(credential.id);
    return withoutPassword(credential);
  });
}

/**
 * A gateway that calls come from has to be an IPv4 address, and inbound is on unless it is switched off.
 * Read from the SBC's code: no white space, and a net mask only where calls come in
 * (docs/providers/vapi.md, Credentials).
 */
function isImpossible({ ip, netmask = 32, inboundEnabled = true }: Gateway): boolean {
  if (/\s/.test(ip)) return true;
  return inboundEnabled ? !isIPv4(ip) : netmask !== 32;
}

/**
 * The user of the authentication plan can be read back, the password never (docs/providers/vapi.md,
 * Credentials).
 */
function withoutPassword(credential: VapiCredential): object {
  const { outboundAuthenticationPlan: plan, ...rest } = credential;
  if (plan === undefined) return rest;
  const { authPassword: _secret, ...readable } = plan;
  return { ...rest, outboundAuthenticationPlan: readable };
}
