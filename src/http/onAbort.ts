/** Those who are to be told when a signal is aborted. */
interface Listening {
  readonly tells: Set<() => void>;
  readonly stop: () => void;
}

const listenings = new WeakMap<AbortSignal, Listening>();

/**
 * Calls `tell` when the signal is aborted; the function returned ends that, and has to be called. However
 * many share a signal, as all requests of an attempt do, it has one listener: Node warns of more than ten.
 */
export function onAbort(signal: AbortSignal | undefined, tell: () => void): () => void {
  if (signal === undefined) return () => undefined;
  const { tells, stop } = listenings.get(signal) ?? listenTo(signal);
  const own = (): void => tell(); // told twice where it was given twice
  tells.add(own);
  return () => {
    tells.delete(own);
    if (tells.size === 0) stop();
  };
}

function listenTo(signal: AbortSignal): Listening {
  const tells = new Set<() => void>();
  const tellAll = (): void => {
    for (const tell of tells) tell();
  };
  const listening = {
    tells,
    stop: () => {
      signal.removeEventListener('abort', tellAll);
      listenings.delete(signal);
    },
  };
  signal.addEventListener('abort', tellAll, { once: true });
  listenings.set(signal, listening);
  return listening;
}
