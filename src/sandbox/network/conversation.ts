import type { CallCommand, TransferDestination } from '../vapi/index.js';
import type { TransferOption } from './answering.js';
import type { CarrierLeg } from './carrierLegs.js';
import { Line } from './line.js';
import type { Party } from './party.js';
import type { Move } from './speakers.js';
import type { World } from './world.js';

/** Where a transfer of the callee stands. */
interface Transferring {
  readonly destination: TransferDestination;
  stage: 'announced' | 'forwarding' | 'referred';
}

/**
 * Two parties on an answered call, phase by phase: at most one of them speaks in each, what is heard is
 * answered in the next. Ends by whoever hangs up first; everything that DIDWW carried for it is closed
 * then.
 */
export class Conversation {
  #second = 0;
  #open = true;
  #callee: Party | undefined;
  #commands: { readonly party: Party; readonly text: string; readonly hangUp: string | undefined }[] = [];
  #transferring: Transferring | undefined;
  #stopRinging: (() => void) | undefined;
  readonly #line: Line;
  readonly #legs: { readonly leg: CarrierLeg; readonly from: number }[] = [];

  constructor(
    private readonly world: World,
    readonly caller: Party,
    callee: Party,
    /**
     * Carries a transfer out: the callee's row is closed and whoever it was referred to joins, or nobody.
     */
    private readonly refer: (conversation: Conversation, from: Party, destination: TransferDestination) => void,
    private readonly closed: () => void,
  ) {
    this.#callee = callee;
    this.#line = new Line(caller, world.switches);
    this.#join(caller);
    this.#join(callee);
    world.later(1, () => {
      this.#openings([callee, caller]);
    });
  }

  get open(): boolean {
    return this.#open;
  }

  /** Seconds since this party joined. */
  secondsOf(party: Party): number {
    return this.#line.secondsOf(party, this.#second);
  }

  /** Carries out a live control command of one party's row. */
  control(party: Party, command: CallCommand): boolean {
    if (!this.#open || party.row?.ended === true) return false;
    switch (command.type) {
      case 'say': {
        const hangUp = command.endCallAfterSpoken === true ? 'assistant-ended-call-after-message-spoken' : undefined;
        this.#commands.push({ party, text: command.content, hangUp });
        return true;
      }
      case 'add-message':
        if (command.triggerResponseEnabled !== false) this.#line.whisper(party, command.message.content);
        return true;
      case 'control':
        if (command.control === 'say-first-message') this.#apply(party, party.speaker.opening());
        else this.#line.mute(party, command.control === 'mute-assistant');
        return true;
      case 'end-call':
        this.hangUp(party, 'assistant-ended-call');
        return true;
      case 'transfer':
        this.#announce(party, command.destination, command.content);
        return true;
      default:
        return command satisfies never;
    }
  }

  /**
   * Ends the call: `reason` stands in the row of whoever hangs up, the other's says that its customer did.
   */
  hangUp(party: Party, reason: string): void {
    this.#end(party === this.caller ? 'Origination' : 'Destination', (each) =>
      each === party ? reason : 'customer-ended-call',
    );
  }

  /** The callee has left for a transfer; the caller waits on the line. */
  calleeLeft(): void {
    this.#callee = undefined;
  }

  /** What to stop when the caller hangs up before anybody has joined. */
  whileRinging(stop: () => void): void {
    this.#stopRinging = stop;
  }

  /** Nobody came of the transfer: the caller is left alone and the call ends. */
  nobodyJoined(): void {
    this.#stopRinging = undefined;
    this.#end('Destination', () => 'customer-ended-call');
  }

  /** Whoever the call was transferred to has answered. */
  calleeJoined(party: Party): void {
    if (!this.#open) return;
    this.#transferring = undefined;
    this.#stopRinging = undefined;
    this.#callee = party;
    this.#join(party);
    this.#apply(party, party.speaker.opening());
  }

  #end(by: 'Origination' | 'Destination', reasonOf: (party: Party) => string): void {
    if (!this.#open) return;
    this.#open = false;
    for (const party of [this.caller, this.#callee]) {
      party?.row?.end(reasonOf(party), this.secondsOf(party));
    }
    for (const { leg, from } of this.#legs) leg.close(200, this.#second - from, by);
    this.#stopRinging?.();
    this.closed();
  }

  #openings(parties: readonly Party[]): void {
    for (const party of parties) this.#apply(party, party.speaker.opening());
    this.#schedule();
  }

  #schedule(): void {
    this.world.later(1, () => {
      if (!this.#open) return;
      this.#second += this.world.secondsPerPhase();
      this.#tick();
      if (this.open) this.#schedule();
    });
  }

  #tick(): void {
    if (this.#legs.some(({ leg }) => !leg.standing())) {
      this.#end('Destination', () => 'customer-ended-call');
      return;
    }
    const present = [this.#callee, this.caller].filter((party) => party !== undefined);
    const over = present.find((party) => this.secondsOf(party) >= party.maxSeconds);
    if (over !== undefined) {
      this.hangUp(over, 'exceeded-max-duration');
      return;
    }
    if (this.#transferring !== undefined) this.#advanceTransfer(this.#transferring);
    if (this.#open && !this.#speak()) this.#listenToSilence(present);
  }

  /** True where somebody said or did something. */
  #speak(): boolean {
    const command = this.#commands.shift();
    if (command !== undefined) {
      this.#apply(command.party, {
        kind: 'say',
        text: command.text,
        ...(command.hangUp === undefined ? {} : { hangUp: command.hangUp }),
      });
      return true;
    }
    const words = this.#line.next();
    if (words === undefined) return false;
    const gone = words.to !== this.caller && (words.to !== this.#callee || this.#transferring !== undefined);
    if (gone) return this.#speak();
    const move = words.to.speaker.reply(words.text, words.byNewcomer);
    if (move === undefined) return this.#speak();
    this.#apply(words.to, move);
    return true;
  }

  #apply(party: Party, move: Move | undefined): void {
    if (move === undefined || !this.#open) return;
    switch (move.kind) {
      case 'say':
        this.#utter(party, move.text);
        if (move.hangUp !== undefined) this.hangUp(party, move.hangUp);
        return;
      case 'hang-up':
        this.hangUp(party, move.reason);
        return;
      case 'transfer':
        this.#announce(party, move.option.destination, undefined, move.option);
        return;
      default:
        move satisfies never;
    }
  }

  #utter(party: Party, text: string): void {
    this.#line.speak(party, this.#otherThan(party), text, this.#second);
  }

  #otherThan(party: Party): Party | undefined {
    return party === this.caller ? this.#callee : this.caller;
  }

  /**
   * Without a message of its own a destination is announced with Vapi's default; an empty one is silent
   * (docs/providers/vapi.md, Tools).
   */
  #announce(party: Party, destination: TransferDestination, content?: string, option?: TransferOption): void {
    if (this.#transferring !== undefined) return;
    const text = content ?? spoken(destination) ?? 'Transferring the call now';
    if (text !== '') this.#utter(party, text);
    if (option !== undefined) party.row?.toolCalled(option, this.secondsOf(party));
    this.#transferring = { destination, stage: 'announced' };
    if (party === this.caller) {
      // A REFER in a call that went out through a trunk: no source says that DIDWW acts on it. Assumed
      // refused.
      party.row?.forwarding(destination);
      party.row?.transferred('failed');
      this.hangUp(party, 'assistant-forwarded-call');
    }
  }

  #advanceTransfer(transferring: Transferring): void {
    const from = this.#callee;
    if (from === undefined) return;
    if (transferring.stage === 'announced') {
      transferring.stage = 'forwarding';
      from.row?.forwarding(transferring.destination);
    } else if (transferring.stage === 'forwarding') {
      transferring.stage = 'referred';
      this.refer(this, from, transferring.destination);
    }
  }

  /**
   * An assistant that never heard anything, because nothing reached it, says so (docs/providers/vapi.md,
   * Ended reasons).
   */
  #listenToSilence(present: readonly Party[]): void {
    const waiting = this.#transferring === undefined ? present : [this.caller];
    const tired = waiting.find((party) => this.#line.silentFor(party, this.#second) >= party.silenceSeconds);
    if (tired === undefined) return;
    const deaf = this.#line.isDeaf(tired, this.#otherThan(tired));
    this.hangUp(tired, deaf ? 'call.in-progress.error-assistant-did-not-receive-customer-audio' : 'silence-timed-out');
  }

  #join(party: Party): void {
    this.#line.join(party, this.#second);
    for (const leg of party.legs) this.#legs.push({ leg, from: this.#second });
  }
}

function spoken({ message }: TransferDestination): string | undefined {
  return typeof message === 'object' ? (message.content ?? message.contents?.[0]?.text) : message;
}
