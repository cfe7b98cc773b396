/**
 * The last request of a connection, as its runs tell it. Belongs here: calls of the Temporal service. Does
 * not: anything at a provider.
 */
import type { Patience } from '../../contract/attempts.js';
import type { MarkedTarget } from '../../contract/objects.js';
import type { Request } from '../../contract/request.js';
import { wantedOf, type Wanted } from '../../runHistory/requestOfRun.js';
import type { Dependencies } from '../engine/dependencies.js';
import { StepError } from '../engine/failures.js';
import { serviceFailure, withinAttempt } from '../engine/serviceFailure.js';

export const lastRequestActivities = ({ temporal }: Pick<Dependencies, 'temporal'>) => ({
  /**
   * What is asked of the connection: the shared settings of its newest request that succeeded, and the
   * numbers of all of them. Throws `StepError` of class `not-found` where Temporal does not have it (any
   * more), of class `conflict` where the connection is being set up or taken away, and what
   * `serviceFailure` makes of a Temporal that does not answer.
   */
  async findLastRequest({ connection }: MarkedTarget, _patience: Patience): Promise<Request> {
    const wanted = await reached(connection, () => withinAttempt(temporal, () => wantedOf(temporal, connection)));
    if (wanted.state === 'known') return wanted.request;
    throw unknown(connection, wanted.state);
  },
});

async function reached<T>(connection: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw serviceFailure(`find the last request of ${connection}`, error);
  }
}

function unknown(connection: string, state: Exclude<Wanted['state'], 'known'>): StepError {
  const [errorClass, message, action] = WORDS[state];
  return new StepError({
    provider: 'patchbay',
    class: errorClass,
    message: `${connection} ${message}`,
    action: action.replace('SLUG', connection),
  });
}

const WORDS = {
  forgotten: [
    'not-found',
    'has no request that Temporal still has in full.',
    'Give the request itself: patchbay plan request.yaml',
  ],
  removed: ['not-found', 'was taken away.', 'To see what it takes to set it up again: patchbay plan request.yaml'],
  'removed-in-part': [
    'not-found',
    'was taken away in part: its last offboarding left something behind.',
    'To take away the rest: patchbay offboard SLUG',
  ],
  'being-set-up': [
    'conflict',
    'is being set up.',
    'Wait for it (patchbay watch SLUG), then run the same command again.',
  ],
  'being-removed': ['conflict', 'is being taken away.', 'To watch it: patchbay watch SLUG'],
} as const satisfies Record<Exclude<Wanted['state'], 'known'>, readonly ['not-found' | 'conflict', string, string]>;
