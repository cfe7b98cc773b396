import { leftoverOf, type RemainingObject, vapiShell } from '../domain/removal.js';
import type { Leftover } from '../domain/result.js';
import type { Region } from '../domain/sip.js';
import { httpDeadline } from './attempt.js';
import type { Dependencies } from './dependencies.js';

/** What remains of a run at the end, and in which region its Vapi objects are. */
export interface Remains {
  readonly region: Region;
  readonly remaining: readonly RemainingObject[];
}

export const leftoverActivities = ({ didww, urls }: Pick<Dependencies, 'didww' | 'urls'>) => ({
  /** Words the command that removes each of them, as the accounts take it now. Fails at no provider. */
  async describeLeftovers({ region, remaining }: Remains): Promise<readonly Leftover[]> {
    const { didww: didwwUrl, vapi: vapiUrl } = urls(region);
    const access = {
      didww: { url: didwwUrl, curl: await didww.curlCommand({ signal: httpDeadline() }) },
      vapi: vapiShell(vapiUrl),
    };
    return remaining.map((object) => leftoverOf(object, access));
  },
});
