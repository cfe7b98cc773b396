import type { BeforeStart, OutsideCallee } from '../client.js';
import type { Screen } from './output/io.js';

/**
 * Says on stderr whom test calls will ring, before they do: whoever picks up, or is woken, should not be
 * surprised.
 */
export const announceOn =
  (screen: Screen): BeforeStart =>
  (callees) => {
    for (const one of callees) screen.say(outsideCalleeText(one));
  };

/** Whom a test rings, in one sentence. */
export function outsideCalleeText({ check, number }: OutsideCallee): string {
  const whom =
    number ?? "the destination of the connection's transfer tool, if it has one (the board names it before the call),";
  const often = check === 'outbound' ? ' once for each number that is tested' : '';
  return `The ${check} test will call ${whom}${often} and says first that it is an automated test call.`;
}
