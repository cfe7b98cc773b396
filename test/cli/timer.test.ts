import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { durationMs } from '../../src/domain/text/duration.js';
import { after } from '../../src/cli/timer.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each(['100ms', '596h', '597h', '720h', '9999h'])(
  'a time-out of %s ends after that time and not before',
  (text) => {
    const ended = vi.fn();
    after(durationMs(text), ended);

    vi.advanceTimersByTime(durationMs(text) - 1);
    expect(ended).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(ended).toHaveBeenCalledOnce();
  },
);

test('a time-out that is stopped never ends, in whichever part of it', () => {
  const ended = vi.fn();
  const stop = after(durationMs('720h'), ended);
  vi.advanceTimersByTime(durationMs('600h'));
  stop();
  vi.advanceTimersByTime(durationMs('720h'));

  expect(ended).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
