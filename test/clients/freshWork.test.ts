import { expect, test } from 'vitest';
import { type CallOptions, createFreshWork } from '../../src/http/index.js';

/** Work whose rounds end when the test says so. */
function givenWork() {
  const rounds: {
    readonly end: (outcome: string) => void;
    readonly fail: () => void;
    readonly options: CallOptions;
  }[] = [];
  const fresh = createFreshWork(
    (options) =>
      new Promise<string>((resolve, reject) => {
        rounds.push({ end: resolve, fail: () => reject(new Error('refused')), options });
      }),
  );
  return { rounds, fresh };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('those who ask while work is under way share the next one, and never have what began before', async () => {
  const { rounds, fresh } = givenWork();
  const first = fresh.join();
  await turn();
  const later = [fresh.join(), fresh.join(), fresh.join()];
  await turn();
  expect(rounds).toHaveLength(1);

  rounds[0]?.end('old');
  await turn();
  expect(rounds).toHaveLength(2);
  rounds[1]?.end('new');

  expect(await first).toBe('old');
  expect(await Promise.all(later)).toEqual(['new', 'new', 'new']);
});

test('work that failed is told to those who waited for it, and the next goes on', async () => {
  const { rounds, fresh } = givenWork();
  const first = fresh.join();
  await turn();
  const later = fresh.join();
  rounds[0]?.fail();
  await expect(first).rejects.toThrow('refused');
  await turn();
  rounds[1]?.end('new');

  expect(await later).toBe('new');
});

test('work that nobody waits for any more is ended, or not begun, and does not stand in the way of the next', async () => {
  const { rounds, fresh } = givenWork();
  const gone = new AbortController();
  const outcomes = Promise.allSettled([fresh.join({ signal: gone.signal })]);
  await turn();
  const queued = Promise.allSettled([fresh.join({ signal: gone.signal })]);
  gone.abort(new Error('enough'));
  await Promise.all([outcomes, queued]);
  expect(rounds[0]?.options.signal?.aborted).toBe(true);
  const later = fresh.join();
  rounds[0]?.fail();
  await turn();
  await turn();
  expect(rounds).toHaveLength(2);
  rounds[1]?.end('new');

  expect(await later).toBe('new');
});
