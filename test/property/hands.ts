/** What somebody does by hand, past Patchbay. */
import { isDeepStrictEqual } from 'node:util';
import { foreignGroup, type Sandbox } from '../../src/sandbox/index.js';
import { type Accounts, HIS_NUMBER, HUNT_GROUP, OFFICE, SOMEBODYS_ASSISTANT } from './accounts.js';
import type { ByHand, KeySet, RenamedKind } from './commands.js';
import { type Ledger, receives } from './ledger.js';
import { didOf, type Thing, type Things } from './things.js';

/** Somebody does it; nothing where there is nothing to do it to. `keys` say whose numbers are meant. */
export function doByHand(what: ByHand, accounts: Accounts, keys: KeySet, ledger: Ledger): void {
  const things = accounts.things();
  switch (what.act) {
    case 'route': {
      const { sandbox, numbers } = accounts.didwwOf(keys);
      route(sandbox, didOf(things, numbers[what.number] ?? ''), what.to);
      return;
    }
    case 'group': {
      group(accounts, things, ledger, what.nth);
      return;
    }
    case 'copy':
    case 'use':
    case 'rename': {
      const target = pick(things, ledger, what);
      if (target === undefined) return;
      const [pair, server] = target.account.split('.') as ['own' | 'other', Server];
      const { sandbox } = accounts.pair(pair);
      if (what.act === 'copy') copy(sandbox, server, what.kind, target.id);
      else if (what.act === 'use') use(server === 'vapiEu' ? sandbox.vapiEu : sandbox.vapi, what.kind, target.id);
      else rename(sandbox, server, target);
      return;
    }
    default:
      what satisfies never;
  }
}

function route({ didww }: Sandbox, did: Thing | undefined, to: 'office' | 'nowhere'): void {
  const row = didww.dids.get(did?.id ?? '');
  const office = [...didww.inboundTrunks.values()].find(({ name }) => name === OFFICE);
  if (row === undefined || office === undefined) return;
  row.voiceInTrunkId = to === 'office' ? office.id : null;
  row.voiceInTrunkGroupId = null;
}

/** Nothing where no connection has an inbound trunk. */
function group(accounts: Accounts, things: Things, ledger: Ledger, nth: number): void {
  const trunks = [...things.values()].filter(({ id, kind }) => kind === 'inboundTrunks' && ledger.isMade(id));
  const trunk = trunks.toSorted(byCreation)[nth % Math.max(trunks.length, 1)];
  if (trunk === undefined) return;
  const { sandbox, numbers } = accounts.pair(trunk.account.split('.')[0] as 'own' | 'other');
  const { didww } = sandbox;
  const number = numbers[HIS_NUMBER] ?? '';
  const { id } = foreignGroup(didww, HUNT_GROUP);
  Object.assign(didww.inboundTrunks.get(trunk.id) ?? {}, { groupId: id });
  Object.assign(didww.dids.get(didOf(things, number)?.id ?? '') ?? {}, { voiceInTrunkGroupId: id });
  const credential = [...things.values()].find(
    (one) => isDeepStrictEqual(ledger.makerOf(one.id), ledger.makerOf(trunk.id)) && receives(one),
  );
  if (
    credential === undefined ||
    [...things.values()].some(({ row }) => row['number'] === number && 'credentialId' in row)
  )
    return;
  const isEu = credential.account.endsWith('vapiEu');
  const { sandbox: there } = accounts.pair(credential.account.split('.')[0] as 'own' | 'other');
  const vapi = isEu ? there.vapiEu : there.vapi;
  const assistantId = isEu ? there.euAssistantId : there.assistantId;
  vapi.addPhoneNumber({ provider: 'byo-phone-number', number, credentialId: credential.id, assistantId });
}

function copy(sandbox: Sandbox, server: Server, kind: RenamedKind, id: string): void {
  if (kind === 'inboundTrunks' || kind === 'outboundTrunks') sandbox.copyTrunk({ kind, id });
  else sandbox.duplicate({ server: server === 'vapiEu' ? 'vapi-eu' : 'vapi', kind, id });
}

/** Somebody who has nothing to do with the connection comes to need the object. */
function use(vapi: Sandbox['vapi'], kind: 'tools' | 'credentials', id: string): void {
  if (kind === 'credentials') {
    vapi.addPhoneNumber({ provider: 'byo-phone-number', number: SOMEBODYS_NUMBER, credentialId: id });
    return;
  }
  const assistant = [...vapi.assistants.values()].find(({ name }) => name === SOMEBODYS_ASSISTANT);
  if (assistant?.model == null) throw new Error(`There is no assistant ${SOMEBODYS_ASSISTANT}.`);
  const toolIds = [...new Set([...(assistant.model.toolIds ?? []), id])];
  vapi.patchAssistant(assistant, { model: { ...assistant.model, toolIds } });
}

/** Not of any DIDWW account here. */
const SOMEBODYS_NUMBER = '+12025550177';

type Server = 'didww' | 'vapi' | 'vapiEu';

/** Names are unique at DIDWW, and a tool's has no blanks. */
function rename(sandbox: Sandbox, server: Server, { kind, id }: Thing): void {
  const name = `somebodys_${id.slice(0, 8)}`;
  const at = server === 'vapiEu' ? 'vapi-eu' : server;
  sandbox.rename({ server: at, kind, id, name } as Parameters<Sandbox['rename']>[0]);
}

/** One of the objects of this kind that connections have, in the order in which they were made. */
function pick(
  things: Things,
  ledger: Ledger,
  { act, kind, nth }: Exclude<ByHand, { act: 'route' | 'group' }>,
): Thing | undefined {
  // A number on a credential for calls in is the connection's own, whoever imported it.
  const isMeant = (thing: Thing): boolean => act !== 'use' || kind !== 'credentials' || !receives(thing);
  const isMade = ({ id }: Thing): boolean => ledger.isMade(id) || (act === 'use' && ledger.isJustMade(id));
  const made = [...things.values()].filter((thing) => thing.kind === kind && isMeant(thing) && isMade(thing));
  return made.toSorted(byCreation)[nth % Math.max(made.length, 1)];
}

const byCreation = (one: Thing, other: Thing): number =>
  String(one.row['createdAt']).localeCompare(String(other.row['createdAt'])) || one.id.localeCompare(other.id);
