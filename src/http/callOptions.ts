/** What every client method takes as its last argument. */
export interface CallOptions {
  /**
   * Ends the request. Its reason is thrown as it is, save for a `TimeoutError` (`AbortSignal.timeout`),
   * which becomes a `ProviderError` of class `network`. A default deadline of 20 s per request holds
   * besides it.
   */
  readonly signal?: AbortSignal | undefined;
}
