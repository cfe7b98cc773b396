import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/setup/slowestFirst.js';

/** Files that replace modules, clocks or sockets of their process, or how it logs: each has one of its own. */
const REPLACE_PARTS_OF_NODE = [
  'test/activities/patience.test.ts',
  'test/activities/serviceFailure.test.ts',
  'test/clients/nativeAnswers.test.ts',
  'test/cli/environments.test.ts',
  'test/cli/outsideFaults.test.ts',
  'test/cli/temporalRefusals.test.ts',
  'test/cli/timer.test.ts',
  'test/e2e/queryReplay.test.ts',
];

const eachFile = {
  pool: 'forks', // Temporal's native module crashes in worker threads
  // Generous on purpose: CI has two loaded cores, and a green test never waits for these.
  testTimeout: 180_000,
  hookTimeout: 120_000,
  // Where neighbours take the machine for seconds, a held request can meet its deadline. Retried tests are named in the report.
  retry: process.env['CI'] === undefined ? 0 : 1,
} as const;

export default defineConfig({
  test: {
    maxWorkers: 6, // on two cores: a test waits for timers and answers as long as it computes
    sequence: { sequencer: SlowestFirst },
    globalSetup: ['test/setup/globalSetup.ts'],
    reporters: ['default', './test/setup/countsReporter.ts'],
    teardownTimeout: 20_000,
    projects: [
      {
        test: {
          ...eachFile,
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: REPLACE_PARTS_OF_NODE,
          // A process that has run one file runs the next: modules are loaded and compiled once, not 160 times.
          isolate: false,
        },
      },
      { test: { ...eachFile, name: 'isolated', include: REPLACE_PARTS_OF_NODE } },
    ],
  },
});
