/** What somebody does by hand, past Patchbay. */
import type { Sandbox } from '../../src/sandbox/index.js';
import { type Accounts, OFFICE } from './accounts.js';
import type { ByHand, KeySet } from './commands.js';
import type { Ledger } from './ledger.js';
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
    case 'copy':
    case 'rename': {
      const target = pick(things, ledger, what);
      if (target === undefined) return;
      const [pair, server] = target.account.split('.') as ['own' | 'other', 'didww' | 'vapi' | 'vapiEu'];
      const { sandbox } = accounts.pair(pair);
      if (what.act === 'copy') sandbox.copyTrunk({ kind: what.kind, id: target.id });
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

/** Names are unique at DIDWW, and a tool's has no blanks. */
function rename(sandbox: Sandbox, server: 'didww' | 'vapi' | 'vapiEu', { kind, id }: Thing): void {
  const name = `somebodys_${id.slice(0, 8)}`;
  const at = server === 'vapiEu' ? 'vapi-eu' : server;
  sandbox.rename({ server: at, kind, id, name } as Parameters<Sandbox['rename']>[0]);
}

/** One of the objects of this kind that connections have, in the order in which they were made. */
function pick(things: Things, ledger: Ledger, { kind, nth }: Exclude<ByHand, { act: 'route' }>): Thing | undefined {
  const made = [...things.values()].filter((thing) => thing.kind === kind && ledger.isMade(thing.id));
  return made.toSorted(byCreation)[nth % Math.max(made.length, 1)];
}

const byCreation = (one: Thing, other: Thing): number =>
  String(one.row['createdAt']).localeCompare(String(other.row['createdAt'])) || one.id.localeCompare(other.id);
