/** The worker's log: all that Temporal logs in its process, line by line, free of secrets. */
import { DefaultLogger, type LogEntry, type LogLevel, Runtime } from '@temporalio/worker';
import type { Redactor } from './http/index.js';

/** Where the worker's log goes. */
export interface WorkerLog {
  readonly level: LogLevel;
  /** Receives one line at a time, free of secrets and without its line break. */
  readonly write: (line: string) => void;
  /**
   * Signals that stop the worker. A program that holds more than a worker gives none and stops its parts
   * itself.
   */
  readonly shutdownSignals: NodeJS.Signals[];
}

/**
 * Sends all that Temporal logs in this process, its native core included, through one redacted log. The
 * core would otherwise print whole failure texts to the console by itself.
 */
export function installRuntime({ level, write, shutdownSignals }: WorkerLog, redactor: Redactor): void {
  Runtime.install({
    logger: new DefaultLogger(level, (entry) => {
      if (entry.message !== ACTIVITIES_ALONE) write(redactor.redact(lineOf(entry)));
    }),
    telemetryOptions: { logging: { filter: 'WARN', forward: {} } },
    shutdownSignals,
  });
}

function lineOf({ level, message, timestampNanos, meta }: LogEntry): string {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  const details = meta === undefined || Object.keys(meta).length === 0 ? '' : ` ${JSON.stringify(meta, readable)}`;
  return `${time} ${level} ${message}${details}`;
}

/** What the SDK warns of at the start of the worker for what waits, which has no workflows on purpose. */
const ACTIVITIES_ALONE = 'No workflows registered, not polling for workflow tasks';

/** Errors have no enumerable members, and nobody has BigInts. */
function readable(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.stack ?? value.message;
  return typeof value === 'bigint' ? value.toString() : value;
}
