import type { DidwwAccount } from './didww/index.js';
import type { VapiAccount } from './vapi/index.js';

/**
 * What stands at the providers, as plain data in a fixed order: equal before and after means that nothing
 * was left or lost.
 */
export interface SandboxState {
  readonly didww: Readonly<Record<'outboundTrunks' | 'inboundTrunks' | 'groups' | 'dids', readonly unknown[]>>;
  readonly vapi: VapiState;
  readonly vapiEu: VapiState;
}

type VapiState = Readonly<Record<'assistants' | 'tools' | 'credentials' | 'phoneNumbers', readonly unknown[]>>;

/**
 * A deep copy of what both providers hold. Left out is what no rollback can take back: calls, call records
 * and exports, money spent, and what moves with every write (`updatedAt`, version counters). Sets such as
 * allowed caller ids are sorted.
 */
export function snapshot(didww: DidwwAccount, vapi: VapiAccount, vapiEu: VapiAccount): SandboxState {
  return structuredClone({
    didww: {
      outboundTrunks: rows(didww.outboundTrunks, ({ spentUsd: _spent, thresholdReached: _reached, ...trunk }) => ({
        ...trunk,
        didIds: trunk.didIds.toSorted(),
        emergencyDidIds: trunk.emergencyDidIds.toSorted(),
      })),
      inboundTrunks: rows(didww.inboundTrunks),
      groups: rows(didww.groups),
      dids: rows(didww.dids),
    },
    vapi: vapiState(vapi),
    vapiEu: vapiState(vapiEu),
  });
}

function vapiState(account: VapiAccount): VapiState {
  return {
    assistants: rows(account.assistants, withoutVolatile),
    tools: rows(account.tools, withoutVolatile),
    credentials: rows(account.credentials, withoutVolatile),
    phoneNumbers: rows(account.phoneNumbers, withoutVolatile),
  };
}

function withoutVolatile(row: { readonly updatedAt: string; readonly latestVersion?: string | null }): object {
  const { updatedAt: _updated, latestVersion: _version, ...lasting } = row;
  return lasting;
}

function rows<Row extends { readonly id: string }>(
  table: ReadonlyMap<string, Row>,
  shown: (row: Row) => object = (row) => row,
): readonly object[] {
  return [...table.values()].toSorted((a, b) => a.id.localeCompare(b.id)).map(shown);
}
