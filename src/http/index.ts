// What both provider clients share: the one send path on undici, deadlines, the error type, redaction,
// validation of answers. Belongs here: whatever is true of HTTP for both providers. A request is sent once;
// Temporal retries, nothing in here does. Does not belong here: a provider's paths, bodies, schemas or
// oddities (../didww, ../vapi), and what a failure means to a run.
export { type Answer, type CallOptions, type HttpRequest, mayChange, type Refusal } from './exchange.js';
export { createHttpClient, type HttpClient } from './httpClient.js';
export { loose, looseList, numeric, present, textual } from './lenient.js';
export { onAbort } from './onAbort.js';
export {
  type Provider,
  ProviderError,
  type ProviderErrorDetails,
  type ProviderProblem,
  type WireErrorClass,
} from './providerError.js';
export type { ClockReading, ProviderClock } from './providerClock.js';
export { createRedactor, type Redactor } from './redactor.js';
export { createFreshWork, createSharedWork, type SharedWork } from './sharedWork.js';
export type { RequestName } from './unusable.js';
export { isTimeout } from './wireFailure.js';
export { orWrongAddress } from './wrongAddress.js';
