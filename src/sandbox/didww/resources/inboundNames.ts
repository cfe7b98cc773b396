import type { DidwwAccount } from '../state.js';

/** Inbound trunks and groups share one namespace (docs/providers/didww.md, Inbound trunks). */
export function inboundNameTaken(account: DidwwAccount, name: string, ownId: string | undefined): boolean {
  const others = [...account.inboundTrunks.values(), ...account.groups.values()];
  return others.some((other) => other.id !== ownId && other.name === name);
}
