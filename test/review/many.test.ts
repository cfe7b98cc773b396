import { expect, test } from 'vitest';
import { progressQuery } from '../../src/workflows/messages.js';
import { givenAccounts, runOf } from '../support/world.js';

test('150 numbers', { timeout: 400_000 }, async () => {
  const world = await givenAccounts({ numbers: 150 });
  const t0 = Date.now();
  await world.patchbay.onboard(world.request({ numbers: world.numbers.map((number) => ({ number })), patience: { step: '5m', rollback: '1m', firstRetry: '1s' } }));
  let last = '';
  for (let at = 0; at < 300; at += 1) {
    await new Promise((r) => setTimeout(r, 1000));
    const { status, historyLength } = await runOf(world).describe();
    if (status.name !== 'RUNNING') break;
    const p = await runOf(world).query(progressQuery).catch(() => undefined);
    const counts: Record<string, number> = {};
    for (const s of p?.steps ?? []) { const k = `${s.name.split(' ')[0]} ${s.state}`; counts[k] = (counts[k] ?? 0) + 1; }
    last = `${p?.stage} ${historyLength} ${JSON.stringify(counts)} imports=${world.sandbox.vapi.phoneNumbers.size}`;
    if (at % 5 === 0) console.log(Date.now() - t0, last);
  }
  console.log('end', Date.now() - t0, last);
  expect((await runOf(world).describe()).status.name).toBe('COMPLETED');
});
