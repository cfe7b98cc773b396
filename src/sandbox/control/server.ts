import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { readAs } from '../../contract/requestProblems.js';
import { addNumber } from '../content.js';
import type { SandboxParts } from '../parts.js';
import {
  copyTrunkBySomebody,
  duplicateBySomebody,
  duplicating,
  renameBySomebody,
  renaming,
  trunkCopying,
} from '../people.js';
import { type PlacedFault, createLoopbackApp, serverNames } from '../plumbing/index.js';
import { snapshot } from '../snapshot.js';
import { applySwitches, currentSwitches } from './applySwitches.js';
import {
  describeProblems,
  faultSpec,
  latencySpec,
  numberSeed,
  outsideCall,
  placeFault,
  switchSpec,
} from './scenario.js';

/** A request that the control API cannot carry out. */
class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'ControlError';
  }
}

/**
 * The control API. Reads: `GET /state /requests /calls /faults /switches /tokens`. Changes: `POST /faults
 * /latency /dids /switches /calls /renames /copies`, `DELETE /requests /faults /faults/:id /tokens
 * /tokens/:id`. Errors are `{ error }` with one line a problem. Nothing listens yet.
 */
export function createControlServer(parts: SandboxParts): FastifyInstance {
  const app = createLoopbackApp();
  app.setErrorHandler((error, _request, reply) => {
    return reply.code(statusOf(error)).send({ error: error instanceof Error ? error.message : String(error) });
  });
  readRoutes(app, parts);
  faultRoutes(app, parts);
  tokenRoutes(app, parts);
  changeRoutes(app, parts);
  peopleRoutes(app, parts);
  return app;
}

const requestFilter = z.strictObject({ server: z.enum(serverNames).optional(), write: z.stringbool().optional() });

function readRoutes(app: FastifyInstance, parts: SandboxParts): void {
  const { didww, vapi, vapiEu, requests } = parts;
  app.get('/state', () => snapshot(didww, vapi, vapiEu));
  app.get('/switches', () => currentSwitches(parts));
  app.get('/calls', () => ({
    vapi: [...vapi.calls.values()],
    vapiEu: [...vapiEu.calls.values()],
    didww: didww.callRecords,
  }));
  app.get('/requests', (request) => {
    const { server, write } = read(requestFilter, request.query);
    return requests
      .all()
      .filter((entry) => (server ?? entry.server) === entry.server && (write ?? entry.write) === entry.write);
  });
  app.delete('/requests', (_request, reply) => {
    requests.clear();
    return reply.code(204).send();
  });
}

function faultRoutes(app: FastifyInstance, { faults }: SandboxParts): void {
  app.get('/faults', () => faults.all().map(show));
  app.post('/faults', (request, reply) => {
    const placed = placeFault(faults, read(faultSpec, request.body));
    return reply.code(201).send(show(placed));
  });
  app.delete('/faults', (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>('/faults/:id', (request, reply) => {
    const placed = faults.all().find(({ id }) => String(id) === request.params.id);
    if (placed === undefined) throw new ControlError(404, `There is no fault ${request.params.id}; see GET /faults.`);
    placed.remove();
    return reply.code(204).send();
  });
}

/** DIDWW's access tokens, by everything but their text. A revoked one stays on the list. */
function tokenRoutes(app: FastifyInstance, { didww: { tokens } }: SandboxParts): void {
  app.get('/tokens', () => tokens.all().map(({ text: _text, ...token }) => token));
  app.delete('/tokens', (_request, reply) => {
    tokens.revokeAll();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>('/tokens/:id', (request, reply) => {
    const { id } = request.params;
    if (!tokens.revoke(id)) throw new ControlError(404, `There is no token ${id}; see GET /tokens.`);
    return reply.code(204).send();
  });
}

function changeRoutes(app: FastifyInstance, parts: SandboxParts): void {
  app.post('/latency', (request) => {
    const { latencyMs } = read(latencySpec, request.body);
    parts.setLatency(latencyMs);
    return { latencyMs };
  });
  app.post('/dids', (request, reply) => {
    const seed = read(numberSeed, request.body);
    if (parts.didww.didByNumber(seed.number)) throw new ControlError(409, `The account has ${seed.number} already.`);
    addNumber(parts.didww, [parts.vapi, parts.vapiEu], seed);
    return reply.code(201).send(parts.didww.didByNumber(seed.number));
  });
  app.post('/calls', (request, reply) => {
    const { says, ...numbers } = read(outsideCall, request.body);
    parts.network.callFromOutside({ ...numbers, ...(says === undefined ? {} : { says }) });
    return reply.code(202).send({ watch: 'GET /calls' });
  });
  app.post('/switches', (request) => {
    applySwitches(parts, read(switchSpec, request.body));
    return currentSwitches(parts);
  });
}

/** What somebody does by hand; what the provider would refuse is refused with its status. */
function peopleRoutes(app: FastifyInstance, parts: SandboxParts): void {
  app.post('/renames', (request) => {
    const wanted = read(renaming, request.body);
    renameBySomebody(parts, wanted);
    return wanted;
  });
  app.post('/copies', (request, reply) => {
    const wanted = read(z.union([trunkCopying, duplicating]), request.body);
    const id = 'server' in wanted ? duplicateBySomebody(parts, wanted) : copyTrunkBySomebody(parts, wanted);
    return reply.code(201).send({ ...wanted, id });
  });
}

function show({ id, match, kind, server, hits }: PlacedFault): object {
  return { id, match, kind, server, hits: hits() };
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = readAs(schema, value ?? {});
  if ('data' in parsed) return parsed.data;
  throw new ControlError(400, `This cannot be carried out:\n${describeProblems(parsed.problems)}`);
}

const refusal = z.union([
  z.object({ status: z.number() }).transform(({ status }) => status),
  z.object({ statusCode: z.number() }).transform(({ statusCode }) => statusCode),
]);

/** Of our own errors, the providers' and fastify's; anything else is a fault of the sandbox. */
function statusOf(error: unknown): number {
  return refusal.safeParse(error).data ?? 500;
}
