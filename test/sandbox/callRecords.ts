import type { CdrIn, CdrOut } from '../../src/sandbox/didww/index.js';

/** The outbound trunk that these calls left by. */
export const TRUNK = '457bf47d-0d44-4bb6-9c1c-2f7f2bd5f4a4';

/** A call through an outbound trunk. */
export function outgoing(overrides: Partial<CdrOut>): CdrOut {
  return {
    visibleAt: 0,
    start: 0,
    connect: null,
    end: null,
    status: 'Completed',
    source: '18648301018',
    cli: '18648301018',
    destinationNumber: '12025550100',
    callDurationSeconds: 59,
    billingDurationSeconds: 60,
    disconnectCode: 200,
    disconnectReason: 'Normal call clearing',
    outboundTrunkName: 'acme out',
    outboundTrunkId: TRUNK,
    destinationCountry: 'United States',
    network: 'Local',
    callType: 'International',
    rateUsd: overrides.status === 'Failed' ? null : 0.01,
    chargedUsd: 0.01,
    pChargeInfo: '',
    callId: 'call-id',
    ...overrides,
  };
}

/** A call to a number of the account. */
export function incoming(overrides: Partial<CdrIn>): CdrIn {
  return {
    visibleAt: 0,
    start: 0,
    connect: null,
    end: null,
    status: 'Completed',
    source: '12025550100',
    sourceOut: '+12025550100',
    sourceName: 'Smith, "Jo"',
    sourceCountry: 'United States',
    sourceCountryIso: 'US',
    sourceNetwork: '',
    destinationDid: '18648301018',
    durationSeconds: 57,
    attempt: 1,
    disconnectCode: 200,
    response: 'Bye',
    disconnectInitiator: 'Origination',
    inboundTrunkName: 'acme in',
    destination: 'sip:+18648301018@sip.vapi.ai',
    groupName: '',
    capacityGroupName: '',
    tollFreeUsd: 0,
    pstnUsd: 0,
    meteredUsd: 0,
    cnamInUsd: 0,
    totalUsd: 0,
    callId: 'call-id',
    ...overrides,
  };
}
