/** Whether what a list shows is really left: deletions lag in lists, and a read by id does not. */
import type { MarkedTarget } from '../../contract/objects.js';
import type { RemainingObject } from '../../contract/remaining.js';
import { type CallOptions, ProviderError } from '../../http/index.js';
import type { VapiClient } from '../../vapi/index.js';
import { activity } from '../engine/activity.js';
import { holdsTool } from '../../vapi/assistantModel.js';
import type { Dependencies } from '../engine/dependencies.js';
import { unlessGone } from '../engine/refusals.js';

/** Objects that lists showed after they should have been removed. */
export interface Doubtful extends Pick<MarkedTarget, 'region'> {
  readonly remaining: readonly RemainingObject[];
}

export const stillThereActivities = ({ didww, vapi }: Pick<Dependencies, 'didww' | 'vapi'>) => ({
  /**
   * Those of the objects that are there when they are read by id. One that cannot be read counts as there,
   * and says why. Fails at no provider.
   */
  confirmRemaining: activity(async ({ region, remaining }: Doubtful, options): Promise<readonly RemainingObject[]> => {
    const there = await Promise.all(
      remaining.map(async (object) => {
        try {
          return (await isThere(didww, vapi(region), object, options)) ? [object] : [];
        } catch (error) {
          const reason = error instanceof ProviderError ? error.message : 'a fault of Patchbay'; // whose text may hold anything
          return [{ ...object, why: `${object.why}; it could not be read: ${reason}` }];
        }
      }),
    );
    return there.flat();
  }),
});

async function isThere(
  didww: Dependencies['didww'],
  vapi: VapiClient,
  { kind, id, details }: RemainingObject,
  options: CallOptions,
): Promise<boolean> {
  const exists = async (read: Promise<unknown>): Promise<boolean> => (await unlessGone(read)) !== undefined;
  switch (kind) {
    case 'outbound-trunk':
      return exists(didww.getOutboundTrunk(id, options));
    case 'inbound-trunk':
      return exists(didww.getInboundTrunk(id, options));
    case 'did': {
      const did = await unlessGone(didww.getDid(id, options));
      return did !== undefined && did.routing?.id !== details.routing?.id;
    }
    case 'credential':
    case 'outbound-credential':
    case 'inbound-credential':
      return exists(vapi.getCredential(id, options));
    case 'transfer-tool':
      return exists(vapi.getTool(id, options));
    case 'phone-number':
      return exists(vapi.getPhoneNumber(id, options));
    case 'assistant': {
      const assistant = await unlessGone(vapi.getAssistant(id, options));
      return assistant !== undefined && holdsTool(assistant.model, details.toolId ?? '');
    }
    case 'call':
      return true;
    default:
      return kind satisfies never;
  }
}
