import { randomUUID } from 'node:crypto';

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import type { VapiAccount } from './account.js';
import { checkNumber } from './e164.js';
import { doesNotExist, refused } from './errors.js';
import { find } from './find.js';
import { bareList, pagedList } from './lists.js';
import { merged } from './merge.js';
import type { VapiPhoneNumber } from './objects.js';
import { createPhoneNumberDto, updatePhoneNumberDto } from './phoneNumberDto.js';
import { validate } from './validation.js';

const checkedNumber = z
  .object({ number: z.string().optional(), numberE164CheckEnabled: z.boolean().optional() })
  .superRefine(checkNumber);

/** /phone-number and /v2/phone-number (docs/providers/vapi.md, Phone numbers). */
export function phoneNumberRoutes(app: FastifyInstance, account: VapiAccount): void {
  app.post('/phone-number', async (request, reply) => {
    const dto = validate(createPhoneNumberDto, request.body);
    checkReferences(account, dto);
    const number = withoutNulls(
      account.addPhoneNumber({ numberE164CheckEnabled: true, ...dto, providerResourceId: randomUUID() }),
    );
    account.phoneNumbers.set(number.id, number);
    return reply.code(201).send(shown(account, number));
  });
  app.get('/phone-number', async (request) =>
    bareList(account.phoneNumbers, request).map((number) => shown(account, number)),
  );
  app.get('/v2/phone-number', async (request) => {
    const { results, metadata } = pagedList(account.phoneNumbers, request);
    return { results: results.map((number) => shown(account, number)), metadata };
  });
  app.get<{ Params: { id: string } }>('/phone-number/:id', async ({ params }) =>
    shown(account, find(account.phoneNumbers, 'Phone Number', params.id)),
  );
  app.patch<{ Params: { id: string } }>('/phone-number/:id', async ({ params, body }) => {
    const number = find(account.phoneNumbers, 'Phone Number', params.id);
    const patched = { ...merged(number, validate(updatePhoneNumberDto, body)), updatedAt: account.timestamp() };
    validate(checkedNumber, patched);
    checkReferences(account, patched, number.id);
    const stored = withoutNulls({ ...patched, provider: number.provider });
    account.phoneNumbers.set(stored.id, stored);
    return shown(account, stored);
  });
  app.delete<{ Params: { id: string } }>('/phone-number/:id', async ({ params }) => {
    const number = find(account.phoneNumbers, 'Phone Number', params.id);
    account.phoneNumbers.delete(number.id);
    return shown(account, number);
  });
}

type References = Partial<Pick<VapiPhoneNumber, 'credentialId' | 'assistantId' | 'number'>>;

/**
 * Assumed: the sources know the text for an assistant that does not exist only from POST /call, and none
 * for a duplicate.
 */
function checkReferences(
  account: VapiAccount,
  { credentialId, assistantId, number }: References,
  except?: string,
): void {
  if (credentialId !== undefined && !account.credentials.has(credentialId)) {
    throw doesNotExist('Credential', 'credentialId', credentialId);
  }
  if (typeof assistantId === 'string' && !account.assistants.has(assistantId)) {
    throw doesNotExist('Assistant', 'assistantId', assistantId);
  }
  const double = [...account.phoneNumbers.values()].find(
    (other) => other.id !== except && other.credentialId === credentialId && digits(other.number) === digits(number),
  );
  if (double !== undefined && number !== undefined && account.switches.refusesDuplicateNumber) {
    throw refused(`Couldn't Create Phone Number. Number ${number} Already Exists On This SIP Trunk.`);
  }
}

function shown(account: VapiAccount, number: VapiPhoneNumber): VapiPhoneNumber {
  const activeFrom = Date.parse(number.createdAt) + account.switches.numberActivationMs;
  return account.switches.numberActivationMs > 0 && account.clock.now() < activeFrom
    ? { ...number, status: 'activating' }
    : number;
}

/** A null clears a property (docs/providers/vapi.md, Phone numbers). */
function withoutNulls(number: VapiPhoneNumber): VapiPhoneNumber {
  return Object.fromEntries(Object.entries(number).filter(([, value]) => value !== null)) as VapiPhoneNumber;
}

function digits(number: string | undefined): string | undefined {
  return number?.replace(/\D/g, '');
}
