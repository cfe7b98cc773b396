import type { CallOptions } from '../../http/index.js';
import { isFirstAttempt } from '../engine/attempt.js';
import type { Dependencies } from '../engine/dependencies.js';
import type { SipCredentials } from '../engine/sipCredentialCache.js';
import { StepError } from '../engine/failures.js';

/**
 * The SIP credentials of an outbound trunk: on attempt 1 from this worker's memory if they are there, else
 * read from DIDWW, which shows them in every read (docs/providers/didww.md, Outbound trunks). Throws
 * `StepError` where the trunk has none.
 */
export async function sipCredentialsOf(
  { didww, sipCredentialCache }: Pick<Dependencies, 'didww' | 'sipCredentialCache'>,
  outboundTrunkId: string,
  options: CallOptions,
): Promise<SipCredentials> {
  const remembered = isFirstAttempt() ? sipCredentialCache.of(outboundTrunkId) : undefined;
  if (remembered !== undefined) return remembered;

  const { username, password } = await didww.getOutboundTrunk(outboundTrunkId, options);
  if (username === undefined || password === undefined) throw withoutPair(outboundTrunkId);
  const sipCredentials = { username, password };
  sipCredentialCache.remember(outboundTrunkId, sipCredentials);
  return sipCredentials;
}

const withoutPair = (id: string): StepError =>
  new StepError({
    provider: 'didww',
    class: 'unexpected-answer',
    message: `DIDWW shows no user name and password of the outbound trunk ${id}.`,
    action: 'Look at DIDWW whether the trunk authenticates by credentials and IP, then retry.',
  });
