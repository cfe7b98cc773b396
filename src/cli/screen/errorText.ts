import {
  ConflictError,
  InvalidRequestError,
  NothingToActOnError,
  RefusedByTemporalError,
  UnreachableError,
} from '../../client.js';
import { ConfigError } from '../../config.js';
import { EXIT } from '../exitCodes.js';
import { UsageError } from '../usageError.js';

/** An error as a command tells it: lines for a person, the same as data, and the exit code. */
export interface Told {
  readonly lines: readonly string[];
  readonly document: unknown;
  readonly exitCode: number;
}

/**
 * What a command says of an error that ends it. Never a stack trace. Messages are free of secrets: `http`
 * and `config` see to that.
 */
export function tell(error: unknown): Told {
  if (error instanceof InvalidRequestError) return invalidRequest(error);
  if (error instanceof ConflictError) {
    const { failure } = error.result;
    return {
      lines: [failure?.message ?? error.message, failure?.action ?? '', 'Nothing was changed.'],
      document: error.result,
      exitCode: EXIT.refused,
    };
  }
  if (
    error instanceof NothingToActOnError ||
    error instanceof UsageError ||
    error instanceof UnreachableError ||
    error instanceof RefusedByTemporalError
  ) {
    return usage(error.message, error.action);
  }
  if (error instanceof ConfigError) {
    return usage(error.message, 'Correct them and run the same command again. README.md lists all settings.');
  }
  const words = error instanceof Error ? error.message : String(error);
  return {
    lines: [`Patchbay failed: ${words}`, 'This looks like a fault in Patchbay: report it with this message.'],
    document: { error: { message: words } },
    exitCode: EXIT.fault,
  };
}

function usage(message: string, action: string): Told {
  return { lines: [message, action], document: { error: { message, action } }, exitCode: EXIT.usage };
}

function invalidRequest({ message, problems }: InvalidRequestError): Told {
  const lines = problems.map(({ path, message: text }) => `  ${path === '' ? 'the request' : path}: ${text}`);
  return {
    lines: [message, ...lines, 'Nothing was changed.'],
    document: { error: { message, problems } },
    exitCode: EXIT.usage,
  };
}
