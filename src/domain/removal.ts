/**
 * Leftovers: objects of ours that a run could not remove, each with a command line that does.
 * Belongs here: the wording of these command lines. Does not: removing anything (`activities`).
 */
import type { ApiUrls, Routing } from './contract.js';
import type { Leftover, ObjectKind, ObjectProvider } from './result.js';

/** What some kinds need besides their id. */
export interface RemovalDetails {
  /** Of a DID: the routing that it is given back; absent or null: none. */
  readonly routing?: Routing;
  /** Of an assistant: the tool that is taken out of its model. */
  readonly toolId?: string;
  /** Of an outbound trunk that stood before: the caller ids that it is given back; it is not removed then. */
  readonly callerDidIds?: readonly string[];
}

/** A leftover, told with its provider and the command that removes it. */
export const leftoverOf = (
  kind: ObjectKind,
  id: string,
  why: string,
  urls: ApiUrls,
  details: RemovalDetails = {},
): Leftover => ({ provider: providerOf(kind), kind, id, why, remove: removalCommand(kind, id, urls, details) });

/**
 * A command line for a POSIX shell that removes the object, or for a DID and an assistant takes away what we changed; without an id one that
 * lists such objects. Needs curl, for an assistant and a call jq too, and the key in `$DIDWW_API_KEY` or `$VAPI_API_KEY`.
 */
export function removalCommand(kind: ObjectKind, id: string, urls: ApiUrls, details: RemovalDetails = {}): string {
  const provider = providerOf(kind);
  const collection = `${urls[provider]}/${COLLECTIONS[kind]}`;
  // An object whose id never arrived has to be found first.
  if (id === '') return provider === 'didww' ? didww('', collection) : vapi('', collection);
  const url = `${collection}/${encodeURIComponent(id)}`;
  switch (kind) {
    case 'outbound-trunk':
      return details.callerDidIds === undefined
        ? didww('-X DELETE', url)
        : didww(`-X PATCH ${callerIdsBody(id, details.callerDidIds)}`, url);
    case 'did':
      return didww(`-X PATCH ${routingBody(id, details.routing ?? null)}`, url);
    case 'inbound-trunk':
      return didww('-X DELETE', url);
    case 'credential':
    case 'outbound-credential':
    case 'inbound-credential':
    case 'transfer-tool':
    case 'phone-number':
      return vapi('-X DELETE', url);
    case 'assistant':
      return withoutTool(url, details.toolId ?? '');
    case 'call':
      return hangUp(url);
    default:
      return kind satisfies never;
  }
}

const COLLECTIONS = {
  'outbound-trunk': 'voice_out_trunks',
  'inbound-trunk': 'voice_in_trunks',
  did: 'dids',
  credential: 'credential',
  'outbound-credential': 'credential',
  'inbound-credential': 'credential',
  'transfer-tool': 'tool',
  'phone-number': 'phone-number',
  assistant: 'assistant',
  call: 'call',
} as const satisfies Record<ObjectKind, string>;

/** The provider that this kind of object lives at. */
export function providerOf(kind: ObjectKind): ObjectProvider {
  return kind === 'outbound-trunk' || kind === 'inbound-trunk' || kind === 'did' ? 'didww' : 'vapi';
}

/** The version is named: an account's own may be an older one (docs/providers/didww.md, Transport and versions). */
const DIDWW_HEADERS = '-H "Api-Key: $DIDWW_API_KEY" -H "X-DIDWW-Api-Version: 2026-04-16"';
const VAPI_HEADERS = '-H "Authorization: Bearer $VAPI_API_KEY"';
const JSON_HEADER = "-H 'Content-Type: application/json'";

const didww = (how: string, url: string): string => curl(DIDWW_HEADERS, how, quoted(url));
const vapi = (how: string, url: string): string => curl(VAPI_HEADERS, how, quoted(url));
const curl = (...parts: readonly string[]): string => ['curl -fsS', ...parts].filter((part) => part !== '').join(' ');

/** Both sides are written: trunk and group together are never allowed (docs/providers/didww.md, DIDs and routing). */
function routingBody(id: string, routing: Routing): string {
  const link = (kind: 'trunk' | 'group', type: string) => ({
    data: routing?.kind === kind ? { type, id: routing.id } : null,
  });
  const relationships = {
    voice_in_trunk: link('trunk', 'voice_in_trunks'),
    voice_in_trunk_group: link('group', 'voice_in_trunk_groups'),
  };
  return patchBody({ type: 'dids', id, relationships });
}

/** A to-many relationship replaces the whole set (docs/providers/didww.md, Errors). */
const callerIdsBody = (id: string, didIds: readonly string[]): string =>
  patchBody({
    type: 'voice_out_trunks',
    id,
    relationships: { dids: { data: didIds.map((didId) => ({ type: 'dids', id: didId })) } },
  });

const patchBody = (data: object): string =>
  `-H 'Content-Type: application/vnd.api+json' -d ${quoted(JSON.stringify({ data }))}`;

/** The model is replaced whole by a PATCH, so it is read first and sent back but for the tool (docs/providers/vapi.md, Assistants). */
function withoutTool(url: string, toolId: string): string {
  const filter =
    '{model: (.model | if .toolIds then .toolIds -= [$tool] else . end' +
    ' | if .toolRefs then .toolRefs |= map(select(.toolId != $tool)) else . end)}';
  const edit = `jq --arg tool ${quoted(toolId)} ${quoted(filter)}`;
  return `${vapi('', url)} | ${edit} | ${vapi(`-X PATCH ${JSON_HEADER} -d @-`, url)}`;
}

/** The control URL is asked for: whoever knows it may speak on the call, so it stands in no history (docs/providers/vapi.md, Call control). */
function hangUp(url: string): string {
  const post = `curl -fsS -X POST ${JSON_HEADER} -d ${quoted('{"type":"end-call"}')}`;
  return `${post} "$(${vapi('', url)} | jq -r .monitor.controlUrl)"`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
