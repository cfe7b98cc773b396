import type { DidwwAccount } from '../didww/index.js';
import type { CallCommand, VapiAccount, VapiCall } from '../vapi/index.js';
import type { Channels } from './channels.js';
import type { FarEnd } from './farEnds.js';
import type { Timers } from './timers.js';

/** What can be wrong on the way although both configurations are right, and what no source decides. */
export interface NetworkSwitches {
  /**
   * Words that do not arrive: from the caller to whom it called, or back, or either way with whom it was
   * transferred to.
   */
  lostAudio: 'none' | 'from-caller' | 'to-caller' | 'both' | 'after-transfer';
  /** What carriers make of a caller's number on its way to one of ours. That they keep it is assumed. */
  shownCaller: 'kept' | 'withheld' | 'changed';
  /** The caller id that a REFER's new leg carries. No source says it; the caller's own is assumed. */
  referCallerId: 'original-caller' | 'did';
  /** The address that Vapi calls from; null: its addresses of the region in turn. */
  vapiSourceIp: string | null;
  /** The address that DIDWW calls from where a trunk is not pinned to a site; null: all seven in turn. */
  didwwSourceIp: string | null;
  /**
   * What becomes of a number's call to itself: refused with 503, rung until nobody answers, or sent to a
   * mailbox; none of it leaves anything inbound.
   */
  selfCalls: 'delivered' | 'refused' | 'lost' | 'mailbox';
}

export const defaultNetworkSwitches: NetworkSwitches = {
  lostAudio: 'none',
  shownCaller: 'kept',
  referCallerId: 'original-caller',
  vapiSourceIp: null,
  didwwSourceIp: null,
  selfCalls: 'delivered',
};

/** Everything that the parts of the network share. */
export interface World {
  readonly didww: DidwwAccount;
  readonly accounts: readonly VapiAccount[];
  readonly switches: NetworkSwitches;
  readonly channels: Channels;
  readonly timers: Timers;
  /** Seconds of conversation that one phase stands for. */
  secondsPerPhase(): number;
  /** What a telephone number, or a host that is not Vapi's, does when called. */
  farEnd(numberOrHost: string): FarEnd;
  /** How the calls under way are controlled from outside, by the id of their row. */
  readonly controls: Map<string, (command: CallCommand) => boolean>;
  /** Told of every status that a call row takes on. */
  readonly statusChanged: (call: VapiCall) => void;
  /** Runs after so many phases. */
  later(phases: number, run: () => void): void;
  /** The address that the next call leaves Vapi from. */
  vapiSource(account: VapiAccount): string;
  /** The address that the next call leaves DIDWW from, given the point of presence of its trunk. */
  didwwSource(popName: string | undefined): string;
}
