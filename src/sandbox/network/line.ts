import type { Party } from './party.js';
import type { NetworkSwitches } from './world.js';

/** Something that a party has heard and not yet answered. */
export interface Words {
  readonly to: Party;
  readonly text: string;
  /** Said by somebody who joined after the call was answered. */
  readonly byNewcomer: boolean;
}

/**
 * The audio between the parties of one call: who said and heard what, when, and what got lost on the way.
 */
export class Line {
  readonly #unheard: Words[] = [];
  readonly #muted = new Set<Party>();
  readonly #joined = new Map<Party, number>();
  readonly #lastSound = new Map<Party, number>();
  readonly #heard = new Set<Party>();

  constructor(
    private readonly caller: Party,
    private readonly switches: NetworkSwitches,
  ) {}

  join(party: Party, second: number): void {
    this.#joined.set(party, second);
    this.#lastSound.set(party, second);
  }

  /** Seconds that a party has been on the line. */
  secondsOf(party: Party, second: number): number {
    return second - (this.#joined.get(party) ?? 0);
  }

  mute(party: Party, muted: boolean): void {
    if (muted) this.#muted.add(party);
    else this.#muted.delete(party);
  }

  /**
   * Says something: it stands in the speaker's row and, unless it gets lost, in the row of whoever hears
   * it.
   */
  speak(from: Party, to: Party | undefined, text: string, second: number): void {
    if (this.#muted.has(from)) return;
    this.#lastSound.set(from, second);
    from.row?.spoken('bot', text, this.secondsOf(from, second));
    if (to === undefined || this.#isLost(from, to)) return;
    this.#lastSound.set(to, second);
    this.#heard.add(to);
    to.row?.spoken('user', text, this.secondsOf(to, second));
    this.#unheard.push({ to, text, byNewcomer: from !== this.caller && this.secondsOf(from, second) < second });
  }

  /** Puts words before a party that nobody on the line has said. */
  whisper(to: Party, text: string): void {
    this.#unheard.push({ to, text, byNewcomer: false });
  }

  /** The oldest words that wait for an answer; they no longer wait afterwards. */
  next(): Words | undefined {
    return this.#unheard.shift();
  }

  /** How long a party has neither said nor heard anything. */
  silentFor(party: Party, second: number): number {
    return second - (this.#lastSound.get(party) ?? 0);
  }

  /** Whether nothing ever reached this party, because what the other says gets lost. */
  isDeaf(party: Party, other: Party | undefined): boolean {
    return !this.#heard.has(party) && other !== undefined && this.#isLost(other, party);
  }

  #isLost(from: Party, to: Party): boolean {
    const { lostAudio } = this.switches;
    if (lostAudio === 'after-transfer') return [from, to].some((party) => (this.#joined.get(party) ?? 0) > 0);
    return lostAudio === 'both' || lostAudio === (from === this.caller ? 'from-caller' : 'to-caller');
  }
}
