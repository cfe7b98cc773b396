import { describe, expect, test } from 'vitest';
import { countRounds } from '../../src/sandbox/index.js';
import { givenAccounts } from '../support/world.js';

describe('a healthy onboarding', () => {
  test('one number is connected, cut over and proven in every direction, and what that took is told', async () => {
    const world = await givenAccounts({ isThreaded: true });

    const result = await world.onboard(world.request({ verification: {} }));

    expect(result).toMatchObject({ outcome: 'verified', leftovers: [], numbers: [{ outcome: 'attached' }] });
    expect(result.spent).toMatchObject({ calls: 2 });
    expect(result.spent?.usd).toBeGreaterThan(0);
    expect(result.objects.map(({ kind }) => kind).sort()).toEqual(
      [
        'did',
        'inbound-credential',
        'inbound-trunk',
        'outbound-credential',
        'outbound-trunk',
        'phone-number',
        'transfer-tool',
      ].sort(),
    );
    expect(result.verification.map(({ check, verdict }) => `${check} ${verdict}`).sort()).toEqual([
      'inbound proven',
      'outbound proven',
      'transfer proven',
    ]);
  });

  test('a new connection of one number takes six rounds of requests until its cut-over', async () => {
    // Well above what a loaded machine adds by itself, which would tear rounds apart.
    const world = await givenAccounts({ isThreaded: true, latencyMs: 250 });

    const ofItsStart = world.sandbox.requests().length; // a worker looks which API version the account has
    await world.onboard();

    // Tool and assistant go on beside the trunks and the import: on a loaded machine between their rounds,
    // which the cut-over does not wait for.
    const requests = world.sandbox
      .requests()
      .slice(ofItsStart)
      .filter(({ path }) => !/^\/(assistant|tool)\b/.test(path));
    const cutOver = requests.findIndex(({ method, path }) => method === 'PATCH' && path.startsWith('/dids/'));
    expect(countRounds(requests.slice(0, cutOver + 1))).toBe(6);
  });
});
