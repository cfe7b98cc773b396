/**
 * Loaded before a command in a process of its own (`--import`): its wall clock is ahead of this machine's by
 * PATCHBAY_TEST_CLOCK_AHEAD_MS milliseconds. Temporal's cannot be set, so that the command's is.
 */
const aheadMs = Number(process.env['PATCHBAY_TEST_CLOCK_AHEAD_MS']);
const TrueDate = Date;

globalThis.Date = class extends TrueDate {
  constructor(...given) {
    if (given.length === 0) super(TrueDate.now() + aheadMs);
    else super(...given);
  }

  static now() {
    return TrueDate.now() + aheadMs;
  }
};
