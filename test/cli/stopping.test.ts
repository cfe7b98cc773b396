import { expect, test } from 'vitest';
import { stopInTurn } from '../../src/cli/stopping.js';

test('parts are stopped in the opposite order of their start; one that does not stop, or fails to, keeps no other', async () => {
  const stopped: string[] = [];
  const said: string[] = [];
  const part = (name: string, stop: () => Promise<void>) => ({
    name,
    stop: () => {
      stopped.push(name);
      return stop();
    },
    withinMs: 20,
  });

  await stopInTurn(
    [
      part('Temporal', () => Promise.resolve()),
      part('The sandbox', () => new Promise(() => undefined)),
      part('The worker', () => Promise.reject(new Error('it is still at work'))),
    ],
    (line) => said.push(line),
  );

  expect(stopped).toEqual(['The worker', 'The sandbox', 'Temporal']);
  expect(said).toEqual([
    'The worker could not be stopped (it is still at work); it ends with this program.',
    'The sandbox did not stop within 0.02 s; it ends with this program.',
  ]);
});
