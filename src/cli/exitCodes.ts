import type { Result } from '../contract/result.js';

/** Exit codes of the public contract; `README.md` explains them to users. */
export const EXIT = {
  done: 0,
  rolledBack: 1,
  usage: 2,
  leftovers: 3,
  authentication: 4,
  refused: 5,
  inconclusive: 6,
  paused: 7,
  /** Of a plan: both accounts are not as the request asks. */
  differences: 8,
  /**
   * Not of a run: a fault in Patchbay itself, so that it is never taken for a rollback. As `EX_SOFTWARE` of
   * sysexits.
   */
  fault: 70,
  timedOut: 124,
  interrupted: 130,
} as const;

/** What `patchbay --help` says of each, in this order. */
export const EXIT_MEANINGS = Object.entries({
  done: 'verified or done',
  rolledBack: 'failed or cancelled, rolled back clean (verify: a check failed)',
  usage: 'usage or settings wrong, request invalid, nothing to act on',
  leftovers: 'failed, with leftovers',
  authentication: 'a provider refused its key, nothing written',
  refused: 'refused by preflight, nothing written',
  inconclusive: 'set up, verification inconclusive',
  paused: 'paused, waits for a person',
  differences: 'differences found (plan)',
  fault: 'a fault in Patchbay itself',
  timedOut: '--timeout has passed, the run continues',
  interrupted: 'interrupted, the run continues',
} satisfies Record<keyof typeof EXIT, string>).map(
  ([name, meaning]) => [EXIT[name as keyof typeof EXIT], meaning] as const,
);

/**
 * What a command was asked to bring about; the same Result can be a success of one and a failure of
 * another.
 */
export type Asked = 'run' | 'cancel' | 'verify';

/** The exit code of a run that has ended or waits for a person. */
export function exitCodeOf(result: Result, asked: Asked): number {
  if (asked === 'verify' && result.verification.some(({ verdict }) => verdict === 'failed')) return EXIT.rolledBack;
  switch (result.outcome) {
    case 'verified':
    case 'done':
      return asked === 'cancel' ? EXIT.usage : EXIT.done; // the cancel came too late: there was nothing to act on
    case 'inconclusive':
      return asked === 'cancel' ? EXIT.usage : EXIT.inconclusive;
    case 'removed':
      return EXIT.done;
    case 'rolled-back':
      return asked === 'cancel' ? EXIT.done : EXIT.rolledBack;
    case 'leftovers':
      return EXIT.leftovers;
    case 'refused':
      return asked === 'cancel' ? EXIT.done : refusedCode(result);
    case 'paused':
      return EXIT.paused;
    default:
      return result.outcome satisfies never;
  }
}

function refusedCode({ failure }: Result): number {
  switch (failure?.class) {
    case 'invalid-request':
    case 'not-found':
      return EXIT.usage;
    case 'authentication':
      return EXIT.authentication;
    case 'cancelled':
      return EXIT.rolledBack;
    default:
      return EXIT.refused;
  }
}
