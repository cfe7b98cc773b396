import { randomUUID } from 'node:crypto';

import type { DidwwAccount, InboundTrunk, OutboundTrunk } from '../didww/index.js';
import { phraseOf } from './sip.js';

const USD_PER_MINUTE = 0.01; // assumed: rates differ by destination
const BILLING_STEP_SECONDS = 60;

type Side = 'Origination' | 'Destination';

/** A leg that DIDWW carries. Its record is written once, when it closes. */
export interface CarrierLeg {
  readonly callId: string;
  /**
   * False once the trunk is gone: DIDWW ends the calls of an outbound trunk that is deleted
   * (docs/providers/didww.md, Outbound trunks).
   */
  standing(): boolean;
  /** The other side has answered. */
  answered(): void;
  /** 200 for a call that was answered; `seconds` of conversation. */
  close(code: number, seconds: number, by: Side): void;
}

/**
 * A call through an outbound trunk: becomes a `cdr_out` row and costs money (docs/providers/didww.md,
 * Exports (call records)).
 */
export function outboundLeg(
  didww: DidwwAccount,
  trunk: OutboundTrunk,
  numbers: { readonly source: string; readonly cli: string; readonly called: string },
): CarrierLeg {
  const standing = (): boolean => didww.outboundTrunks.has(trunk.id);
  return leg(didww, standing, ({ start, connect, code, seconds, callId, visibleAt }) => {
    const completed = connect !== null;
    const billed = completed
      ? Math.max(BILLING_STEP_SECONDS, Math.ceil(seconds / BILLING_STEP_SECONDS) * BILLING_STEP_SECONDS)
      : 0;
    const charged = (billed / 60) * USD_PER_MINUTE;
    didww.callRecords.outbound.push({
      start,
      connect,
      end: completed ? connect + seconds * 1000 : null,
      status: completed ? 'Completed' : 'Failed',
      source: numbers.source,
      cli: numbers.cli,
      destinationNumber: numbers.called,
      callDurationSeconds: seconds,
      billingDurationSeconds: billed,
      disconnectCode: code,
      disconnectReason: completed ? 'Normal call clearing' : phraseOf(code),
      outboundTrunkName: trunk.name,
      outboundTrunkId: trunk.id,
      destinationCountry: countryOf(numbers.called),
      network: '',
      callType: 'International',
      rateUsd: completed ? USD_PER_MINUTE : null,
      chargedUsd: charged,
      pChargeInfo: '',
      callId,
      visibleAt,
    });
    charge(didww, trunk, charged);
  });
}

/** A call to one of the account's numbers over an inbound trunk: becomes a `cdr_in` row, one per attempt. */
export function inboundLeg(
  didww: DidwwAccount,
  trunk: Pick<InboundTrunk, 'name' | 'cliPrefix'> | undefined,
  call: {
    readonly caller: string;
    readonly did: string;
    readonly destination: string;
    readonly groupName: string;
    readonly attempt: number;
  },
): CarrierLeg {
  return leg(
    didww,
    () => true,
    ({ start, connect, code, seconds, by, callId, visibleAt }) => {
      didww.callRecords.inbound.push({
        start,
        connect,
        end: connect === null ? null : connect + seconds * 1000,
        status: connect === null ? 'Failed' : 'Completed',
        source: call.caller,
        sourceOut: trunk === undefined ? '' : `${trunk.cliPrefix ?? ''}${call.caller}`,
        sourceName: '',
        sourceCountry: countryOf(call.caller),
        sourceCountryIso: countryOf(call.caller) === '' ? '' : 'US',
        sourceNetwork: '',
        destinationDid: call.did,
        durationSeconds: seconds,
        attempt: call.attempt,
        disconnectCode: code,
        response: phraseOf(code),
        disconnectInitiator: by,
        inboundTrunkName: trunk?.name ?? '',
        destination: call.destination,
        groupName: call.groupName,
        capacityGroupName: '',
        tollFreeUsd: 0,
        pstnUsd: 0,
        meteredUsd: 0,
        cnamInUsd: 0,
        totalUsd: 0,
        callId,
        visibleAt,
      });
    },
  );
}

/** The same leg; closing it also gives back what it occupied. */
export function occupying(leg: CarrierLeg, release: () => void): CarrierLeg {
  return {
    callId: leg.callId,
    standing: () => leg.standing(),
    answered: () => {
      leg.answered();
    },
    close: (code, seconds, by) => {
      release();
      leg.close(code, seconds, by);
    },
  };
}

interface Closing {
  readonly start: number;
  readonly connect: number | null;
  readonly code: number;
  readonly seconds: number;
  readonly by: Side;
  readonly callId: string;
  readonly visibleAt: number;
}

function leg(didww: DidwwAccount, standing: () => boolean, record: (closing: Closing) => void): CarrierLeg {
  const start = didww.clock.now();
  const callId = randomUUID();
  let connect: number | null = null;
  let open = true;
  return {
    callId,
    standing,
    answered: () => {
      connect = didww.clock.now();
    },
    close: (code, seconds, by) => {
      if (!open) return;
      open = false;
      const visibleAt = didww.clock.now() + didww.switches.cdrDelayMs;
      record({ start, connect, code, seconds: connect === null ? 0 : seconds, by, callId, visibleAt });
    },
  };
}

/** The sandbox's world has one country. */
function countryOf(digits: string): string {
  return digits.startsWith('1') ? 'United States' : '';
}

function charge(didww: DidwwAccount, trunk: OutboundTrunk, usd: number): void {
  didww.balance.balance -= usd;
  trunk.spentUsd += usd;
  if (trunk.spentUsd >= Number(trunk.thresholdAmount)) trunk.thresholdReached = true;
}
