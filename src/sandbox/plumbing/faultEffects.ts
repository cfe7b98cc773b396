import type { FastifyReply } from 'fastify';

import type { Fault } from './faults.js';
import { type ErrorForm, type ProviderError, providerError, rateLimitError } from './providerErrors.js';

const TRUNCATED_JSON = '{"data":{"id":"3f1c';
const HTML_PAGE =
  '<!DOCTYPE html><html><head><title>Bad gateway</title></head><body>Please try again later.</body></html>';

/** Requests whose list comes back empty. */
const emptied = new WeakSet();

/** Whether a fault empties this request's list: its route sees to that, in the provider's envelope. */
export function listsNothing(request: object): boolean {
  return emptied.has(request);
}

/**
 * Lets a fault meet a request that has not taken effect. Where it answers, drops or outlives the request,
 * the route never runs.
 */
export async function beforeEffect(
  fault: Fault,
  reply: FastifyReply,
  form: ErrorForm,
  closed: Promise<void>,
): Promise<void> {
  switch (fault.kind) {
    case 'hold':
      await fault.hold(closed);
      // The client is gone, so this request is taken not to have arrived. `effect: 'after'` is the other
      // case.
      if (reply.raw.destroyed) reply.hijack();
      return;
    case 'hang':
      await closed;
      reply.hijack();
      return;
    case 'lost':
      reply.hijack();
      reply.raw.destroy();
      return;
    case 'empty-list':
      emptied.add(reply.request);
      return;
    case 'answer':
    case 'rate-limit':
    case 'garbage': {
      const { contentType, payload } = replacement(fault, reply, form);
      await reply.type(contentType).send(payload);
      return;
    }
    default:
      fault satisfies never;
  }
}

/** Lets a fault meet the answer of a request that has taken effect. Returns what is sent in its place. */
export async function afterEffect(
  fault: Fault,
  reply: FastifyReply,
  payload: unknown,
  form: ErrorForm,
  closed: Promise<void>,
): Promise<unknown> {
  switch (fault.kind) {
    case 'hold':
      await fault.hold(closed);
      return payload;
    case 'hang':
      await closed;
      return payload;
    case 'lost':
      reply.raw.destroy();
      return payload;
    case 'empty-list':
      return payload;
    case 'answer':
    case 'rate-limit':
    case 'garbage': {
      const substitute = replacement(fault, reply, form);
      reply.removeHeader('content-length').type(substitute.contentType);
      return substitute.payload;
    }
    default:
      return fault satisfies never;
  }
}

type AnsweringFault = Extract<Fault, { kind: 'answer' | 'rate-limit' | 'garbage' }>;

function replacement(
  fault: AnsweringFault,
  reply: FastifyReply,
  form: ErrorForm,
): { contentType: string; payload: string } {
  switch (fault.kind) {
    case 'garbage':
      reply.code(200);
      return fault.shape === 'html'
        ? { contentType: 'text/html', payload: HTML_PAGE }
        : { contentType: providerError(form, 200).contentType, payload: TRUNCATED_JSON };
    case 'rate-limit': {
      const usual = rateLimitError(form);
      reply.code(429).headers({ ...usual.headers, ...fault.headers });
      return serialized(usual);
    }
    case 'answer': {
      const usual = providerError(form, fault.status);
      reply.code(fault.status).headers({ ...('body' in fault ? {} : usual.headers), ...fault.headers });
      if (typeof fault.body === 'string') return { contentType: 'text/plain', payload: fault.body };
      return serialized('body' in fault ? { ...usual, body: fault.body } : usual);
    }
    default:
      return fault satisfies never;
  }
}

function serialized({ contentType, body }: ProviderError): { contentType: string; payload: string } {
  return { contentType, payload: JSON.stringify(body) };
}
