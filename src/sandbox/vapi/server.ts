import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { type Plumbing, createSandboxServer } from '../plumbing/index.js';
import type { VapiAccount } from './account.js';
import { assistantRoutes } from './assistantRoutes.js';
import { callRoutes } from './callRoutes.js';
import { controlRoutes } from './controlRoutes.js';
import { credentialRoutes } from './credentialRoutes.js';
import { unauthorized, VapiProblem } from './errors.js';
import { phoneNumberRoutes } from './phoneNumberRoutes.js';
import type { Telephony } from './telephony.js';
import { toolRoutes } from './toolRoutes.js';

/**
 * What Cloudflare answers in plain text to a client that names no user agent, or that of Python's urllib
 * (docs/providers/vapi.md, Authentication and headers).
 */
const CLOUDFLARE_BLOCK = 'error code: 1010';
const BLOCKED_AGENT = /^(?:$|Python-urllib\/)/;

/**
 * An organisation's API as an HTTP server for its region. Nothing listens yet; the base address has no
 * path.
 */
export function createVapiServer(account: VapiAccount, telephony: Telephony, plumbing: Plumbing): FastifyInstance {
  const name = account.region === 'us' ? 'vapi' : 'vapi-eu';
  const app = createSandboxServer({ ...plumbing, name, clock: account.clock, errorForm: () => 'vapi' });
  acceptEmptyBodies(app);
  app.addHook('onListen', async () => {
    const [address] = app.addresses();
    if (typeof address === 'object') account.baseUrl = `http://${address.address}:${String(address.port)}`;
  });
  app.setErrorHandler(answerProblem);
  app.setNotFoundHandler((request, reply) => {
    const message = `Cannot ${request.method} ${request.url}`;
    return reply.code(404).send({ message, error: 'Not Found', statusCode: 404 });
  });
  app.register(async (api) => {
    api.addHook('onRequest', gatekeeper(account));
    assistantRoutes(api, account);
    toolRoutes(api, account);
    credentialRoutes(api, account, telephony);
    phoneNumberRoutes(api, account);
    callRoutes(api, account, telephony);
  });
  app.register(async (live) => {
    controlRoutes(live, account, telephony);
  });
  return app;
}

/** Lets in who names a user agent of its own and holds this region's key, within the request limit. */
function gatekeeper(account: VapiAccount): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  let second = 0;
  let count = 0;
  return async (request, reply) => {
    if (BLOCKED_AGENT.test(request.headers['user-agent'] ?? '')) {
      await reply.code(403).type('text/plain').send(CLOUDFLARE_BLOCK);
      return;
    }
    const { authorization } = request.headers;
    if (authorization === undefined) throw unauthorized('Missing Authorization Header.');
    if (authorization !== `Bearer ${account.apiKey}`) {
      throw unauthorized(
        'Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa.',
      );
    }
    const now = Math.floor(account.clock.now() / 1000);
    count = now === second ? count + 1 : 1;
    second = now;
    const { requestsPerSecond } = account.switches;
    if (requestsPerSecond !== null && count > requestsPerSecond) {
      throw new VapiProblem(429, { message: 'Too Many Requests', error: 'Too Many Requests', statusCode: 429 });
    }
  };
}

/** Clients send a content type with bodies that are empty; Vapi takes those for `{}` (assumed). */
function acceptEmptyBodies(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      const text = body.toString();
      done(null, text === '' ? {} : (JSON.parse(text) as unknown));
    } catch {
      const message = 'Unexpected token in JSON';
      done(new VapiProblem(400, { message, error: 'Bad Request', statusCode: 400 }), undefined);
    }
  });
}

function answerProblem(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof VapiProblem) return reply.code(error.status).send(error.body);
  const status = statusOf(error);
  const message = status < 500 && error instanceof Error ? error.message : 'Internal server error';
  return reply.code(status).send({ statusCode: status, message });
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : 500;
}
