import type { Did, InboundConfiguration, InboundTrunk } from '../didww/index.js';
import {
  type VapiAccount,
  type VapiCredential,
  type VapiPhoneNumber,
  newInboundCall,
  slotsHeld,
} from '../vapi/index.js';
import { type AnsweringDecision, answeringNumber } from './answering.js';
import { CallRow } from './callRow.js';
import { type CarrierLeg, inboundLeg, occupying } from './carrierLegs.js';
import { type FarEnd, outcomeOf, ringingPhases } from './farEnds.js';
import { type InboundInvite, inviteOver } from './inboundInvite.js';
import { type InboundOffer, offerInbound } from './inboundOffer.js';
import { admitIngress } from './ingress.js';
import { type Party, calleeParty, personParty } from './party.js';
import type { Refusal } from './sip.js';
import type { World } from './world.js';

/** A call on its way to a number. Numbers are digits without `+`. */
export interface Delivery {
  readonly caller: string;
  readonly called: string;
}

export type DeliveryOutcome =
  { readonly kind: 'answered'; readonly party: Party } | { readonly kind: 'failed'; readonly code: number };

/** A telephone that rings; the caller may give up. */
export interface Ringing {
  cancel(): void;
}

type Done = (outcome: DeliveryOutcome) => void;

/**
 * Rings a number, one of the account's or anybody's, and says how it ended up; never before the next phase.
 */
export function deliver(world: World, delivery: Delivery, done: Done): Ringing {
  const did = world.didww.didByNumber(delivery.called);
  if (did === undefined) return ringFarEnd(world, world.farEnd(`+${delivery.called}`), [], done);
  if (delivery.caller === delivery.called && world.switches.selfCalls !== 'delivered') {
    return ringFarEnd(world, SELF_CALLS[world.switches.selfCalls], [], done);
  }
  return new InboundDelivery(world, did, delivery, done);
}

const SELF_CALLS = {
  refused: 'unreachable',
  lost: 'no-answer',
  mailbox: 'voicemail',
} as const satisfies Record<Exclude<World['switches']['selfCalls'], 'delivered'>, FarEnd>;

function ringFarEnd(world: World, farEnd: FarEnd, legs: readonly CarrierLeg[], done: Done): Ringing {
  let cancelled = false;
  world.later(ringingPhases(farEnd), () => {
    if (cancelled) return;
    const outcome = outcomeOf(farEnd);
    if (outcome.kind === 'failed') {
      for (const leg of legs) leg.close(outcome.code, 0, 'Destination');
      done(outcome);
      return;
    }
    for (const leg of legs) leg.answered();
    done({ kind: 'answered', party: personParty(outcome.speaker, legs) });
  });
  return {
    cancel: () => {
      cancelled = true;
      for (const leg of legs) leg.close(487, 0, 'Origination');
    },
  };
}

/** A call to one of the account's numbers: trunk after trunk, until one answers or none is left. */
class InboundDelivery implements Ringing {
  #ringing: Ringing | undefined;
  #cancelled = false;

  constructor(
    private readonly world: World,
    private readonly did: Did,
    private readonly delivery: Delivery,
    private readonly done: Done,
  ) {
    world.later(1, () => {
      if (this.#cancelled) return;
      const offer = offerInbound(world.didww, did, (id) => world.channels.inUse(id));
      if (offer.kind === 'offered') this.#attempt(offer, 0);
      else this.#refuse(offer.code);
    });
  }

  cancel(): void {
    this.#cancelled = true;
    this.#ringing?.cancel();
  }

  /** Refused before any trunk was tried: recorded without one (assumed). */
  #refuse(code: number): void {
    this.#leg(undefined, '', '', 1).close(code, 0, 'Destination');
    this.done({ kind: 'failed', code });
  }

  #attempt(offer: InboundOffer & { kind: 'offered' }, index: number): void {
    const trunk = offer.trunks[index];
    if (trunk === undefined) {
      this.#refuse(404);
      return;
    }
    const settle: Done = (outcome) => {
      const more = index + 1 < offer.trunks.length;
      if (outcome.kind === 'failed' && more && !this.#cancelled) this.#attempt(offer, index + 1);
      else this.done(outcome);
    };
    this.#ringing = this.#ringOver(trunk, offer, index + 1, settle);
  }

  #ringOver(
    trunk: InboundTrunk,
    offer: InboundOffer & { kind: 'offered' },
    attempt: number,
    done: Done,
  ): Ringing | undefined {
    const { world } = this;
    const { configuration } = trunk;
    const sourceIp = world.didwwSource(world.didww.pops.get(trunk.popId ?? '')?.name);
    const call = { caller: this.delivery.caller, called: this.did.number, sourceIp };
    const invite = configuration.type === 'sip_configurations' ? inviteOver(trunk, configuration, call) : undefined;
    const plain = this.#leg(trunk, targetOf(configuration, invite), offer.groupName, attempt);
    const fail = (code: number): undefined => {
      plain.close(code, 0, 'Destination');
      done({ kind: 'failed', code });
      return undefined;
    };
    if (world.channels.inUse(trunk.id) >= (trunk.capacityLimit ?? Infinity)) return fail(480);
    if (invite?.kind === 'refused') return fail(invite.code);
    const leg = occupying(plain, world.channels.take([...offer.occupies, trunk.id]));
    if (configuration.type === 'pstn_configurations') {
      return ringFarEnd(world, world.farEnd(`+${configuration.dst}`), [leg], done);
    }
    return invite?.ingress.kind === 'vapi'
      ? this.#ringVapi(trunk, invite, leg, done)
      : ringFarEnd(world, world.farEnd(configuration.host ?? ''), [leg], done);
  }

  #ringVapi(trunk: InboundTrunk, invite: InboundInvite, leg: CarrierLeg, done: Done): Ringing | undefined {
    const fail = (code: number): undefined => {
      leg.close(code, 0, 'Destination');
      done({ kind: 'failed', code });
      return undefined;
    };
    const admission = admitIngress(this.world.accounts, invite);
    if (admission.kind === 'refused') return fail(admission.code);
    const { account, number, credential } = admission;
    const blocked = blockedBy(account);
    const row = new CallRow(account, this.#row(account, number, credential, invite, leg), this.world.statusChanged);
    if (blocked !== undefined) {
      row.end(blocked, null);
      return fail(503);
    }
    const { endsInboundCallsWith } = account.switches;
    const decision: AnsweringDecision =
      endsInboundCallsWith === null
        ? answeringNumber(account, number)
        : { kind: 'unanswerable', endedReason: endsInboundCallsWith };
    if (decision.kind === 'unanswerable') {
      row.end(decision.endedReason, null);
      return fail(480);
    }
    const origin = { trunk, signallingIp: invite.sourceIp, did: this.did.number };
    this.world.later(1, () => {
      if (row.ended) return;
      row.answered();
      leg.answered();
      done({ kind: 'answered', party: calleeParty(decision.answering, row, [leg], origin) });
    });
    return {
      cancel: () => {
        row.end('call.ringing.sip-inbound-caller-hungup-before-call-connect', null);
        leg.close(487, 0, 'Origination');
      },
    };
  }

  #row(
    account: VapiAccount,
    number: VapiPhoneNumber,
    credential: VapiCredential,
    invite: InboundInvite,
    leg: CarrierLeg,
  ): CallRow['call'] {
    const call = newInboundCall(account, number, {
      caller: shownAtVapi(this.world, invite.caller),
      sourceIp: invite.sourceIp,
      credentialName: credential.name ?? '',
      carrierCallId: leg.callId,
      requestUri: invite.requestUri,
    });
    account.calls.set(call.id, call);
    this.world.statusChanged(call);
    return call;
  }

  #leg(trunk: InboundTrunk | undefined, destination: string, groupName: string, attempt: number): CarrierLeg {
    const { caller } = this.delivery;
    return inboundLeg(this.world.didww, trunk, { caller, did: this.did.number, destination, groupName, attempt });
  }
}

/**
 * The caller as Vapi is told. A number that a carrier puts in the place of another is assumed to look like
 * one.
 */
function shownAtVapi({ switches }: World, caller: string): string | undefined {
  if (switches.shownCaller === 'withheld') return undefined;
  return switches.shownCaller === 'changed' ? CARRIERS_OWN : `+${caller.replace(/\D/g, '')}`;
}

const CARRIERS_OWN = '+12025550190';

/**
 * Why an incoming call ends before it rings. That the carrier then sees 503 is assumed, as that it does not
 * wait for a slot.
 */
function blockedBy(account: VapiAccount): string | undefined {
  const { billing } = account.switches;
  if (billing !== 'ok') return `call.start.error-subscription-${billing}`;
  return slotsHeld(account) >= account.switches.concurrencyLimit
    ? 'call.start.error-subscription-concurrency-limit-reached'
    : undefined;
}

/** The `Destination` column of a call record. */
function targetOf(configuration: InboundConfiguration, invite: InboundInvite | Refusal | undefined): string {
  if (configuration.type === 'pstn_configurations') return configuration.dst;
  return invite?.kind === 'invite' ? invite.requestUri : `sip:${configuration.host ?? ''}`;
}
