import { expect, onTestFinished, test } from 'vitest';
import { clockWarnings } from '../../src/activities/engine/clocks.js';
import { createHttpClient, createRedactor } from '../../src/http/index.js';
import { createProviderClock, type MeasuredClock } from '../../src/http/providerClock.js';
import { retryAfterMs } from '../../src/http/errorClass.js';
import { givenProvider } from './provider.js';

const NOON = Date.parse('2026-11-25T12:00:00Z');

/** A machine whose clocks stand still, and a provider's clock that is so far ahead of its wall clock. */
function givenMachine({
  aheadMs = 0,
  provider = 'didww' as const,
}: { aheadMs?: number; provider?: 'didww' | 'vapi' } = {}) {
  let [wall, monotonic] = [NOON, 50_000];
  const clock = createProviderClock(provider, { wall: () => wall, monotonic: () => monotonic });
  const passes = (ms: number): void => {
    wall += ms;
    monotonic += ms;
  };
  return {
    clock,
    passes,
    /** Somebody sets the wall clock, or the machine sleeps. */
    isSet: (ms: number) => (wall += ms),
    /** The provider answers a request half-way through its round trip. */
    answers: (roundTripMs = 0, headers: Readonly<Record<string, string>> = {}): void => {
      const sentAt = monotonic;
      passes(roundTripMs / 2);
      const date = new Date(wall + aheadMs).toUTCString();
      passes(roundTripMs / 2);
      clock.observe({ date, ...headers }, { sentAt, answeredAt: monotonic });
    },
    truth: () => wall + aheadMs,
  };
}

const widthOf = (clock: MeasuredClock): number | undefined => {
  const read = clock.read();
  return read && read.latest - read.earliest;
};

test('a provider tells its time to a second and a round trip, and closer with every answer', () => {
  const { clock, answers, passes, truth } = givenMachine({ aheadMs: 120_400 });
  expect(clock.read()).toBeUndefined();

  answers(80);
  expect(widthOf(clock)).toBe(1_080);
  for (const pauseMs of [130, 270, 310, 90, 440]) {
    passes(pauseMs);
    answers(80);
    expect(clock.read()?.earliest).toBeLessThanOrEqual(truth());
    expect(clock.read()?.latest).toBeGreaterThanOrEqual(truth());
  }

  expect(widthOf(clock)).toBeLessThan(500);
  expect(clock.aheadMs()).toBeLessThan(-119_000);
});

test('a clock of this machine that is set, or that slept, makes the time unknown until the next answer', () => {
  const { clock, answers, isSet } = givenMachine();
  answers();
  isSet(-3_600_000);

  expect(clock.read()).toBeUndefined();
  expect(clock.now()).toEqual({ earliest: NOON - 3_600_000, latest: NOON - 3_600_000 });
  answers();
  expect(widthOf(clock)).toBe(1_000);
});

test('a clock of the provider that is set is believed as it is now', () => {
  const { clock, passes } = givenMachine();
  const tell = (date: number): void => {
    clock.observe({ date: new Date(date).toUTCString() }, { sentAt: 50_000, answeredAt: 50_000 });
  };
  tell(NOON);
  tell(NOON + 60_000);

  expect(clock.read()).toEqual({ earliest: NOON + 60_000, latest: NOON + 61_000 });
  passes(500);
  expect(clock.read()).toEqual({ earliest: NOON + 60_500, latest: NOON + 61_500 });
});

test.each<[what: string, headers: Readonly<Record<string, string>>]>([
  ['no date', { date: '' }],
  ['a date that is none', { date: 'yesterday' }],
  ['a copy from a cache', { age: '30' }],
])('an answer with %s tells no time', (_what, headers) => {
  const { clock, answers } = givenMachine();
  answers(0, headers);

  expect(clock.read()).toBeUndefined();
  expect(clock.aheadMs()).toBeUndefined();
});

test("every answer of the API tells the time, an error too, and no other host's does", async () => {
  const headers = { date: new Date(NOON).toUTCString() };
  const [api, files] = await Promise.all([
    givenProvider(() => ({ status: 401, headers, body: {} })),
    givenProvider(() => ({ headers, body: {} })),
  ]);
  const http = createHttpClient({
    provider: 'didww',
    apiUrl: api.url,
    redactor: createRedactor(),
    readProblems: () => [],
  });
  onTestFinished(() => http.close());
  const get = (url: string): Promise<void> =>
    http.done({ method: 'GET', url: new URL(url), operation: 'GET /', headers: {} });

  await get(files.url);
  expect(http.clock.read()).toBeUndefined();
  await expect(get(api.url)).rejects.toMatchObject({ errorClass: 'authentication' });
  expect(http.clock.read()).toBeDefined();
});

test('a date of Retry-After is meant on the clock of the answer that holds it', () => {
  const date = new Date(NOON).toUTCString();
  const inTwenty = new Date(NOON + 20_000).toUTCString();

  expect(retryAfterMs({ date, 'retry-after': inTwenty })).toBe(20_000);
  expect(retryAfterMs({ date: inTwenty, 'retry-after': date })).toBe(0);
});

const W = 'that of the worker on box';
test.each<[what: string, didwwAhead: number | undefined, vapiAhead: number | undefined, said: string | undefined]>([
  ['nothing is known', undefined, undefined, undefined],
  ['all agree', 1_000, -1_000, undefined],
  ['they differ by five seconds', 5_000, 5_000, undefined],
  ['the worker is behind both', 7_000, 8_000, "The clock of the worker on box is 7 s behind DIDWW's and Vapi's."],
  [
    'the worker is ahead of both',
    -7_500_000,
    -7_500_500,
    "The clock of the worker on box is 2 h ahead of DIDWW's and Vapi's.",
  ],
  [
    'the worker is ahead of the only one known',
    -60_000,
    undefined,
    "The clock of the worker on box is 59 s ahead of DIDWW's.",
  ],
  ['DIDWW is behind both others', -60_000, 0, `DIDWW's clock is 59 s behind Vapi's and ${W}.`],
  ['Vapi is ahead of both others', 0, 300_000, `Vapi's clock is 5 min ahead of DIDWW's and ${W}.`],
  ['no two agree', 300_000, -300_000, "The clock of the worker on box is 5 min behind DIDWW's."],
])('where %s, that clock is named', (_what, didwwAhead, vapiAhead, said) => {
  const told = (
    [
      ['didww', didwwAhead],
      ['vapi', vapiAhead],
    ] as const
  ).map(([provider, aheadMs = 0]) => givenMachine({ provider, aheadMs }));
  if (didwwAhead !== undefined) told[0]?.answers();
  if (vapiAhead !== undefined) told[1]?.answers();

  const warnings = clockWarnings(
    told.map(({ clock }) => clock),
    'box',
  );

  expect(warnings.map((text) => text.split(' Patchbay went')[0])).toEqual(said === undefined ? [] : [said]);
});
