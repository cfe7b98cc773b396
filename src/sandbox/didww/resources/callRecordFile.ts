import { gzipSync } from 'node:zlib';

import type { CallRecords, CdrIn, CdrOut, DidwwSwitches, Export } from '../state.js';
import { type Columns, inboundColumns, messageColumns, outboundColumns } from '../wire/callRecordColumns.js';
import { parseMoment, passesInbound, passesOutbound } from './exportFilters.js';

/**
 * The file of an export: gzip of a CSV of the calls that began within its filters and were visible when it
 * was completed. Its columns are those of the version that created the export (docs/providers/didww.md,
 * Exports (call records)).
 */
export function callRecordFile(
  records: CallRecords,
  { exportType, filters, createdIn }: Export,
  completedAt: number,
  { outboundRecordColumns }: DidwwSwitches,
): Buffer {
  const from = parseMoment(filters['from']) ?? 0;
  const to = parseMoment(filters['to']) ?? 0;
  const shown = ({ start, visibleAt }: CdrIn | CdrOut): boolean =>
    start >= from && start < to && visibleAt <= completedAt;
  switch (exportType) {
    case 'cdr_in': {
      const rows = records.inbound.filter((row) => shown(row) && passesInbound(row, filters));
      return gzipSync(csv(inboundColumns[createdIn], rows));
    }
    case 'cdr_out': {
      const rows = records.outbound.filter((row) => shown(row) && passesOutbound(row, filters));
      const spelling = createdIn === '2026-04-16' ? 'as-before' : outboundRecordColumns;
      return gzipSync(csv(outboundColumns[spelling], rows));
    }
    case 'sms_in':
    case 'sms_out':
      return gzipSync(csv(messageColumns, []));
    default:
      return exportType satisfies never;
  }
}

function csv<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const lines = rows.map((row) => Object.values(columns).map((cell) => quoted(String(cell(row)))));
  return [Object.keys(columns), ...lines].map((line) => `${line.join(',')}\n`).join('');
}

function quoted(cell: string): string {
  return cell === '' || /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
