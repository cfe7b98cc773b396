import type { Inventory } from '../domain/contract.js';
import type { Recalled } from '../domain/discovery.js';
import { credentialName, type CredentialRole } from '../domain/marks.js';
import { copyLeft, credentialTitle, toldApart, toolTitle } from '../domain/originals.js';

/** The inventory, of whose leftovers somebody's copies of tools and credentials are told and left out. */
export function withoutCopies(connection: string, inventory: Inventory, { known, copies }: Recalled): Inventory {
  const { unused, warnings } = inventory;
  const tools = toldApart(unused.tools, {
    isProven: (id) => known.tools.includes(id),
    isCopy: (id) => copies.includes(id),
  });
  const roles = ROLES.map((role) => {
    const ofRole = unused.credentials.filter((one) => one.role === role);
    const told = toldApart(ofRole, {
      isProven: ({ id }) => known.credentials.includes(id),
      isCopy: ({ id }) => copies.includes(id),
    });
    return { role, ...told };
  });
  const told = [
    ...tools.copies.map((id) => ({ id, title: toolTitle(connection) })),
    ...roles.flatMap(({ role, copies: ofRole }) =>
      ofRole.map(({ id }) => ({ id, title: credentialTitle(credentialName(connection, role)) })),
    ),
  ];
  return {
    ...inventory,
    unused: { ...unused, tools: tools.ours, credentials: roles.flatMap(({ ours }) => ours) },
    copies: told.map(({ id }) => id),
    warnings: [...warnings, ...told.map(({ id, title }) => copyLeft(title, id))],
  };
}

const ROLES: readonly CredentialRole[] = ['out', 'in', 'both'];
