import type { CallOptions } from '../../http/index.js';
import { isFirstAttempt } from '../engine/attempt.js';
import type { Dependencies } from '../engine/dependencies.js';
import type { SipCredentials } from '../engine/sipCredentialCache.js';
import { StepError } from '../engine/failures.js';

/**
 * The digest pair of an outbound trunk: on attempt 1 from this worker's memory where it is there, else read
 * from DIDWW, which shows it in every read (docs/providers/didww.md, Outbound trunks). Throws `StepError`
 * where the trunk has none.
 */
export async function sipCredentialsOf(
  { didww, pairs }: Pick<Dependencies, 'didww' | 'pairs'>,
  outboundTrunkId: string,
  options: CallOptions,
): Promise<SipCredentials> {
  const remembered = isFirstAttempt() ? pairs.of(outboundTrunkId) : undefined;
  if (remembered !== undefined) return remembered;

  const { username, password } = await didww.getOutboundTrunk(outboundTrunkId, options);
  if (username === undefined || password === undefined) throw withoutPair(outboundTrunkId);
  const pair = { username, password };
  pairs.remember(outboundTrunkId, pair);
  return pair;
}

const withoutPair = (id: string): StepError =>
  new StepError({
    provider: 'didww',
    class: 'unexpected-answer',
    message: `DIDWW shows no user name and password of the outbound trunk ${id}.`,
    action: 'Look at DIDWW whether the trunk authenticates by credentials and IP, then retry.',
  });
