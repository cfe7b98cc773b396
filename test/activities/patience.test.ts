import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FailureInterceptor } from '../../src/activities/engine/failures.js';
import { note, remembered } from '../../src/activities/engine/heartbeats.js';
import type { Patience } from '../../src/contract/attempts.js';
import { ProviderError } from '../../src/http/index.js';

const HOUR: Patience = { forMs: 3_600_000, firstRetryMs: 1_000 };
const UNDO_FOR_AN_HOUR: Patience = { ...HOUR, undo: true };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('the retry budget', () => {
  test('charges the pause that a provider asks for to the attempt that was asked alone', async () => {
    const fast = Array.from({ length: 6 }, () => failed(100));

    expect(await pausesOf(UNDO_FOR_AN_HOUR, [...fast, failed(100, 600_000)])).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 600_000,
    ]);
  });

  test('charges a slow attempt to itself alone', async () => {
    const fast = Array.from({ length: 3 }, () => failed(100));

    expect(await pausesOf({ forMs: 30_000, firstRetryMs: 1_000 }, [...fast, failed(15_000)])).toEqual([
      1_000, 2_000, 4_000, 8_000,
    ]);
  });

  test('is used up by all attempts and all pauses together', async () => {
    const patience = { forMs: 4_000, firstRetryMs: 1_000 };

    expect(await pausesOf(patience, [failed(400), failed(300), failed(300)])).toEqual([1_000, 2_000, 'given up']);
    expect(await pausesOf(patience, [failed(400), failed(300), failed(299)])).toEqual([1_000, 2_000, 4_000]);
  });

  test('of a step is used up by a pause that a provider asks for', async () => {
    const patience = { forMs: 300_000, firstRetryMs: 1_000 };

    expect(await pausesOf(patience, [failed(100, 600_000), failed(100)])).toEqual([600_000, 'given up']);
  });

  test('of an undo is charged for such a pause no more than for one of its own', async () => {
    const patience = { forMs: 5_000, firstRetryMs: 1_000, undo: true };

    expect(await pausesOf(patience, [failed(100, 600_000), failed(100, 600_000), failed(1_800)])).toEqual([
      600_000,
      600_000,
      'given up',
    ]);
    expect(await pausesOf(patience, [failed(100, 600_000), failed(100, 600_000), failed(1_700)])).toEqual([
      600_000, 600_000, 4_000,
    ]);
  });

  test('is not charged for attempts that were lost with their worker', async () => {
    expect(await pausesOf({ forMs: 1_000, firstRetryMs: 10 }, [failed(100)], 400)).toEqual([30_000]);
  });

  test('is not used up by a wall clock that somebody sets during an attempt', async () => {
    const setAhead: Attempt = () => {
      vi.setSystemTime(Date.now() + 3_600_000);
      throw refusal();
    };

    expect(await pausesOf({ forMs: 60_000, firstRetryMs: 1_000 }, [setAhead, setAhead])).toEqual([1_000, 2_000]);
  });

  test('takes the first pause from the request although it is longer than any other may grow', async () => {
    const patience = { forMs: 150_000, firstRetryMs: 60_000 };

    expect(await pausesOf(patience, [failed(0), failed(0), failed(30_000)])).toEqual([60_000, 60_000, 'given up']);
  });

  test('spreads the pauses, never below what was asked for, and is charged what they really are', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const patience = { forMs: 5_000, firstRetryMs: 1_000 };

    expect(await pausesOf(patience, [failed(0), failed(0, 3_000), failed(0)])).toEqual([1_250, 3_750, 'given up']);
  });
});

test('what an attempt remembers reaches the next one beside what was spent', async () => {
  const seen: unknown[] = [];
  const remembering = (nth: number) => (): never => {
    seen.push(remembered());
    note({ nth });
    throw refusal();
  };

  expect(await pausesOf({ forMs: 2_000, firstRetryMs: 1_000 }, [remembering(1), remembering(2)])).toEqual([
    1_000, 2_000,
  ]);
  expect(seen).toEqual([undefined, { nth: 1 }]);
});

type Attempt = () => never;

/** An attempt that takes so long until the provider refuses it, and may be asked to wait. */
function failed(tookMs: number, retryAfterMs?: number): Attempt {
  return () => {
    vi.advanceTimersByTime(tookMs);
    throw refusal(retryAfterMs);
  };
}

function refusal(retryAfterMs?: number): ProviderError {
  return new ProviderError('DIDWW refused DELETE /voice_in_trunks', {
    provider: 'didww',
    errorClass: retryAfterMs === undefined ? 'provider-fault' : 'rate-limited',
    operation: 'DELETE /voice_in_trunks',
    mayHaveTakenEffect: false,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/**
 * The pause after each attempt. Each finds what the one before it left in its heartbeats, as on a real
 * server.
 */
async function pausesOf(patience: Patience, attempts: readonly Attempt[], first = 1): Promise<readonly unknown[]> {
  let heartbeatDetails: unknown;
  const pauses: unknown[] = [];
  for (const [at, attempt] of attempts.entries()) {
    const environment = new MockActivityEnvironment(
      { attempt: first + at, heartbeatDetails },
      { interceptors: [() => ({ inbound: new FailureInterceptor() })], logger: new DefaultLogger('ERROR') },
    );
    environment.on('heartbeat', (details: unknown) => {
      heartbeatDetails = JSON.parse(JSON.stringify(details)) as unknown;
    });
    const failure: unknown = await environment
      .run<[Patience], never, (patience: Patience) => Promise<never>>(async () => attempt(), patience)
      .catch((error: unknown) => error);
    if (!(failure instanceof ApplicationFailure)) throw new Error(`no failure of an activity: ${String(failure)}`);
    pauses.push(failure.nonRetryable === true ? 'given up' : failure.nextRetryDelay);
  }
  return pauses;
}
