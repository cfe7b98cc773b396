/**
 * What a run keeps as memo for the runs after it: the accounts that it works on, which are confirmed by all
 * that it has done, and what it told as somebody's copies.
 */
import { upsertMemo } from '@temporalio/workflow';
import {
  type Accounts,
  ACCOUNTS_MEMO,
  alsoToldBy,
  COPIES_MEMO,
  IN_USE_MEMO,
  type TrunkIds,
} from '../../contract/accounts.js';
import { onAccounts } from '../../contract/attempts.js';
import type { RunPatience } from './activities.js';

/** Keeps the accounts as the run's memo. The patience for work on them alone. */
export function workingOn(accounts: Accounts, { step, rollback }: RunPatience): RunPatience {
  upsertMemo({ [ACCOUNTS_MEMO]: accounts });
  return { step: onAccounts(step, accounts), rollback: onAccounts(rollback, accounts) };
}

/** The accounts of a run that makes trunks, which tell the DIDWW account when its numbers are given up. */
export class KeptAccounts {
  constructor(private accounts: Accounts) {}

  /** Keeps these trunks among what tells the account. */
  alsoToldBy(trunks: TrunkIds): void {
    this.accounts = alsoToldBy(this.accounts, trunks);
    upsertMemo({ [ACCOUNTS_MEMO]: this.accounts });
  }
}

/** Most ids that are kept; whoever makes more copies than that has them told again. */
const MOST_COPIES = 100;

/** Keeps the ids of tools that were told as in use by somebody as the run's memo. */
export function rememberInUse(ids: readonly string[]): void {
  if (ids.length > 0) upsertMemo({ [IN_USE_MEMO]: ids.slice(0, MOST_COPIES) });
}

/** Keeps the ids of what was told as somebody's copies as the run's memo. */
export function rememberCopies(ids: readonly string[]): void {
  if (ids.length > 0) upsertMemo({ [COPIES_MEMO]: [...new Set(ids)].slice(0, MOST_COPIES) });
}
