/** A release of the workflows with a fault in it, for a worker that cannot carry on a run. */
function faulty(): Promise<never> {
  throw new TypeError('a fault of this release');
}

export { faulty as editAssistant, faulty as onboardConnection, faulty as onboardNumber };
