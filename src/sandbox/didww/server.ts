import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { createSandboxServer, type Plumbing } from '../plumbing/server.js';
import { listsNothing } from '../plumbing/faultEffects.js';
import { Gatekeeper, jsonApi } from './gatekeeper.js';
import { collection, single } from './jsonapi/document.js';
import { ApiError, badRequest, notFound, plain } from './jsonapi/errors.js';
import { type Query, type Registry, parseQuery } from './jsonapi/query.js';
import type { Context, ResourceType } from './jsonapi/resource.js';
import { dids, updateDid } from './resources/dids.js';
import { createExport, downloadExport, exportsResource, updateExport } from './resources/exports.js';
import {
  createInboundGroup,
  deleteInboundGroup,
  inboundGroups,
  updateInboundGroup,
} from './resources/inboundGroups.js';
import {
  createInboundTrunk,
  deleteInboundTrunk,
  inboundTrunks,
  updateInboundTrunk,
} from './resources/inboundTrunks.js';
import {
  createOutboundTrunk,
  deleteOutboundTrunk,
  outboundTrunks,
  updateOutboundTrunk,
} from './resources/outboundTrunks.js';
import { balanceDocument, referenceResources } from './resources/reference.js';
import { regenerateCredentials } from './resources/regenerateCredentials.js';
import type { DidwwAccount } from './state.js';
import { addTokenService, TOKEN_PATH } from './tokenService.js';
import { behaviourOf } from './versions.js';
import { wireFormOf } from './wire/index.js';

const BASE_PATH = '/v3';

/** What can be done to a kind of resource beside reading it. */
interface Operations {
  readonly resource: ResourceType;
  /** Returns the new id. */
  readonly create?: (context: Context, body: unknown) => string;
  readonly update?: (context: Context, id: string, body: unknown) => void;
  readonly remove?: (context: Context, id: string) => void;
}

const kinds: readonly Operations[] = [
  { resource: outboundTrunks, create: createOutboundTrunk, update: updateOutboundTrunk, remove: deleteOutboundTrunk },
  { resource: inboundTrunks, create: createInboundTrunk, update: updateInboundTrunk, remove: deleteInboundTrunk },
  { resource: inboundGroups, create: createInboundGroup, update: updateInboundGroup, remove: deleteInboundGroup },
  { resource: dids, update: updateDid },
  { resource: exportsResource, create: createExport, update: updateExport },
  ...referenceResources.map((resource) => ({ resource })),
];

const registry: Registry = Object.fromEntries(kinds.map(({ resource }) => [resource.type, resource]));

/** The API of one account below `/v3`, and its token service at `/token`; nothing listens yet. */
export function createDidwwServer(account: DidwwAccount, plumbing: Plumbing): FastifyInstance {
  const app = createSandboxServer({
    ...plumbing,
    name: 'didww',
    clock: account.clock,
    basePath: BASE_PATH,
    harmless: [TOKEN_PATH],
    errorForm: (path) => (path === TOKEN_PATH ? 'didww-token' : `didww-${behaviourOf(account.switches.apiVersion)}`),
  });
  app.register(async (scope) => addTokenService(scope, account));
  app.register(async (scope) => addApi(scope, account), { prefix: BASE_PATH });
  return app;
}

function addApi(app: FastifyInstance, account: DidwwAccount): void {
  const gatekeeper = new Gatekeeper(account);
  app.addHook('preParsing', (request) => gatekeeper.check(request));
  acceptJsonApiOnly(app);
  app.setErrorHandler((error, _request, reply) => sendError(error, reply));
  app.setNotFoundHandler((request) => {
    throw notFound(request.url);
  });
  const contextOf: ContextOf = (request) => {
    const apiVersion = gatekeeper.versionOf(request);
    const baseUrl = `${request.protocol}://${request.host}${BASE_PATH}`;
    return { account, baseUrl, apiVersion, form: wireFormOf(apiVersion), listsNothing: listsNothing(request) };
  };
  for (const kind of kinds) addRoutes(app, kind, contextOf);
  app.get('/balance', (request, reply) => sendJson(reply, 200, balanceDocument(contextOf(request))));
  app.post('/voice_out_trunk_regenerate_credentials', (request, reply) =>
    sendJson(reply, 201, regenerateCredentials(contextOf(request), request.body)),
  );
}

type ContextOf = (request: Pick<FastifyRequest, 'protocol' | 'host'>) => Context;

interface ById {
  Params: { id: string };
}

function addRoutes(app: FastifyInstance, kind: Operations, anyContext: ContextOf): void {
  const { resource } = kind;
  const contextOf: ContextOf = (request) => {
    const context = anyContext(request);
    if (context.form.goneResources.includes(resource.type)) throw notFound(resource.type);
    return context;
  };
  const { query, show } = reader(resource);
  app.get(`/${resource.type}`, (request, reply) => {
    const context = contextOf(request);
    return sendJson(reply, 200, collection(resource, query(request, context), registry, context));
  });
  app.get<ById>(`/${resource.type}/:id`, (request, reply) => {
    const context = contextOf(request);
    const { id } = request.params;
    if (resource === exportsResource && id.endsWith('.csv.gz')) return sendFile(reply, id, downloadExport(context, id));
    return sendJson(reply, 200, show(request, context, id));
  });
  addWrites(app, kind, contextOf);
}

function addWrites(app: FastifyInstance, { resource, create, update, remove }: Operations, contextOf: ContextOf): void {
  const path = `/${resource.type}`;
  const { query, show } = reader(resource);
  if (create !== undefined) {
    app.post(path, (request, reply) => {
      const context = contextOf(request);
      query(request, context); // a query that is refused must not leave an object behind
      return sendJson(reply, 201, show(request, context, create(context, request.body)));
    });
  }
  if (update !== undefined) {
    // PUT is an alias of PATCH (docs/providers/didww.md, Transport and versions).
    const handler = (request: FastifyRequest<ById>, reply: FastifyReply): FastifyReply => {
      const context = contextOf(request);
      const { include } = query(request, context);
      if (include.length > 0 && resource.includesOnUpdate?.(context) === false) throw invalidInclude(include.join());
      update(context, request.params.id, request.body);
      return sendJson(reply, 200, show(request, context, request.params.id));
    };
    app.patch<ById>(`${path}/:id`, handler);
    app.put<ById>(`${path}/:id`, handler);
  }
  if (remove !== undefined) {
    app.delete<ById>(`${path}/:id`, (request, reply) => {
      remove(contextOf(request), request.params.id);
      return reply.code(204).send();
    });
  }
}

/** That a PATCH which takes no `include` is refused in these words is assumed. */
function invalidInclude(include: string): ApiError {
  return badRequest('112', 'Invalid include', `${include} cannot be included in the answer to a change.`);
}

/** Reads a request's query for a kind of resource, and shows one of it by id. */
function reader(resource: ResourceType) {
  const query = (request: Pick<FastifyRequest, 'url'>, context: Context): Query =>
    parseQuery(request.url.split('?')[1] ?? '', resource, registry, context);
  const show = (request: Pick<FastifyRequest, 'url'>, context: Context, id: string): unknown => {
    const asked = query(request, context);
    const view = resource.find(context, id);
    if (view === undefined) throw notFound(id);
    return single(view, asked, registry, context);
  };
  return { query, show };
}

/**
 * The body's type is checked with the headers, so that anything that arrives here is JSON:API; DELETE may
 * bring an empty one.
 */
function acceptJsonApiOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') {
      done(null, undefined);
      return;
    }
    try {
      done(null, JSON.parse(String(text)));
    } catch {
      done(plain(400, 'Bad request', 'The body is not valid JSON.'));
    }
  });
}

function sendError(error: unknown, reply: FastifyReply): FastifyReply {
  const known = error instanceof ApiError ? error : plain(500, 'Internal Server Error', 'Internal Server Error');
  reply.headers(known.headers);
  if (known.errors.length === 0) return reply.code(known.status).send();
  return sendJson(reply, known.status, { errors: known.errors });
}

function sendJson(reply: FastifyReply, status: number, document: unknown): FastifyReply {
  return reply.code(status).type(jsonApi).send(JSON.stringify(document));
}

/** gzip bytes as a file, not as a content encoding (docs/providers/didww.md, Exports (call records)). */
function sendFile(reply: FastifyReply, name: string, content: Buffer): FastifyReply {
  return reply.type('application/gzip').header('content-disposition', `attachment; filename="${name}"`).send(content);
}
