import { expect, inject, onTestFinished, test } from 'vitest';
import { connectEngine } from './lane.js';
import { playSequences, reproduction } from './property.js';

/** Always the same sequences, so that a red run is red again; `npm run soak` plays others. */
const SEED = 20261129;
const SEQUENCES = 200;

test('whatever happens to two pairs of accounts, no live line is harmed and no Result says what is not so', async () => {
  const engine = await connectEngine(inject('temporalAddress'), inject('workflowBundlePath'));
  onTestFinished(() => engine.close());

  const { broken, outcomes } = await playSequences(engine, {
    seed: SEED,
    runs: SEQUENCES,
    lanes: 5,
    mostCommands: 3,
    shrinkForMs: 30_000,
  });

  expect(broken.map(reproduction).join('\n\n')).toBe('');
  const told = Object.keys(outcomes);
  expect(told).toEqual(expect.arrayContaining(['verified', 'done', 'rolled-back', 'leftovers', 'removed', 'refused']));
}, 1_200_000);
