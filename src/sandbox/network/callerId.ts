import type { Did, DidwwAccount, OutboundTrunk } from '../didww/index.js';

/**
 * The caller id that DIDWW shows, in digits; undefined where the call is refused for it
 * (docs/providers/didww.md, Caller id). That a number needs the `voice_out` feature to be shown is assumed.
 */
export function callerIdFor(didww: DidwwAccount, trunk: OutboundTrunk, caller: string): string | undefined {
  if (allowedDids(didww, trunk).some(({ number }) => number === caller)) return caller;
  switch (trunk.onCliMismatchAction) {
    case 'reject_call':
      return undefined;
    case 'send_original_cli':
      return caller;
    case 'replace_cli':
      return didww.dids.get(trunk.defaultDidId ?? '')?.number;
    case 'randomize_cli':
      return allowedDids(didww, trunk)[0]?.number;
    default:
      return trunk.onCliMismatchAction satisfies never;
  }
}

function allowedDids(didww: DidwwAccount, trunk: OutboundTrunk): readonly Did[] {
  const dids = [...didww.dids.values()].filter((did) => didww.didGroupOf(did).features.includes('voice_out'));
  return trunk.allowAnyDidAsCli ? dids : dids.filter(({ id }) => trunk.didIds.includes(id));
}
