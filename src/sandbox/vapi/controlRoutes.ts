import type { FastifyInstance } from 'fastify';

import type { VapiAccount } from './account.js';
import { controlDto } from './callDto.js';
import { notFound, refused } from './errors.js';
import type { Telephony } from './telephony.js';
import { validate } from './validation.js';

/**
 * What a call's `monitor.controlUrl` leads to. Needs no API key; Vapi serves it on a host of its own, the
 * sandbox beside its API (docs/providers/vapi.md, Call control). The answers are assumed.
 */
export function controlRoutes(app: FastifyInstance, account: VapiAccount, telephony: Telephony): void {
  app.post<{ Params: { id: string } }>('/:id/control', async ({ params, body }, reply) => {
    if (!account.calls.has(params.id)) throw notFound('Call', params.id);
    const command = validate(controlDto, body);
    if (!telephony.control(account, params.id, command)) throw refused('Call Is Not In Progress.');
    return reply.code(200).send({ success: true });
  });
}
