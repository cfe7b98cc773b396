import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take minutes, the longest first: a worker that begins one of them last would run it alone,
 * while the others have nothing left to do. Times of a checkout that never ran a test are not known.
 */
const SLOWEST = [
  'property/sequences',
  'e2e/verifySchedule',
  'e2e/rollback',
  'e2e/otherAccounts',
  'e2e/bigConnection',
  'e2e/verify',
  'e2e/liveCallsFirst',
  'e2e/verifyTransfer',
  'e2e/verifyMembers',
  'e2e/harm',
  'e2e/ownership',
  'e2e/verifyCrash',
  'e2e/verifyTable',
  'e2e/staleLists',
  'e2e/duplicates',
  'e2e/verifyDisturbed',
];

/** The order of test files: the slow ones first, then as Vitest orders them. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const slow = SLOWEST.flatMap((name) => others.filter(({ moduleId }) => moduleId.endsWith(`test/${name}.test.ts`)));
    return [...slow, ...others.filter((file) => !slow.includes(file))];
  }
}
