import {
  type CallCommand,
  type VapiAccount,
  type VapiCall,
  type VapiPhoneNumber,
  queuedBefore,
  slotsHeld,
} from '../vapi/index.js';
import { type Answering, answeringCall } from './answering.js';
import { CallRow } from './callRow.js';
import { type CarrierLeg, occupying, outboundLeg } from './carrierLegs.js';
import { Conversation } from './conversation.js';
import { type Ringing, deliver } from './delivery.js';
import { outboundGatewayOf } from './gateways.js';
import { admitOutbound } from './outboundAdmission.js';
import { type Party, callerParty } from './party.js';
import { digitsOf, endedReasonOf } from './sip.js';
import { transfer } from './transfer.js';
import type { World } from './world.js';

/** A call that was placed through Vapi's API, from `queued` to `ended`. */
export class OutboundCall {
  readonly #row: CallRow;
  #ringing: Ringing | undefined;
  #conversation: Conversation | undefined;
  #party: Party | undefined;
  #leg: CarrierLeg | undefined;

  constructor(
    private readonly world: World,
    private readonly account: VapiAccount,
    private readonly call: VapiCall,
  ) {
    this.#row = new CallRow(account, call, world.statusChanged);
    world.controls.set(call.id, (command) => this.#control(command));
    if (call.status === 'scheduled') this.#wait(Date.parse(call.schedulePlan?.earliestAt ?? call.createdAt));
    else this.#next();
  }

  #wait(until: number): void {
    this.world.timers.after(Math.max(until - this.account.clock.now(), 0), () => {
      if (this.#row.ended) return;
      this.call.status = 'queued';
      this.#next();
    });
  }

  #next(): void {
    this.world.later(1, () => {
      if (!this.#row.ended) this.#start();
    });
  }

  #start(): void {
    const { billing, overLimit, endsOutboundCallsWith } = this.account.switches;
    if (endsOutboundCallsWith !== null) {
      this.#fail(endsOutboundCallsWith);
      return;
    }
    if (billing !== 'ok') {
      this.#fail(`call.start.error-subscription-${billing}`);
      return;
    }
    if (!this.#hasSlot()) {
      if (overLimit === 'end') this.#fail('call.start.error-subscription-concurrency-limit-reached');
      else this.#next();
      return;
    }
    const number = this.account.phoneNumbers.get(this.call.phoneNumberId);
    const decision = answeringCall(this.account, this.call);
    // That a number which is blocked or not active yet cannot call is assumed (docs/providers/vapi.md,
    // Phone numbers).
    if (number?.status !== 'active') this.#fail('call.start.error-get-phone-number');
    else if (decision.kind === 'unanswerable') this.#fail(decision.endedReason);
    else this.#dial(number, decision.answering);
  }

  /** Calls that were queued before this one go first. */
  #hasSlot(): boolean {
    return slotsHeld(this.account) + queuedBefore(this.account, this.call) < this.account.switches.concurrencyLimit;
  }

  #dial(number: VapiPhoneNumber, answering: Answering): void {
    const called = digitsOf(this.call.customer.number ?? '');
    const caller = digitsOf(number.number ?? '');
    if (number.provider !== 'byo-phone-number') {
      this.#dialElsewhere(number, called, caller, answering);
      return;
    }
    const gateway = outboundGatewayOf(this.account, number);
    if (gateway === undefined) {
      this.#fail('call.start.error-get-transport');
      return;
    }
    const plan = gateway.credential.outboundAuthenticationPlan;
    const admission = admitOutbound(
      this.world.didww,
      {
        ...gateway,
        sourceIp: this.world.vapiSource(this.account),
        // A report ties a register plan to 407 (docs/providers/vapi.md, Pitfalls).
        username: plan?.sipRegisterPlan === undefined ? plan?.authUsername : undefined,
        password: plan?.authPassword,
        caller,
        called: `${gateway.credential.techPrefix ?? ''}${called}`,
      },
      (id) => this.world.channels.inUse(id),
    );
    if (admission.kind === 'refused') {
      if (admission.trunk !== undefined) {
        outboundLeg(this.world.didww, admission.trunk, { source: caller, cli: '', called }).close(
          admission.code,
          0,
          'Destination',
        );
      }
      this.#fail(endedReasonOf(admission.code), `SIP ${String(admission.code)}: ${admission.why}`);
      return;
    }
    const leg = outboundLeg(this.world.didww, admission.trunk, {
      source: caller,
      cli: admission.cli,
      called: admission.called,
    });
    this.#leg = occupying(leg, this.world.channels.take([admission.trunk.id]));
    this.#ring(admission.cli, admission.called, answering);
  }

  /**
   * A number that Vapi or another carrier provides: reaches any telephone; Vapi's own do not call abroad
   * (docs/providers/vapi.md, Concurrency and billing).
   */
  #dialElsewhere(number: VapiPhoneNumber, called: string, caller: string, answering: Answering): void {
    if (number.provider === 'vapi' && !called.startsWith('1')) this.#fail('call.start.error-vapi-number-international');
    else this.#ring(caller, called, answering);
  }

  #ring(caller: string, called: string, answering: Answering): void {
    this.#row.ringing();
    this.#ringing = deliver(this.world, { caller, called }, (outcome) => {
      if (this.#row.ended) return;
      if (outcome.kind === 'failed') {
        this.#leg?.close(outcome.code, 0, 'Destination');
        this.#fail(endedReasonOf(outcome.code));
        return;
      }
      this.#leg?.answered();
      this.#row.answered();
      const party = callerParty(answering, this.#row, this.#leg === undefined ? [] : [this.#leg]);
      this.#party = party;
      this.#conversation = converse(this.world, party, outcome.party, () => this.world.controls.delete(this.call.id));
    });
  }

  #control(command: CallCommand): boolean {
    if (this.#conversation !== undefined && this.#party !== undefined)
      return this.#conversation.control(this.#party, command);
    if (command.type !== 'end-call' || this.#row.ended) return false;
    this.#ringing?.cancel();
    this.#leg?.close(487, 0, 'Origination');
    this.#fail('manually-canceled');
    return true;
  }

  #fail(endedReason: string, message?: string): void {
    this.world.controls.delete(this.call.id);
    this.#row.end(endedReason, null, message);
  }
}

/**
 * Puts two parties on the line; the row of the second one can be controlled from outside for as long as
 * they talk.
 */
export function converse(world: World, caller: Party, callee: Party, closed: () => void): Conversation {
  const id = callee.row?.call.id;
  const conversation = new Conversation(
    world,
    caller,
    callee,
    (within, from, destination) => {
      transfer(world, within, from, destination);
    },
    () => {
      if (id !== undefined) world.controls.delete(id);
      closed();
    },
  );
  if (id !== undefined) world.controls.set(id, (command) => conversation.control(callee, command));
  return conversation;
}
