import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { afterEffect, beforeEffect } from './faultEffects.js';
import type { Fault, FaultBoard } from './faults.js';
import type { SandboxClock } from './clock.js';
import { createLoopbackApp } from './loopbackApp.js';
import type { ErrorForm } from './providerErrors.js';
import type { LoggedRequest, RequestLog } from './requestLog.js';
import type { ServerName } from './serverName.js';

/** What the servers of one sandbox share. */
export interface Plumbing {
  readonly faults: FaultBoard;
  readonly requests: RequestLog;
  /** Milliseconds from a request's arrival to its answer; half passes before it takes effect, half after. */
  readonly latency: () => number;
}

export interface SandboxServerOptions extends Plumbing {
  readonly name: ServerName;
  /** What the `Date` of every answer shows. */
  readonly clock: SandboxClock;
  /** In which form a fault's error documents come at a path. */
  readonly errorForm: (path: string) => ErrorForm;
  /** Paths whose POST changes nothing, such as that of a token service; default: none. */
  readonly harmless?: readonly string[];
  /** First part of every path, for example `/v3`; not part of logged and matched paths. */
  readonly basePath?: string;
}

interface Passage {
  readonly entry: LoggedRequest;
  readonly fault: Fault | undefined;
  readonly closed: Promise<void>;
}

/**
 * A server for one provider: logs every request, takes its time, and injects the faults on the board.
 * Routes, error documents and authentication are the provider's; nothing listens yet.
 */
export function createSandboxServer(options: SandboxServerOptions): FastifyInstance {
  const app = createLoopbackApp();
  const passages = new WeakMap<FastifyRequest, Passage>();

  app.addHook('onRequest', async (request, reply) => {
    const passage = begin(request, reply, options);
    passages.set(request, passage);
    await pause(options.latency() / 2);
  });
  app.addHook('preHandler', async (request, reply) => {
    const passage = passages.get(request);
    if (passage?.fault?.effect !== 'before') return;
    await beforeEffect(passage.fault, reply, options.errorForm(passage.entry.path), passage.closed);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    await pause(options.latency() / 2);
    reply.header('date', new Date(options.clock.now()).toUTCString());
    const passage = passages.get(request);
    if (passage === undefined) return payload;
    const { fault, entry, closed } = passage;
    const form = options.errorForm(entry.path);
    const answer = fault?.effect === 'after' ? await afterEffect(fault, reply, payload, form, closed) : payload;
    // Noted before the client can have it: its next request must not seem to have begun earlier.
    entry.endedAt ??= now();
    if (!reply.raw.destroyed) entry.status = reply.statusCode;
    return answer;
  });
  return app;
}

/**
 * Listens on the loopback address only; port 0 chooses a free one. Returns the address without a trailing
 * slash.
 */
export async function listenOnLoopback(app: FastifyInstance, port = 0): Promise<string> {
  return app.listen({ host: '127.0.0.1', port });
}

function begin(request: FastifyRequest, reply: FastifyReply, options: SandboxServerOptions): Passage {
  const { path, query } = splitUrl(request.url, options.basePath ?? '');
  const fault = options.faults.take(options.name, request.method, path);
  const entry: LoggedRequest = {
    server: options.name,
    method: request.method,
    path,
    query,
    write: !['GET', 'HEAD'].includes(request.method) && options.harmless?.includes(path) !== true,
    startedAt: now(),
    ...(fault === undefined ? {} : { fault: fault.kind }),
  };
  options.requests.add(entry);
  const closed = new Promise<void>((resolve) => {
    reply.raw.once('close', () => {
      entry.endedAt ??= now();
      resolve();
    });
  });
  return { entry, fault, closed };
}

function splitUrl(url: string, basePath: string): { path: string; query: string } {
  const [path = '', query = ''] = url.split('?', 2);
  return { path: path.startsWith(basePath) ? path.slice(basePath.length) || '/' : path, query };
}

/**
 * Milliseconds since the epoch, with fractions: requests follow one another faster than the wall clock
 * ticks.
 */
function now(): number {
  return performance.timeOrigin + performance.now();
}

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return;
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
