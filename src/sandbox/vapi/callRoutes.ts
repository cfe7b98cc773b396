import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { VapiAccount } from './account.js';
import { createCallDto, updateCallDto, type CreateCallDto } from './callDto.js';
import { newOutboundCall } from './callRows.js';
import { doesNotExist, invalid, notFound, refused } from './errors.js';
import { callList } from './lists.js';
import type { VapiCall } from './objects.js';
import { overLimit, subscriptionLimits } from './slots.js';
import type { Telephony } from './telephony.js';
import { validate } from './validation.js';

/** /call, and its older name for creation (docs/providers/vapi.md, Calls). */
export function callRoutes(app: FastifyInstance, account: VapiAccount, telephony: Telephony): void {
  const create = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const dto = validate(createCallDto, request.body);
    checkReferences(account, dto);
    if (account.switches.overLimit === 'refuse' && overLimit(account)) throw overConcurrencyLimit();
    const customers = dto.customers ?? [dto.customer ?? {}];
    const calls = customers.map((customer) => newOutboundCall(account, { ...dto, customer }));
    const answers = calls.map((call) => {
      account.calls.set(call.id, call);
      const answer = { ...call, subscriptionLimits: subscriptionLimits(account) };
      telephony.place(account, call);
      return answer;
    });
    const batch = { subscriptionLimits: subscriptionLimits(account), results: answers, errors: [] };
    return reply.code(201).send(dto.customers === undefined ? answers[0] : batch);
  };
  app.post('/call', create);
  app.post('/call/phone', create);
  app.get('/call', async (request) => callList(account.calls, request));
  app.get<{ Params: { id: string } }>('/call/:id', async ({ params }) => findVisible(account, params.id));
  app.patch<{ Params: { id: string } }>('/call/:id', async ({ params, body }) => {
    const call = findVisible(account, params.id);
    call.name = validate(updateCallDto, body).name;
    call.updatedAt = account.timestamp();
    return call;
  });
  app.delete<{ Params: { id: string } }>('/call/:id', async ({ params }) => {
    const call = findVisible(account, params.id);
    account.calls.delete(call.id);
    return call;
  });
}

/** Bad references of a call are 400 with a text, not 404 (docs/providers/vapi.md, Errors). */
function checkReferences(account: VapiAccount, dto: CreateCallDto): void {
  if (dto.phoneNumberId === undefined) {
    throw refused("Couldn't Get Phone Number. Need Either `phoneNumberId` Or `phoneNumber`.");
  }
  if (!account.phoneNumbers.has(dto.phoneNumberId))
    throw doesNotExist('Phone Number', 'phoneNumberId', dto.phoneNumberId);
  if (dto.assistantId !== undefined && !account.assistants.has(dto.assistantId)) {
    throw doesNotExist('Assistant', 'assistantId', dto.assistantId);
  }
  if (dto.assistantId === undefined && dto.assistant === undefined) {
    throw refused("Couldn't Get Assistant. Need Either `assistantId` Or `assistant`.");
  }
  if (dto.assistantVersion !== undefined && dto.assistant !== undefined) {
    throw invalid(['assistantVersion is only supported with assistantId']);
  }
  for (const customer of dto.customers ?? [dto.customer]) {
    if (customer?.number === undefined && customer?.sipUri === undefined) {
      throw refused("Couldn't Get Customer. Need Either `customer.number` Or `customer.sipUri`.");
    }
  }
}

/** A new call cannot be read for a moment (docs/providers/vapi.md, Lists). */
function findVisible(account: VapiAccount, id: string): VapiCall {
  const call = account.calls.get(id);
  if (call === undefined) throw notFound('Call', id);
  const { callVisibleAfterMs } = account.switches;
  if (callVisibleAfterMs > 0 && account.clock.now() - Date.parse(call.createdAt) < callVisibleAfterMs)
    throw notFound('Call', id);
  return call;
}

/**
 * Assumed text: the sources only say that POST /call answers 400 for policy failures such as limits
 * (docs/providers/vapi.md, Errors).
 */
function overConcurrencyLimit(): Error {
  return refused('Over Concurrency Limit. Wait for calls to end or raise the limit of the subscription.');
}
