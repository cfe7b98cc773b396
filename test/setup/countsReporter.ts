import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the output with `N passed, N failed` on a line of its own, for CI; a run without a single test is a
 * failure.
 */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A file that cannot be loaded, or an error outside any test, has no test to its name and yet is a
    // failure.
    const brokenFiles = modules.filter((module) => module.errors().length > 0).length;
    const passed = count('passed');
    const failed = count('failed') + brokenFiles + unhandledErrors.length;
    const skipped = count('skipped');
    if (passed + failed === 0) process.exitCode = 1;
    const line = `${String(passed)} passed, ${String(failed)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}`;
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}
