import {
  ConflictError,
  InvalidRequestError,
  NothingToActOnError,
  RefusedByTemporalError,
  UnreachableError,
} from '../../client.js';
import { ZodError } from 'zod';
import { ConfigError } from '../../config.js';
import { type SystemFault, systemFault } from '../../domain/reports/systemFault.js';
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
 * and `config` see to that. Whatever comes from outside (settings, files, the system, Temporal) is a
 * person's to fix; only the rest is a fault in Patchbay.
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
    return usage(error.message, 'Correct them and run the same command again. docs/operations.md lists all settings.');
  }
  const fault = systemFault(error) ?? systemFault(error instanceof Error ? error.cause : undefined);
  if (fault !== undefined) return usage(...refusedBySystem(fault, error));
  if (error instanceof ZodError)
    return usage(`What was read has another form than expected. ${oddMembers(error)}`, MEND);
  const words = error instanceof Error ? error.message : String(error);
  return {
    lines: [`Patchbay failed: ${words}`, 'This looks like a fault in Patchbay: report it with this message.'],
    document: { error: { message: words } },
    exitCode: EXIT.fault,
  };
}

const MEND = 'Correct it, then run the same command again.';

const oddMembers = ({ issues }: ZodError): string =>
  issues.map(({ path, message }) => `${path.map(String).join('.') || 'The whole'}: ${message}.`).join(' ');

/** A file, a port or a limit that no command expected to be in its way. */
function refusedBySystem({ code, why, of }: SystemFault, error: unknown): [message: string, action: string] {
  const call = error instanceof Error && 'syscall' in error ? ` (${String(error.syscall)})` : '';
  return [`The system refuses ${of ?? 'something that Patchbay needs'}${call}: ${why}.`, ACTIONS[code] ?? MEND];
}

const ROOM = 'Free space there, then run the same command again.';
const LIMIT = 'Raise that limit, or end what uses it up, then run the same command again.';

const ACTIONS: Readonly<Record<string, string>> = {
  EAGAIN: LIMIT,
  EDQUOT: ROOM,
  EMFILE: LIMIT,
  ENFILE: LIMIT,
  ENOMEM: LIMIT,
  ENOSPC: ROOM,
};

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
