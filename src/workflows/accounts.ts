/** The accounts that a run works on: kept for the runs after it, and confirmed by all that it has done. */
import { upsertMemo } from '@temporalio/workflow';
import { type Accounts, ACCOUNTS_MEMO, onAccounts } from '../domain/accounts.js';
import type { RunPatience } from './call.js';

/** Keeps the accounts as the run's memo. The patience for work on them alone. */
export function workingOn(accounts: Accounts, { step, rollback }: RunPatience): RunPatience {
  upsertMemo({ [ACCOUNTS_MEMO]: accounts });
  return { step: onAccounts(step, accounts), rollback: onAccounts(rollback, accounts) };
}
