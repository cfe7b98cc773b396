/** What people do to the objects of both accounts by hand, past everything that manages those. */
import { z } from 'zod';

import { copyTrunkInPanel, didwwNamedKinds, renameInPanel, trunkKinds } from './didww/panel.js';
import type { SandboxParts } from './parts.js';
import { duplicateInDashboard, renameInDashboard, vapiDuplicatedKinds, vapiNamedKinds } from './vapi/dashboard.js';

const named = { id: z.string().min(1), name: z.string().min(1) };

/** An object that somebody renames; kinds are called as in the state of the sandbox. */
export const renaming = z.discriminatedUnion('server', [
  z.strictObject({ server: z.literal('didww'), kind: z.enum(didwwNamedKinds), ...named }),
  z.strictObject({ server: z.enum(['vapi', 'vapi-eu']), kind: z.enum(vapiNamedKinds), ...named }),
]);

/** An object that somebody renames. */
export type Renaming = z.output<typeof renaming>;

/** A trunk of the DIDWW account that somebody copies. */
export const trunkCopying = z.strictObject({ kind: z.enum(trunkKinds), id: z.string().min(1) });

/** A trunk of the DIDWW account that somebody copies. */
export type TrunkCopying = z.output<typeof trunkCopying>;

/** An object at Vapi that somebody duplicates. */
export const duplicating = z.strictObject({
  server: z.enum(['vapi', 'vapi-eu']),
  kind: z.enum(vapiDuplicatedKinds),
  id: z.string().min(1),
});

/** An object at Vapi that somebody duplicates. */
export type Duplicating = z.output<typeof duplicating>;

/**
 * Somebody renames an object in a dashboard. Throws an error with a `status` where there is none, or where
 * the name is refused.
 */
export function renameBySomebody({ didww, vapi, vapiEu }: SandboxParts, wanted: Renaming): void {
  switch (wanted.server) {
    case 'didww':
      renameInPanel(didww, wanted.kind, wanted.id, wanted.name);
      return;
    case 'vapi':
    case 'vapi-eu':
      renameInDashboard(wanted.server === 'vapi' ? vapi : vapiEu, wanted.kind, wanted.id, wanted.name);
      return;
    default:
      wanted satisfies never;
  }
}

/**
 * Somebody copies a trunk, its external reference included. Returns the copy's id; throws an error with a
 * `status` where there is no such trunk.
 */
export function copyTrunkBySomebody({ didww }: SandboxParts, { kind, id }: TrunkCopying): string {
  return copyTrunkInPanel(didww, kind, id);
}

/**
 * Somebody duplicates an object at Vapi, its owner mark included. Returns the duplicate's id; throws an
 * error with a `status` where there is no such object.
 */
export function duplicateBySomebody({ vapi, vapiEu }: SandboxParts, { server, kind, id }: Duplicating): string {
  return duplicateInDashboard(server === 'vapi' ? vapi : vapiEu, kind, id);
}
