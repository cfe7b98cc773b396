import type { DidwwAccount } from '../didww/index.js';
import type { CallCommand, CallStatus, CredentialDto, Telephony, VapiAccount, VapiCall } from '../vapi/index.js';
import { covers } from '../plumbing/cidrs.js';
import { didwwSource, isDidwwOutbound, siteOf, vapiSources } from './addresses.js';
import { Channels } from './channels.js';
import { deliver } from './delivery.js';
import type { FarEnd } from './farEnds.js';
import { outboundGateways } from './gateways.js';
import { converse, OutboundCall } from './outboundCall.js';
import { personParty } from './party.js';
import { digitsOf } from './sip.js';
import { person } from './speakers.js';
import { Timers } from './timers.js';
import { type NetworkSwitches, type World, defaultNetworkSwitches } from './world.js';

const SITE_COUNT = 7;

export interface PhoneNetworkOptions {
  readonly didww: DidwwAccount;
  readonly accounts: readonly VapiAccount[];
  /**
   * Real milliseconds that one phase of a call takes: ringing, or one utterance. Default 20; people
   * watching want 2000 or so.
   */
  readonly phaseMs?: number | undefined;
}

/** A call from a telephone outside of both accounts. */
export interface OutsideCall {
  /** Settles when it is over: the SIP code, 200 where it was answered, and every word the caller heard. */
  readonly ended: Promise<{ readonly code: number; readonly heard: readonly string[] }>;
}

/** A call held up on purpose. */
export interface CallGate {
  /** Settles with the row when a call stands at the gate. */
  readonly arrived: Promise<VapiCall>;
  /** Lets time go on. */
  release(): void;
}

/**
 * The telephone network between one DIDWW account and the Vapi organisations. Computes every call from the
 * configuration that stands on both sides at that moment, and leaves on each side the traces that the real
 * ones would leave.
 */
export class PhoneNetwork implements Telephony {
  readonly switches: NetworkSwitches = { ...defaultNetworkSwitches };
  /**
   * Seconds of conversation that a phase stands for, in transcripts, records, limits and costs, however
   * long it really takes.
   */
  secondsPerPhase = 3;
  phaseMs: number;
  readonly #timers = new Timers();
  readonly #gates: { status: CallStatus; type: VapiCall['type']; reached: (call: VapiCall) => void }[] = [];
  readonly #farEnds = new Map<string, FarEnd>();
  readonly #world: World;
  #calls = 0;

  constructor({ didww, accounts, phaseMs = 20 }: PhoneNetworkOptions) {
    this.phaseMs = phaseMs;
    const rotate = (): number => this.#calls++;
    const { switches } = this;
    this.#world = {
      didww,
      accounts,
      switches,
      channels: new Channels(),
      timers: this.#timers,
      controls: new Map(),
      statusChanged: (call) => {
        const index = this.#gates.findIndex(({ status, type }) => status === call.status && type === call.type);
        const [gate] = index < 0 ? [] : this.#gates.splice(index, 1);
        if (gate === undefined) return;
        this.#timers.pause();
        gate.reached(call);
      },
      secondsPerPhase: () => this.secondsPerPhase,
      farEnd: (numberOrHost) => this.#farEnds.get(numberOrHost) ?? 'answers',
      later: (phases, run) => {
        this.#timers.after(phases * this.phaseMs, run);
      },
      vapiSource: ({ region }) => {
        const sources = vapiSources(region);
        return switches.vapiSourceIp ?? sources[rotate() % sources.length] ?? '';
      },
      didwwSource: (popName) =>
        switches.didwwSourceIp ??
        didwwSource((popName === undefined ? undefined : siteOf(popName)) ?? rotate() % SITE_COUNT),
    };
  }

  /**
   * Sets what a telephone (E.164 with `+`), or a host that is not Vapi's, does when called. Without it a
   * person answers.
   */
  farEnd(numberOrHost: string, behaviour: FarEnd): void {
    this.#farEnds.set(numberOrHost, behaviour);
  }

  /**
   * Rings one of the account's numbers from outside, as a customer would. The caller says the lines turn by
   * turn, then listens.
   */
  callFromOutside(call: {
    readonly from: string;
    readonly to: string;
    readonly says?: readonly string[];
  }): OutsideCall {
    const heard: string[] = [];
    const speaker = person(call.says ?? []);
    const listening = personParty({
      opening: () => undefined,
      reply: (words) => {
        heard.push(words);
        return speaker.opening();
      },
    });
    const ended = new Promise<{ code: number; heard: readonly string[] }>((resolve) => {
      deliver(this.#world, { caller: digitsOf(call.from), called: digitsOf(call.to) }, (outcome) => {
        if (outcome.kind === 'failed') resolve({ code: outcome.code, heard });
        else converse(this.#world, listening, outcome.party, () => resolve({ code: 200, heard }));
      });
    });
    return { ended };
  }

  /**
   * Other people's calls hold so many channels of a trunk, group or number, by its id; the returned
   * function ends them.
   */
  occupy(id: string, channels: number): () => void {
    return this.#world.channels.take(Array.from({ length: channels }, () => id));
  }

  /**
   * Stops all calls, as if time stood still, as soon as one reaches this status; a test kills or cancels
   * there.
   */
  holdAt(status: CallStatus, type: VapiCall['type'] = 'outboundPhoneCall'): CallGate {
    let reached: (call: VapiCall) => void = () => undefined;
    const arrived = new Promise<VapiCall>((resolve) => {
      reached = resolve;
    });
    this.#gates.push({ status, type, reached });
    return {
      arrived,
      release: () => {
        this.#timers.resume();
      },
    };
  }

  /** How many calls are ringing or answered. */
  get callsUnderWay(): number {
    return this.#world.controls.size;
  }

  /** Ends nothing, but lets nothing happen any more: no timer stays behind. */
  stop(): void {
    this.#timers.stop();
  }

  carrierAccepts(
    account: VapiAccount,
    credential: Pick<CredentialDto, 'gateways' | 'outboundAuthenticationPlan'>,
  ): boolean {
    const { gateways, outboundAuthenticationPlan: plan } = credential;
    if (!outboundGateways(gateways).some(({ ip }) => isDidwwOutbound(ip))) return true;
    const method = this.#world.didww.outboundTrunkByUsername(plan?.authUsername ?? '')?.authenticationMethod;
    // A user that no trunk has is found out by the first call only (assumed).
    if (method?.type !== 'credentials_and_ip') return true;
    return vapiSources(account.region).every((address) => covers(method.allowedSipIps, address));
  }

  place(account: VapiAccount, call: VapiCall): void {
    this.#world.statusChanged(call);
    new OutboundCall(this.#world, account, call);
  }

  control(_account: VapiAccount, callId: string, command: CallCommand): boolean {
    return this.#world.controls.get(callId)?.(command) ?? false;
  }
}
