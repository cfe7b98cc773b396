/** A release of the workflows with a fault in it, for a worker that cannot carry on a run. */
export function onboardConnection(): Promise<never> {
  throw new TypeError('a fault of this release');
}
