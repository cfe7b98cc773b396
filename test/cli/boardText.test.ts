import { describe, expect, test } from 'vitest';
import { boardLines } from '../../src/cli/output/boardText.js';
import type { Snapshot } from '../../src/client.js';
import type { StepProgress } from '../../src/contract/result.js';

const NOW = new Date('2026-11-23T12:00:00Z');
const run = { type: 'onboardConnection', connection: 'acme', workflowId: 'connection/acme', runId: 'r1' };
const empty = { connection: 'acme', objects: [], numbers: [], verification: [], leftovers: [], warnings: [] };

const snapshot = (steps: readonly StepProgress[], rest: Partial<Snapshot> = {}): Snapshot => ({
  run,
  state: 'running',
  progress: { stage: 'build', steps, result: empty },
  retries: [],
  holds: [],
  limits: [],
  ...rest,
});

describe('the board', () => {
  test('shows the stage and every step with its state and note', () => {
    const lines = boardLines(
      snapshot([
        { name: 'outbound trunk', state: 'done', note: 'made 1234' },
        { name: 'inbound trunk', state: 'running' },
        { name: 'import +18648301018', state: 'waiting' },
      ]),
      NOW,
    );
    expect(lines).toEqual([
      'acme: build · makes trunks, credentials and the transfer tool',
      '  ✔ outbound trunk: done (made 1234)',
      '  ▸ inbound trunk: under way',
      '  · import +18648301018: to come',
    ]);
  });

  test('says why a step is retried and when the next attempt is', () => {
    const retry = {
      step: 'ensure outbound trunk',
      attempt: 3,
      why: 'DIDWW has a fault (503).',
      nextAttemptAt: new Date('2026-11-23T12:00:04Z'),
    };
    expect(boardLines(snapshot([], { retries: [retry] }), NOW)).toContain(
      '  ensure outbound trunk is retried: DIDWW has a fault (503). Attempt 3 in 4 s.',
    );
  });

  test('says that an attempt is being made now', () => {
    const retry = { step: 'import number', of: '+18648301018', attempt: 2, why: 'Vapi was not reached.' };
    expect(boardLines(snapshot([], { retries: [retry] }), NOW).at(-1)).toBe(
      '  import number of +18648301018 is retried: Vapi was not reached. Attempt 2 now.',
    );
  });

  test('counts steps of a kind where there are too many to list, and still names those that went wrong', () => {
    const steps = Array.from({ length: 1000 }, (_, at): StepProgress => ({
      name: `import +1864830${String(1000 + at)}`,
      state: at === 7 ? 'failed' : at < 400 ? 'done' : 'waiting',
    }));
    expect(boardLines(snapshot(steps), NOW)).toEqual([
      'acme: build · makes trunks, credentials and the transfer tool',
      '    import of numbers: 399 done, 1 failed, 600 to come',
      '  ✖ import +18648301007: failed',
    ]);
  });

  test('names the connection and what is in the way where nobody answers for the run', () => {
    const lines = boardLines({ run, state: 'running', retries: [], holds: [], limits: [], trouble: 'no-worker' }, NOW);
    expect(lines).toEqual([
      'acme',
      '  No worker polls the task queue: the run waits for one. Start it in another terminal: patchbay worker',
    ]);
  });
});
