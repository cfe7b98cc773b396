import type { CdrIn, CdrOut } from '../state.js';

/** The columns of a file in their order, and what stands in them. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string | number>>;

const inboundTimes: Columns<CdrIn> = {
  'Date/Time Start (UTC)': (row) => moment(row.start),
  'Date/Time Connect (UTC)': (row) => moment(row.connect),
  'Date/Time End (UTC)': (row) => moment(row.end),
  Status: (row) => row.status,
};

/** From the called number on, both versions are the same; that they are is assumed of 2026-11-19. */
const inboundRest: Columns<CdrIn> = {
  'Destination DID': (row) => row.destinationDid,
  'Duration (sec)': (row) => row.durationSeconds,
  Attempt: (row) => row.attempt,
  'Disconnect Code': (row) => row.disconnectCode,
  Response: (row) => row.response,
  'Disconnect Initiator': (row) => row.disconnectInitiator,
  'Voice IN Trunk': (row) => row.inboundTrunkName,
  Destination: (row) => row.destination,
  'Trunk Group': (row) => row.groupName,
  'Capacity Group': (row) => row.capacityGroupName,
  'Toll-free (USD)': (row) => usd(row.tollFreeUsd),
  'PSTN (USD)': (row) => usd(row.pstnUsd),
  'Metered (USD)': (row) => usd(row.meteredUsd),
  'CNAM IN (USD)': (row) => usd(row.cnamInUsd),
  'Total (USD)': (row) => usd(row.totalUsd),
  'Call ID': (row) => row.callId,
};

/**
 * `cdr_in`: 22 columns at 2026-04-16, 25 at 2026-11-19 (docs/providers/didww.md, Exports (call records)).
 */
export const inboundColumns = {
  '2026-04-16': {
    ...inboundTimes,
    Source: (row) => row.source,
    'Source Name': (row) => row.sourceName,
    ...inboundRest,
  },
  '2026-11-19': {
    ...inboundTimes,
    'Source Number': (row) => row.source,
    'Source Number Out': (row) => row.sourceOut,
    'Source Name': (row) => row.sourceName,
    'Source Country': (row) => row.sourceCountry,
    'Source Network': (row) => row.sourceNetwork,
    ...inboundRest,
  },
} satisfies Record<string, Columns<CdrIn>>;

/** `cdr_out`: 19 columns. `callers` are the two for who calls. */
const outbound = (callers: Columns<CdrOut>): Columns<CdrOut> => ({
  'Date/Time Start (UTC)': (row) => moment(row.start),
  'Date/Time Connect (UTC)': (row) => moment(row.connect),
  'Date/Time End (UTC)': (row) => moment(row.end),
  Status: (row) => row.status,
  ...callers,
  'Destination Number': (row) => row.destinationNumber,
  'Call Duration (sec)': (row) => row.callDurationSeconds,
  'Billing Duration (sec)': (row) => row.billingDurationSeconds,
  'Disconnect Code': (row) => row.disconnectCode,
  'Disconnect Reason': (row) => row.disconnectReason,
  'Voice OUT Trunk': (row) => row.outboundTrunkName,
  'Destination Country': (row) => row.destinationCountry,
  Network: (row) => row.network,
  'Call Type': (row) => row.callType,
  'Rate (USD)': (row) => (row.rateUsd === null ? '' : usd(row.rateUsd)),
  'Charged (USD)': (row) => usd(row.chargedUsd),
  'P-Charge-Info': (row) => row.pChargeInfo,
  'Call ID': (row) => row.callId,
});

/** As 2026-04-16 has them, and as 2026-11-19 might: the latter is assumed after the inbound file. */
export const outboundColumns = {
  'as-before': outbound({ Source: (row) => row.source, CLI: (row) => row.cli }),
  'source-number': outbound({ 'Source Number': (row) => row.source, 'Source Number Out': (row) => row.cli }),
} satisfies Record<string, Columns<CdrOut>>;

/** `sms_in` and `sms_out`, of which the sandbox has no messages. Assumed: no source shows these columns. */
export const messageColumns: Columns<never> = {
  'Date/Time (UTC)': () => '',
  Source: () => '',
  Destination: () => '',
  Status: () => '',
};

/** `2026-03-01 01:11:42`, UTC. */
function moment(milliseconds: number | null): string {
  return milliseconds === null ? '' : new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

function usd(amount: number): string {
  return amount.toFixed(3);
}
