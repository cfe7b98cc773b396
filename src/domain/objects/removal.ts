/**
 * Leftovers: objects of ours that a run could not remove, each with a command line that does. Belongs here:
 * the wording of these command lines. Does not: removing anything (`activities`), what lets a command in
 * (`didww`).
 */
import type { Routing } from '../../contract/objects.js';
import type { Leftover, ObjectKind, ObjectProvider } from '../../contract/result.js';
import type { RemainingObject, RemovalDetails } from '../../contract/remaining.js';

/** How a person's shell reaches a provider. */
export interface ShellAccess {
  /** Address of the API, no trailing slash. */
  readonly url: string;
  /** A command line of curl's arguments, with what lets it in. */
  readonly curl: (args: string) => string;
}

/** The same, as it travels: `{args}` stands for curl's arguments. */
export interface DescribedAccess {
  readonly url: string;
  readonly curl: string;
}

const ARGS = '{args}';

/** Shell access as it travels. */
export const describedAccess = ({ url, curl }: ShellAccess): DescribedAccess => ({ url, curl: curl(ARGS) });

/** Shell access that has travelled. */
export const shellAccess = ({ url, curl }: DescribedAccess): ShellAccess => ({
  url,
  curl: (args) => curl.replaceAll(ARGS, () => args),
});

/** An object that remains, told with its provider. */
export const remainingObject = (
  kind: ObjectKind,
  id: string,
  why: string,
  details: RemovalDetails = {},
): RemainingObject => ({ provider: providerOf(kind), kind, id, why, details });

/**
 * A routing that could not be given back. One that leads to us through a trunk group is somebody's: nobody
 * is told to take that line down.
 */
export const remainingRouting = (
  { didId, groupId, previous }: { readonly didId: string; readonly groupId?: string; readonly previous: Routing },
  why: string,
): RemainingObject =>
  remainingObject('did', didId, why, groupId === undefined ? { routing: previous } : { isShownOnly: true });

/** The object as people are told of it, with the command that removes it. */
export const leftoverOf = (
  { details, ...object }: RemainingObject,
  access: Readonly<Record<ObjectProvider, ShellAccess>>,
): Leftover => ({ ...object, remove: removalCommand(object.kind, object.id, access[object.provider], details) });

/**
 * The same leftovers, where those that are removed alike share one command: it stands with the first of
 * them and takes all their ids in turn. The command of each other one does nothing but name it, so that a
 * shell which runs all of them removes each object once.
 */
export function mergedCommands(leftovers: readonly Leftover[]): readonly Leftover[] {
  const alike = new Map<string, Leftover[]>();
  for (const leftover of leftovers) {
    const command = forAnyId(leftover);
    const group = alike.get(command);
    if (group === undefined) alike.set(command, [leftover]);
    else group.push(leftover);
  }
  return leftovers.map((leftover) => {
    const command = forAnyId(leftover);
    const [first = leftover, ...others] = alike.get(command) ?? [];
    if (others.length === 0) return leftover;
    const remove = leftover === first ? forEach([first, ...others], command) : `: 'see ${first.kind} ${first.id}'`;
    return { ...leftover, remove };
  });
}

/** Ids stand within single quotes wherever they are in a command. */
const forAnyId = ({ id, remove }: Leftover): string =>
  PLAIN_ID.test(id) ? remove.replaceAll(id, () => `'"$id"'`) : remove;

const PLAIN_ID = /^[\w-]+$/;

const forEach = (leftovers: readonly Leftover[], command: string): string =>
  `for id in ${leftovers.map(({ id }) => id).join(' ')}; do ${command}; done`;

/** Shell access to Vapi at this address. */
export const vapiShell = (url: string): ShellAccess => ({
  url,
  curl: (args) => `curl -fsS -H "Authorization: Bearer $VAPI_API_KEY" ${args}`,
});

/**
 * A command line for a POSIX shell that removes the object, or for a DID and an assistant takes away what
 * we changed; without an id one that lists such objects. Needs curl, and jq where an assistant or a call is
 * read first or a token is bought; the key is in `$DIDWW_API_KEY` or `$VAPI_API_KEY`.
 */
function removalCommand(
  kind: ObjectKind,
  id: string,
  { url: api, curl }: ShellAccess,
  details: RemovalDetails,
): string {
  const collection = `${api}/${COLLECTIONS[kind]}`;
  // An object whose id never arrived has to be found first.
  if (id === '') return curl(quoted(collection));
  const url = quoted(`${collection}/${encodeURIComponent(id)}`);
  switch (kind) {
    case 'outbound-trunk':
      return details.callerDidIds === undefined
        ? curl(`-X DELETE ${url}`)
        : curl(`-X PATCH ${callerIdsBody(id, details.callerDidIds)} ${url}`);
    case 'did':
      if (details.isShownOnly === true)
        return curl(quoted(`${collection}/${encodeURIComponent(id)}?include=voice_in_trunk,voice_in_trunk_group`));
      return curl(`-X PATCH ${routingBody(id, details.routing ?? null)} ${url}`);
    case 'inbound-trunk':
      return details.groupId === undefined
        ? curl(`-X DELETE ${url}`)
        : `${curl(`-X PATCH ${outOfGroupBody(id)} ${url}`)} && ${curl(`-X DELETE ${url}`)}`;
    case 'credential':
    case 'outbound-credential':
    case 'inbound-credential':
    case 'transfer-tool':
    case 'phone-number':
      return curl(`-X DELETE ${url}`);
    case 'assistant':
      return withoutTool(curl, url, details.toolId ?? '');
    case 'call':
      return hangUp(curl, url);
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

const JSON_HEADER = "-H 'Content-Type: application/json'";

/**
 * Both sides are written: trunk and group together are never allowed (docs/providers/didww.md, DIDs and
 * routing).
 */
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

/** DIDWW deletes no trunk that is in a group (docs/providers/didww.md, Inbound trunks). */
const outOfGroupBody = (id: string): string =>
  patchBody({ type: 'voice_in_trunks', id, relationships: { voice_in_trunk_group: { data: null } } });

/** A to-many relationship replaces the whole set (docs/providers/didww.md, Errors). */
const callerIdsBody = (id: string, didIds: readonly string[]): string =>
  patchBody({
    type: 'voice_out_trunks',
    id,
    relationships: { dids: { data: didIds.map((didId) => ({ type: 'dids', id: didId })) } },
  });

const patchBody = (data: object): string =>
  `-H 'Content-Type: application/vnd.api+json' -d ${quoted(JSON.stringify({ data }))}`;

/**
 * The model is replaced whole by a PATCH, so it is read first and sent back but for the tool
 * (docs/providers/vapi.md, Assistants).
 */
function withoutTool(curl: ShellAccess['curl'], url: string, toolId: string): string {
  const filter =
    '{model: (.model | if .toolIds then .toolIds -= [$tool] else . end' +
    ' | if .toolRefs then .toolRefs |= map(select(.toolId != $tool)) else . end)}';
  const edit = `jq --arg tool ${quoted(toolId)} ${quoted(filter)}`;
  return `${curl(url)} | ${edit} | ${curl(`-X PATCH ${JSON_HEADER} -d @- ${url}`)}`;
}

/**
 * The control URL is asked for: whoever knows it may speak on the call, so it stands in no history
 * (docs/providers/vapi.md, Call control).
 */
function hangUp(curl: ShellAccess['curl'], url: string): string {
  const post = `curl -fsS -X POST ${JSON_HEADER} -d ${quoted('{"type":"end-call"}')}`;
  return `${post} "$(${curl(url)} | jq -r .monitor.controlUrl)"`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
