import { describe, expect, test } from 'vitest';
import { givenAccounts, type World } from '../support/world.js';
import { verified } from './verifying.js';

const patience = { step: '1m', rollback: '1m', firstRetry: '20ms' } as const;

/** Providers whose clocks are so far ahead of the worker's: both alike is the worker's own being behind. */
async function givenClocks(ahead: { readonly didwwMs: number; readonly vapiMs: number }): Promise<World> {
  const world = await givenAccounts({ worker: false });
  world.sandbox.didww.switches.clockAheadMs = ahead.didwwMs;
  world.sandbox.vapi.switches.clockAheadMs = ahead.vapiMs;
  await world.startWorker();
  return world;
}

const ofClocks = (warnings: readonly string[]): readonly string[] => warnings.filter((text) => text.includes('clock'));

describe('clocks that differ change no verdict, and the one that is wrong is named once', () => {
  test.each<[how: string, didwwMs: number, vapiMs: number, named: readonly RegExp[]]>([
    ["the worker's is three seconds ahead", -3_000, -3_000, []],
    [
      "the worker's is two minutes ahead",
      -120_000,
      -120_000,
      [/^The clock of the worker on \S+ is 2 min ahead of DIDWW's and Vapi's\. /],
    ],
    [
      "the worker's is two minutes behind",
      120_000,
      120_000,
      [/^The clock of the worker on \S+ is 2 min behind DIDWW's and Vapi's\. /],
    ],
    [
      "DIDWW's is twenty seconds behind",
      -20_000,
      0,
      [/^DIDWW's clock is (19|20|21) s behind Vapi's and that of the worker on \S+\. /],
    ],
  ])('%s', async (_how, didwwMs, vapiMs, named) => {
    const world = await givenClocks({ didwwMs, vapiMs });
    // Without the status the transfer rests on DIDWW's records alone.
    world.sandbox.vapi.switches.transferStatusReported = false;

    const result = await world.onboard(world.request({ verification: { windowSeconds: 20 }, patience }));

    expect(result.outcome).toBe('verified');
    expect(result.verification.map(({ check, verdict, evidence }) => [check, verdict, evidence['didwwCode']])).toEqual([
      ['inbound', 'proven', '200'],
      ['outbound', 'proven', '200'],
      ['transfer', 'proven', '200'],
    ]);
    expect(ofClocks(result.warnings)).toEqual(named.map((words) => expect.stringMatching(words) as string));
  });
});

test('a verification by itself names the clock that is wrong, too', async () => {
  const world = await givenClocks({ didwwMs: 0, vapiMs: 0 });
  expect((await world.onboard(world.request({ patience }))).warnings).toEqual([]);
  world.sandbox.didww.switches.clockAheadMs = 60_000;
  world.sandbox.vapi.switches.clockAheadMs = 60_000;

  const result = await verified(world, { verification: { outbound: false, transfer: false } });

  expect(result.outcome).toBe('verified');
  expect(ofClocks(result.warnings)).toEqual([
    expect.stringMatching(/^The clock of the worker on \S+ is (59|60|61) s behind DIDWW's and Vapi's\. /),
  ]);
});
