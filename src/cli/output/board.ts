import type { Retry, Snapshot } from '../../client.js';
import type { Stage } from '../../contract/result.js';
import { boardLines, holdLines, limitLines, retryText, stageText, stepLines, troubleText } from './boardText.js';
import type { Screen } from './io.js';

const FRAME_EVERY_MS = 120;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;

/** Shows the snapshots of a run as they come. */
export interface Board {
  show(snapshot: Snapshot): void;
  /** Leaves the last state standing. */
  end(): void;
}

/** A board that is drawn over on a terminal, and that elsewhere prints a plain line for each change. */
export const boardOn = (screen: Screen): Board => (screen.isLive ? liveBoard(screen) : plainBoard(screen));

function liveBoard({ draw, paint }: Screen): Board {
  let snapshot: Snapshot | undefined;
  let frame = 0;
  const redraw = (): void => {
    if (snapshot === undefined) return;
    const [head = '', ...rest] = boardLines(snapshot, new Date(), paint.progress);
    const turn = snapshot.state === 'running' ? `${FRAMES[frame++ % FRAMES.length] ?? ''} ` : '';
    draw([turn + head, ...rest]);
  };
  const timer = setInterval(redraw, FRAME_EVERY_MS);
  timer.unref();
  return {
    show(next) {
      snapshot = next;
      redraw();
    },
    end() {
      clearInterval(timer);
      draw.end();
    },
  };
}

function plainBoard({ say, paint }: Screen): Board {
  const said: Said = { stage: undefined, lines: new Set(), retries: new Set(), byHand: new Set(), trouble: undefined };
  return {
    show({ run, progress, retries, holds, limits, trouble }) {
      if (progress !== undefined && progress.stage !== said.stage) {
        say(paint.progress.bold(`${run.connection}: ${stageText(progress.stage)}`));
        said.stage = progress.stage;
      }
      const lines = stepLines(progress?.steps.filter(({ state }) => state !== 'waiting') ?? [], paint.progress);
      for (const line of lines) if (!said.lines.has(line)) say(line);
      said.lines = new Set(lines);
      for (const retry of retries) if (!said.retries.has(keyOf(retry))) say(`  ${retryText(retry, new Date())}`);
      said.retries = new Set(retries.map(keyOf));
      const byHand = [...holds.map(holdLines), ...limits.map(limitLines)].map((lines) => lines.join('\n'));
      for (const one of byHand) if (!said.byHand.has(one)) for (const line of one.split('\n')) say(line);
      said.byHand = new Set(byHand);
      if (trouble !== undefined && trouble !== said.trouble) say(`  ${troubleText(trouble)}`);
      said.trouble = trouble;
    },
    end: () => undefined,
  };
}

interface Said {
  stage: Stage | undefined;
  lines: ReadonlySet<string>;
  retries: ReadonlySet<string>;
  byHand: ReadonlySet<string>;
  trouble: Snapshot['trouble'];
}

const keyOf = ({ step, of = '', attempt }: Retry): string => `${step} ${of} ${String(attempt)}`;
