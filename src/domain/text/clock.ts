/** Clocks that differ by no more, in milliseconds, are taken to agree: nobody has to be told. */
export const CLOCKS_AGREE_WITHIN_MS = 5_000;

/** How far one clock is ahead of another: `7 s behind`, `2 min ahead of`. */
export const clockDistance = (aheadMs: number): string =>
  `${lasting(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`;

/** In the largest unit of which there are two. */
function lasting(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds >= 7_200) return `${String(Math.round(seconds / 3_600))} h`;
  return seconds >= 115 ? `${String(Math.round(seconds / 60))} min` : `${String(seconds)} s`;
}
