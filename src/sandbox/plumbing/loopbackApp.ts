import { type FastifyInstance, fastify } from 'fastify';

/** What this machine is called by programs on it, with any port. */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;
const MISDIRECTED_REQUEST = 421; // RFC 9110, 15.5.20

/**
 * A server for loopback. Refuses, before anything else sees it, a request under another host's name: a page
 * in a browser here could otherwise have its own name lead to this machine and read and change the sandbox
 * as if it were its own site (DNS rebinding).
 */
export function createLoopbackApp(): FastifyInstance {
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.addHook('onRequest', async ({ headers: { host = '' } }, reply) => {
    if (OWN_HOST.test(host)) return;
    const why = `The sandbox answers on this machine alone, as localhost, 127.0.0.1 or [::1], not as "${host}".\n`;
    await reply.code(MISDIRECTED_REQUEST).type('text/plain').send(why);
  });
  return app;
}
