/**
 * The property itself: whatever happens, no live line is harmed and no Result is wrong. Played by
 * `npm test` and `npm run soak`.
 */
import fc from 'fast-check';
import { type Sequence, sequences } from './commands.js';
import { type Engine, type Lane, startLane } from './lane.js';
import { violations } from './oracle.js';
import { Stage } from './stage.js';

/** How much is to be played. */
export interface Amount {
  readonly seed: number;
  readonly runs: number;
  /** Of one sequence among those of the seed: it alone is played, as it is. */
  readonly path?: string | undefined;
  /** Sequences at the same time, each on a worker of its own. */
  readonly lanes: number;
  /** The longest sequence. */
  readonly mostCommands: number;
  /** Once a sequence has failed, for how long shorter ones are looked for. Milliseconds. */
  readonly shrinkForMs: number;
  /** Called after each sequence, whatever it showed. */
  readonly onPlayed?: () => void;
}

/** A sequence that broke the property. */
export interface Broken {
  /** Of its lane: plays the very sequences again. */
  readonly seed: number;
  readonly path: string;
  readonly mostCommands: number;
  readonly sequence: Sequence;
  readonly error: string;
}

/** What is told of a sequence that broke the property, with the command that plays it again. */
export const reproduction = ({ seed, path, mostCommands, sequence, error }: Broken): string =>
  `${error}\nnpm run soak -- --sequence '${JSON.stringify(sequence)}'\n` +
  `or: npm run soak -- --seed ${String(seed)} --path ${path} --most-commands ${String(mostCommands)}`;

/** A sequence was played, and something was not right. */
export class ViolationError extends Error {
  override readonly name = 'ViolationError';
}

/**
 * Plays so many sequences. Those that failed, the shortest of each lane; how often each outcome was told.
 */
export async function playSequences(
  engine: Engine,
  amount: Amount,
): Promise<{ readonly broken: readonly Broken[]; readonly outcomes: Readonly<Record<string, number>> }> {
  const { seed, runs, lanes } = amount;
  const outcomes: Record<string, number> = {};
  const played = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const own = { ...amount, seed: seed + lane, runs: Math.ceil(runs / lanes) };
      return playLane(engine, own, (told) => (outcomes[told] = (outcomes[told] ?? 0) + 1));
    }),
  );
  return { broken: played.flat(), outcomes };
}

async function playLane(
  engine: Engine,
  { seed, runs, path, mostCommands, shrinkForMs, onPlayed }: Amount,
  onTold: (outcome: string) => void,
): Promise<readonly Broken[]> {
  const lane = await startLane(engine, `sequences-${String(seed)}-${String(process.pid)}`);
  let failedAt: number | undefined;
  const property = fc.asyncProperty(sequences(mostCommands), async (sequence) => {
    if (failedAt !== undefined && Date.now() - failedAt > shrinkForMs) return; // what shrank so far is the answer
    try {
      await playSequence(lane, sequence, { onTold });
    } catch (error) {
      failedAt ??= Date.now();
      throw error;
    } finally {
      onPlayed?.();
    }
  });
  try {
    const details = await fc.check(property, {
      seed,
      numRuns: runs,
      ...(path === undefined ? {} : { path, endOnFailure: true }),
    });
    if (!details.failed) return [];
    const [sequence] = details.counterexample ?? [];
    if (sequence === undefined || details.counterexamplePath === null)
      throw new Error('fast-check has no counterexample');
    const error = details.errorInstance instanceof Error ? details.errorInstance : new Error('unknown');
    const text = error instanceof ViolationError ? error.message : (error.stack ?? error.message);
    return [{ seed, path: details.counterexamplePath, mostCommands, sequence, error: text }];
  } finally {
    await lane.stop();
  }
}

/**
 * Plays one sequence on accounts of its own. Throws a `ViolationError` at the first order that harmed
 * something or told what is not so.
 */
export async function playSequence(
  lane: Lane,
  sequence: Sequence,
  { onTold }: { readonly onTold?: (outcome: string) => void } = {},
): Promise<void> {
  const stage = await Stage.open(lane, sequence);
  try {
    for (const [at, command] of sequence.commands.entries()) {
      const slug = 'slug' in command ? stage.slugs[command.slug] : '';
      const newest = stage.newestOf(slug);
      const deed = await stage.play(command);
      if (deed === undefined) continue;
      onTold?.('result' in deed.told ? deed.told.result.outcome : 'not started');
      const wrong = violations(deed, stage, newest);
      if (wrong.length === 0) continue;
      throw new ViolationError(
        [`command ${String(at + 1)}, ${command.order}:`, ...wrong, JSON.stringify(deed.told, errors, 1)].join('\n  '),
      );
    }
  } finally {
    await stage.close();
  }
}

const errors = (_key: string, value: unknown): unknown => (value instanceof Error ? value.message : value);
