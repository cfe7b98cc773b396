import { z } from 'zod';
import { type CallOptions, loose, present } from '../http/index.js';
import type { VapiApi } from './api.js';
import { listAll } from './lists.js';
import type { PhoneNumber, PhoneNumberInput, PhoneNumberPatch } from './resources.js';

const PATH = '/phone-number';
const PROVIDER = 'byo-phone-number';

/** Numbers on a SIP trunk credential: /phone-number (docs/providers/vapi.md, Phone numbers). */
export const phoneNumberCalls = (api: VapiApi) => ({
  listPhoneNumbers: (options?: CallOptions): Promise<readonly PhoneNumber[]> =>
    listAll(api, { path: PATH, schema: phoneNumber }, options),

  getPhoneNumber: (id: string, options?: CallOptions): Promise<PhoneNumber> =>
    api.get(numberPath(id), {}, phoneNumber, options),

  createPhoneNumber: (input: PhoneNumberInput, options?: CallOptions): Promise<PhoneNumber> =>
    api.post(PATH, creation(input), phoneNumber, options),

  updatePhoneNumber: (id: string, { name, assistantId }: PhoneNumberPatch, options?: CallOptions) =>
    api.patch(numberPath(id), present({ provider: PROVIDER, name, assistantId }), phoneNumber, options),

  deletePhoneNumber: (id: string, options?: CallOptions): Promise<void> => api.delete(numberPath(id), options),
});

const numberPath = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

/** Written member by member: Vapi refuses what it does not know (docs/providers/vapi.md, Errors). */
const creation = (input: PhoneNumberInput): unknown =>
  present({
    provider: PROVIDER,
    number: input.number,
    numberE164CheckEnabled: input.numberE164CheckEnabled,
    name: input.name,
    credentialId: input.credentialId,
    assistantId: input.assistantId,
  });

const phoneNumber = z
  .object({
    id: z.string(),
    provider: loose(z.string()),
    number: loose(z.string()),
    name: loose(z.string()),
    credentialId: loose(z.string()),
    assistantId: loose(z.string()),
    squadId: loose(z.string()),
    workflowId: loose(z.string()),
    status: loose(z.string()),
    createdAt: loose(z.string()),
  })
  .transform((raw): PhoneNumber => present(raw));
