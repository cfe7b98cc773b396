import { test } from 'vitest';
import { givenAccounts, runOf } from '../support/world.js';
import { progressQuery } from '../../src/workflows/messages.js';
test('x', async () => {
  const world = await givenAccounts({ numbers: 70 });
  const n = (a: number, b: number) => world.numbers.slice(a, b).map((number) => ({ number }));
  const t = setInterval(async () => {
    try {
    const p = await runOf(world).query(progressQuery);
    const c: Record<string, number> = {};
    for (const s of p.steps) c[s.name.split(' ')[0] + ':' + s.state] = (c[s.name.split(' ')[0] + ':' + s.state] ?? 0) + 1;
    const d = await runOf(world).describe();
    console.log(new Date().toISOString(), p.stage, JSON.stringify(c), d.raw.pendingActivities?.map((a) => [a.activityType?.name, a.attempt, a.lastFailure?.message]).slice(0, 3), d.raw.pendingChildren?.length, d.historyLength, world.sandbox.requests().length);
    } catch (e) { console.log(String(e)); }
  }, 5000);
  console.log((await world.onboard(world.request({ numbers: n(0, 60) }))).outcome);
  world.sandbox.faults.fail('PATCH /dids/:id', { status: 422, after: 9, times: 1 });
  console.log(JSON.stringify(await world.onboard(world.request({ numbers: n(60, 70) }))).slice(0, 800));
  clearInterval(t);
}, 120_000);
