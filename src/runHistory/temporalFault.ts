import {
  NamespaceNotFoundError,
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { answerIn, type ServiceAnswer, withoutStop } from './answers.js';
import { isNative } from './nativeAnswer.js';
import { UnreachableError } from './unreachable.js';

/**
 * Temporal answered, and refuses: a setting is wrong, or its server is not made for this. `action` names
 * the setting.
 */
export class RefusedByTemporalError extends Error {
  override readonly name = 'RefusedByTemporalError';

  constructor(
    message: string,
    readonly action: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Which Temporal was asked. */
export interface Asked {
  readonly address: string;
  readonly namespace: string;
  /** Through which it was, as messages speak of it. */
  readonly proxy?: string;
}

/**
 * An error of Temporal's client, or of the native core of its worker, as a person can act on it:
 * `RefusedByTemporalError` or `UnreachableError`, in the server's own words. Any other error is given back
 * as it is.
 */
export function temporalFault(error: unknown, asked: Asked): unknown {
  const answer = answerIn(error) ?? answerOfClient(error);
  if (answer !== undefined) return told(answer, asked, error);
  return isNative(error) ? brokenConnection(error, asked) : error;
}

/** The client makes errors of its own of two answers; whoever knows what they are about has caught them. */
function answerOfClient(error: unknown): ServiceAnswer | undefined {
  const words = error instanceof Error ? withoutStop(error.message) : '';
  if (error instanceof WorkflowNotFoundError || error instanceof ScheduleNotFoundError) {
    return { class: 'not-found', code: 5, words };
  }
  const isTaken = error instanceof WorkflowExecutionAlreadyStartedError || error instanceof ScheduleAlreadyRunning;
  return isTaken ? { class: 'conflict', code: 6, words } : undefined;
}

function told(answer: ServiceAnswer, asked: Asked, cause: unknown): Error {
  const { message, action } = wordsFor(answer, asked, cause);
  const own = answer.words === '' || OF_THE_CLIENT.includes(answer.code) ? '' : ` It says: ${answer.words}.`;
  const Kind = answer.isPassing === true ? UnreachableError : RefusedByTemporalError;
  return new Kind(`${message}${own}`, action, { cause });
}

/** CANCELLED and DEADLINE_EXCEEDED: the words with them are mostly the client's, about its own time. */
const OF_THE_CLIENT: readonly number[] = [1, 4];

interface Words {
  readonly message: string;
  readonly action: string;
}

const CREDENTIALS = 'TEMPORAL_API_KEY, or TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH';

function wordsFor(answer: ServiceAnswer, { address, namespace }: Asked, cause: unknown): Words {
  const server = `Temporal at ${address}`;
  switch (answer.class) {
    case 'authentication':
      return {
        message: `${server} does not accept the credentials.`,
        action: `Set the ones of the namespace ${namespace} (${CREDENTIALS}).`,
      };
    case 'permission':
      return {
        message: `${server} does not allow this in the namespace ${namespace}.`,
        action: `Give the credentials (${CREDENTIALS}) access to it, or set TEMPORAL_NAMESPACE to the one that they are for.`,
      };
    case 'not-found':
      if (isNamespace(answer, cause)) {
        return {
          message: `${server} has no namespace ${namespace}.`,
          action: `Set TEMPORAL_NAMESPACE to one that it has, or create it: temporal operator namespace create --namespace ${namespace}`,
        };
      }
      return { message: `${server} does not find what it was asked for.`, action: compare(address, namespace) };
    case 'rate-limited':
      return {
        message: `${server} takes no more requests at the moment: a limit is used up.`,
        action: `Wait a minute, then run the same command again. If it stays so, have the limits of the namespace ${namespace} raised.`,
      };
    case 'refused':
      return {
        message: `What answers at ${address} does not know the request: it is not Temporal's frontend, or too old.`,
        action:
          'Set TEMPORAL_ADDRESS to the frontend of a Temporal server (by default port 7233); if it is, update the server.',
      };
    case 'network':
      return {
        message: `${server} does not answer.`,
        action: 'Check that the server of TEMPORAL_ADDRESS is up and reachable, then run the same command again.',
      };
    default:
      return { message: `${server} refuses the request.`, action: compare(address, namespace) };
  }
}

const compare = (address: string, namespace: string): string =>
  `Compare TEMPORAL_ADDRESS (${address}) and TEMPORAL_NAMESPACE (${namespace}) with the server's. If they are right, report this message.`;

const isNamespace = ({ words }: ServiceAnswer, cause: unknown): boolean =>
  cause instanceof NamespaceNotFoundError || /namespace/i.test(words);

/**
 * What went wrong below any answer. The native core tells it in the debug form of its own errors (rustls,
 * hyper).
 */
function brokenConnection(error: Error, { address, proxy }: Asked): UnreachableError {
  const isConnection = error.name === 'TransportError';
  const otherwise = [/./, isConnection ? 'it cannot be reached' : withoutStop(error.message), CHECK] as const;
  const [, why, action] = BROKEN.find(([pattern]) => pattern.test(error.message)) ?? otherwise;
  const way = proxy === undefined ? '' : ` through ${proxy}`;
  return new UnreachableError(`The worker cannot connect to Temporal at ${address}${way}: ${why}.`, action, {
    cause: error,
  });
}

const CHECK = 'Check that the server of TEMPORAL_ADDRESS is up and reachable, then run the same command again.';
const CA = 'Set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the certificate of the authority that signed it.';

const BROKEN: readonly (readonly [pattern: RegExp, why: string, action: string])[] = [
  [
    /NotValidForName/,
    'its certificate is for another name',
    'Set TEMPORAL_TLS_SERVER_NAME to the name in the certificate.',
  ],
  [/InvalidCertificate\((?:Expired|NotValidYet)/, 'its certificate is not valid at this time', 'Renew it there.'],
  [
    /CaUsedAsEndEntity/,
    "its certificate is an authority's own, which the worker's TLS does not take for a server",
    'Give the server a certificate that the authority signed, and set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the authority.',
  ],
  [/InvalidCertificate/, 'its certificate is not trusted', CA],
  [/InvalidContentType|InvalidMessage/, 'it does not speak TLS there', 'Set TEMPORAL_TLS=false, or another address.'],
  [
    /PrivateKeyParseError/,
    'the key of the client certificate cannot be read',
    'Correct TEMPORAL_TLS_CLIENT_KEY_PATH: it must name an unencrypted key in PEM.',
  ],
  [
    /CertificateParseError/,
    'a certificate cannot be read',
    'Correct TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_SERVER_CA_CERT_PATH: they have to name certificates in PEM.',
  ],
];
