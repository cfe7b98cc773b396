import { gzipSync } from 'node:zlib';

import type { CallRecords, CdrIn, CdrOut, Export } from '../state.js';
import { parseMoment } from './exportFilters.js';

type Columns<Row> = Readonly<Record<string, (row: Row) => string | number>>;

/** The 22 columns of `cdr_in` (docs/providers/didww.md, Exports (call records)). */
const inboundColumns: Columns<CdrIn> = {
  'Date/Time Start (UTC)': (row) => moment(row.start),
  'Date/Time Connect (UTC)': (row) => moment(row.connect),
  'Date/Time End (UTC)': (row) => moment(row.end),
  Status: (row) => row.status,
  Source: (row) => row.source,
  'Source Name': (row) => row.sourceName,
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

/** The 19 columns of `cdr_out`. */
const outboundColumns: Columns<CdrOut> = {
  'Date/Time Start (UTC)': (row) => moment(row.start),
  'Date/Time Connect (UTC)': (row) => moment(row.connect),
  'Date/Time End (UTC)': (row) => moment(row.end),
  Status: (row) => row.status,
  Source: (row) => row.source,
  CLI: (row) => row.cli,
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
};

/** The file of an export: gzip of a CSV of the calls that began within its filters and were visible when it was completed. */
export function callRecordFile(records: CallRecords, { exportType, filters }: Export, completedAt: number): Buffer {
  const from = parseMoment(filters['from']) ?? 0;
  const to = parseMoment(filters['to']) ?? 0;
  const shown = ({ start, visibleAt }: CdrIn | CdrOut): boolean =>
    start >= from && start < to && visibleAt <= completedAt;
  if (exportType === 'cdr_in') {
    const number = filters['did_number'];
    const rows = records.inbound.filter((row) => shown(row) && (number === undefined || row.destinationDid === number));
    return gzipSync(csv(inboundColumns, rows));
  }
  const trunk = filters['voice_out_trunk.id'];
  const rows = records.outbound.filter((row) => shown(row) && (trunk === undefined || row.outboundTrunkId === trunk));
  return gzipSync(csv(outboundColumns, rows));
}

function csv<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const lines = rows.map((row) => Object.values(columns).map((cell) => quoted(String(cell(row)))));
  return [Object.keys(columns), ...lines].map((line) => `${line.join(',')}\n`).join('');
}

function quoted(cell: string): string {
  return cell === '' || /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** `2026-03-01 01:11:42`, UTC. */
function moment(milliseconds: number | null): string {
  return milliseconds === null ? '' : new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

function usd(amount: number): string {
  return amount.toFixed(3);
}
