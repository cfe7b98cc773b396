/**
 * Whether a connection that no earlier run tells of may be taken away. What is not seen is not absent: only
 * both accounts together prove that it is theirs. Belongs here: what is said where they do not. Does not:
 * what they show (`activities/discovery/discoverObjects.ts`).
 */
import type { Evidence } from '../../contract/discovery.js';
import type { Failure } from '../../contract/failure.js';

/** Why nothing may be removed; undefined where both accounts prove the connection. */
export function doubtOf(connection: string, evidence: Evidence): Failure | undefined {
  switch (evidence) {
    case 'both':
      return undefined;
    case 'neither':
      return {
        step: 'look',
        provider: 'patchbay',
        class: 'not-found',
        message: `Temporal knows no run of ${connection} that has left anything, and neither account shows anything of it.`,
        action: `Check its name, the region and the worker's API keys; \`patchbay list\` shows the connections that Temporal knows.`,
      };
    case 'didww':
      return oneSided(connection, 'didww');
    case 'vapi':
      return oneSided(connection, 'vapi');
    case 'disagree':
      return {
        step: 'look',
        provider: 'patchbay',
        class: 'refused',
        message:
          `Temporal knows no run of ${connection} that has left anything, and what DIDWW and Vapi show of it does not belong together: ` +
          'no number that is routed to its trunk is imported on its credential, and they have different SIP credentials.',
        action: `Give the worker the keys of the two accounts that the connection was set up in, or remove its objects by hand: those named patchbay ${connection}.`,
      };
    default:
      return evidence satisfies never;
  }
}

/** Said where earlier runs made or removed a connection of which neither account shows anything any more. */
export const nothingLeft = (connection: string, wasRemoved: boolean): string =>
  `Nothing of ${connection} was there to remove: ${
    wasRemoved
      ? 'an earlier run has taken it away, and neither account shows anything of it'
      : 'both accounts are those that it was set up in, and neither shows anything of it any more'
  }.`;

function oneSided(connection: string, seen: 'didww' | 'vapi'): Failure {
  const [here, there, provider, key] =
    seen === 'didww'
      ? (['DIDWW', 'Vapi', 'vapi', 'VAPI_API_KEY'] as const)
      : (['Vapi', 'DIDWW', 'didww', 'DIDWW_API_KEY'] as const);
  return {
    step: 'look',
    provider,
    class: 'authentication',
    message: `${here} shows objects of ${connection} and ${there} shows none, and Temporal knows no run of it that has left anything: the worker's ${key} may be of another account.`,
    action:
      `Give the worker the ${key} of the account that the connection was set up in, restart it, then run the same command again. ` +
      `If nothing of it is left at ${there}, remove by hand what ${here} has under the name patchbay ${connection}.`,
  };
}
