/**
 * What Temporal's native core says of a status: its debug form, which is all that its errors have
 * (sdk-typescript 1.24.0). `Worker.create` writes the name of the status
 * (`Status { code: PermissionDenied, message: "…"`), `NativeConnection.connect` its description
 * (`code: 'The caller …', message: "…"`).
 */
const STATUSES: readonly (readonly [code: number, name: string, description: string])[] = [
  [1, 'Cancelled', 'The operation was cancelled'],
  [2, 'Unknown', 'Unknown error'],
  [3, 'InvalidArgument', 'Client specified an invalid argument'],
  [4, 'DeadlineExceeded', 'Deadline expired before operation could complete'],
  [5, 'NotFound', 'Some requested entity was not found'],
  [6, 'AlreadyExists', 'Some entity that we attempted to create already exists'],
  [7, 'PermissionDenied', 'The caller does not have permission to execute the specified operation'],
  [8, 'ResourceExhausted', 'Some resource has been exhausted'],
  [9, 'FailedPrecondition', "The system is not in a state required for the operation's execution"],
  [10, 'Aborted', 'The operation was aborted'],
  [11, 'OutOfRange', 'Operation was attempted past the valid range'],
  [12, 'Unimplemented', 'Operation is not implemented or not supported'],
  [13, 'Internal', 'Internal error'],
  [14, 'Unavailable', 'The service is currently unavailable'],
  [15, 'DataLoss', 'Unrecoverable data loss or corruption'],
  [16, 'Unauthenticated', 'The request does not have valid authentication credentials'],
];

/**
 * The gRPC status that an error of the native core tells of, and the server's words. Undefined for any
 * other error.
 */
export function nativeAnswer(error: unknown): { readonly code: number; readonly words: string } | undefined {
  if (!isNative(error) || error.message.includes('tonic::transport::Error')) return undefined;
  const [, written, words] = /code: '?(.+?)'?, message: "((?:[^"\\]|\\.)*)"/s.exec(error.message) ?? [];
  const known = STATUSES.find(([, name, description]) => name === written || description === written);
  return known && { code: known[0], words: (words ?? '').replaceAll(/\\(["'\\])/g, '$1') };
}

/**
 * Whether an error came from the native core; by name, since its module must not be loaded where no worker
 * runs (@temporalio/core-bridge, `errors`).
 */
export const isNative = (error: unknown): error is Error =>
  error instanceof Error && (error.name === 'TransportError' || OF_THE_CORE.includes(error.name));

const OF_THE_CORE: readonly string[] = [
  'IllegalStateError',
  'NativePromiseDroppedError',
  'ShutdownError',
  'UnexpectedError',
];
