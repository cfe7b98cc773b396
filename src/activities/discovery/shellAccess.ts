import { describedAccess, type DescribedAccess, vapiShell } from '../../domain/objects/removal.js';
import type { ObjectProvider } from '../../contract/result.js';
import type { Region } from '../../domain/sip/addresses.js';
import { httpDeadline } from '../engine/attempt.js';
import type { Patience } from '../../contract/attempts.js';
import type { Dependencies } from '../engine/dependencies.js';

export const shellAccessActivities = ({ didww, urls }: Pick<Dependencies, 'didww' | 'urls'>) => ({
  /** How a person's shell reaches both providers, as the accounts take it now. Fails at no provider. */
  async describeShellAccess(
    region: Region,
    _patience: Patience,
  ): Promise<Readonly<Record<ObjectProvider, DescribedAccess>>> {
    const { didww: didwwUrl, vapi: vapiUrl } = urls(region);
    const curl = await didww.curlCommand({ signal: httpDeadline() });
    return { didww: describedAccess({ url: didwwUrl, curl }), vapi: describedAccess(vapiShell(vapiUrl)) };
  },
});
