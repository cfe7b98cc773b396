import { z } from 'zod';
import { type CallOptions, textual } from '../http/index.js';
import type { DidwwApi } from './api.js';
import type { Balance } from './resources.js';

/** What the account can spend: GET /balance. */
export const balanceCalls = (api: DidwwApi) => ({
  getBalance: (options?: CallOptions): Promise<Balance> => api.get('/balance', {}, balanceDocument, options),
});

const balanceDocument = z
  .object({ data: z.object({ attributes: z.object({ balance: textual, credit: textual, total_balance: textual }) }) })
  .transform(({ data: { attributes } }): Balance => {
    const { balance, credit, total_balance: total } = attributes;
    return { balance, credit, total };
  });
