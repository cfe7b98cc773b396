import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/setup/slowestFirst.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks', // Temporal's native module crashes in worker threads
    maxWorkers: 4, // on two cores: a test waits for timers and answers as long as it computes
    sequence: { sequencer: SlowestFirst },
    globalSetup: ['test/setup/globalSetup.ts'],
    reporters: ['default', './test/setup/countsReporter.ts'],
    // Generous on purpose: CI has two loaded cores, and a green test never waits for these.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    // Where neighbours take the machine for seconds, a held request can meet its deadline. Retried tests are named in the report.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
});
