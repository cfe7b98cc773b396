/**
 * Two pairs of accounts, as the sandbox has them, and where a worker's keys lead to. Not here: what is done
 * to them (`hands.ts`, `stage.ts`).
 */
import type { ProviderConfig } from '../../src/config.js';
import { type NumberSeed, type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { uniqueNumbers } from '../support/unique.js';
import type { KeySet, LaggingList, Sequence } from './commands.js';
import type { Maker } from './ledger.js';
import { type Things, thingsOf } from './things.js';

/** Milliseconds of a phase of a call. */
const CALL_PHASE_MS = 15;

/** A pair of DIDWW and Vapi, with numbers of its own. */
export interface Pair {
  readonly sandbox: Sandbox;
  readonly numbers: readonly string[];
}

/** Where keys lead to. */
interface Place {
  readonly pair: 'own' | 'other';
  readonly vapi: 'own.vapi' | 'own.vapiEu' | 'other.vapi';
}

const PLACES: Readonly<Record<KeySet, Place>> = {
  own: { pair: 'own', vapi: 'own.vapi' },
  other: { pair: 'other', vapi: 'other.vapi' },
  otherVapi: { pair: 'own', vapi: 'own.vapiEu' },
  otherDidww: { pair: 'other', vapi: 'own.vapi' },
};

/** All accounts of a sequence. */
export class Accounts {
  private constructor(
    private readonly own: Pair,
    private readonly other: Pair | undefined,
  ) {}

  /**
   * Opens the accounts that the sequence needs: the other pair only where somebody gives the worker keys of
   * it.
   */
  static async open({ olderVersion, commands }: Sequence): Promise<Accounts> {
    const isAlone = !/"keys":"other(?:Didww)?"/.test(JSON.stringify(commands));
    return new Accounts(await openPair(olderVersion), isAlone ? undefined : await openPair(!olderVersion));
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ sandbox }) => sandbox.stop()));
  }

  get all(): readonly Pair[] {
    return this.other === undefined ? [this.own] : [this.own, this.other];
  }

  things(): Things {
    return thingsOf(this.all.map((pair) => [pair === this.own ? 'own' : 'other', pair.sandbox] as const));
  }

  /** Requests that change something so far, of each pair. */
  writes(): readonly (readonly string[])[] {
    return this.all.map(({ sandbox }) =>
      sandbox
        .requests()
        .flatMap(({ write, method, path, server }) => (write ? [`${method} ${path} at ${server}`] : [])),
    );
  }

  /**
   * Calls that came in at Vapi so far and in which both sides were heard, each by the id of the number's
   * import.
   */
  callsHeard(): readonly string[] {
    return this.all.flatMap(({ sandbox }) =>
      [sandbox.vapi, sandbox.vapiEu].flatMap(({ calls }) =>
        [...calls.values()].flatMap(({ type, phoneNumberId, artifact }) => {
          const roles = new Set(artifact.messages.map(({ role }) => role));
          const isHeard = type === 'inboundPhoneCall' && roles.has('bot') && roles.has('user');
          return isHeard ? [phoneNumberId] : [];
        }),
      ),
    );
  }

  /** On all calls from now on nobody hears anybody, or everybody again. */
  setSilence(isSilent: boolean): void {
    for (const { sandbox } of this.all) sandbox.network.switches.lostAudio = isSilent ? 'both' : 'none';
  }

  pair(name: 'own' | 'other'): Pair {
    const pair = name === 'own' ? this.own : this.other;
    if (pair === undefined) throw new Error('The sequence was opened without the other pair of accounts.');
    return pair;
  }

  /** The DIDWW account that these keys lead to, with its numbers. */
  didwwOf(keys: KeySet): Pair {
    return this.pair(PLACES[keys].pair);
  }

  /** The assistant of the Vapi organisation that these keys lead to. */
  assistantOf(keys: KeySet): string {
    const { assistantId, euAssistantId } = this.vapiOf(keys);
    return PLACES[keys].vapi === 'own.vapiEu' ? euAssistantId : assistantId;
  }

  /** What a worker with these keys is configured with. */
  providersOf(keys: KeySet): ProviderConfig {
    const { didwwUrl: apiUrl, didwwAuthUrl: authUrl, didwwApiKey: apiKey } = this.didwwOf(keys).sandbox;
    const { vapiUrl, vapiApiKey, vapiEuUrl, vapiEuApiKey } = this.vapiOf(keys);
    return {
      didww: { apiUrl, authUrl, apiKey },
      vapi:
        PLACES[keys].vapi === 'own.vapiEu'
          ? { apiUrl: vapiEuUrl, apiKey: vapiEuApiKey }
          : { apiUrl: vapiUrl, apiKey: vapiApiKey },
    };
  }

  /**
   * Lists of this kind are late by so much in every account. What makes them as late as they were before.
   */
  setLag(list: LaggingList, ms: number): () => void {
    const undo = this.all.flatMap(({ sandbox }) =>
      [sandbox.didww, sandbox.vapi, sandbox.vapiEu].map(({ switches }) => {
        const lags: Record<string, number> = switches.listLagMs;
        const had = { ...lags };
        for (const kind of Object.keys(lags)) if (list === 'all' || list === kind) lags[kind] = ms;
        return () => void Object.assign(lags, had);
      }),
    );
    return () => {
      for (const one of undo) one();
    };
  }

  private vapiOf(keys: KeySet): Sandbox {
    return this.pair(PLACES[keys].vapi === 'other.vapi' ? 'other' : 'own').sandbox;
  }
}

/** The connection of this slug that a worker with these keys makes. */
export function makerWith(keys: KeySet, slug: string): Maker {
  const { pair, vapi } = PLACES[keys];
  return { slug, didww: `${pair}.didww`, vapi };
}

/**
 * Two free numbers, one that rings in the office, one with which somebody has a line of his own, and one
 * that nobody but he would use.
 */
async function openPair(olderVersion: boolean): Promise<Pair> {
  const numbers = uniqueNumbers(5);
  const [first = '', second = '', office = '', line = '', own = ''] = numbers;
  const seeds: readonly NumberSeed[] = [
    { number: first },
    { number: second },
    { number: office, routedTo: OFFICE },
    { number: line, routedTo: OFFICE, importedElsewhere: true },
    { number: own },
  ];
  const sandbox = await startSandbox({
    callPhaseMs: CALL_PHASE_MS,
    numbers: seeds,
    didwwVersion: olderVersion ? '2026-04-16' : '2026-11-19',
  });
  for (const vapi of [sandbox.vapi, sandbox.vapiEu]) {
    const model = { provider: 'openai', model: 'gpt-4o', toolIds: [] };
    vapi.addAssistant({ name: SOMEBODYS_ASSISTANT, model });
  }
  return { sandbox, numbers };
}

/** The name of an assistant in every organisation that answers no number of Patchbay's. */
export const SOMEBODYS_ASSISTANT = 'Night desk';

/** Which of a pair's numbers only somebody else uses. */
export const HIS_NUMBER = 4;

/** The name of a trunk group that is not Patchbay's. */
export const HUNT_GROUP = 'hunt group';

/** The name of a trunk that is not Patchbay's. */
export const OFFICE = 'office-pbx';
