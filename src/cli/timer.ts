/** The most milliseconds that a timer of Node takes: one of more ends at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls back after so many milliseconds, however many they are. What it returns stops it. */
export function after(milliseconds: number, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const nowMs = Math.min(leftMs, LONGEST_TIMER_MS);
    timer = setTimeout(() => {
      if (leftMs > nowMs) wait(leftMs - nowMs);
      else run();
    }, nowMs);
  };
  wait(milliseconds);
  return () => {
    clearTimeout(timer);
  };
}
