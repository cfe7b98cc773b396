import type { CdrIn, CdrOut, ExportType } from '../state.js';
import type { WireForm } from '../wire/index.js';

const MOMENT = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;

type Filters = Readonly<Record<string, string>>;

/** What each filter of inbound calls is compared with (docs/providers/didww.md, Exports (call records)). */
const inboundValues: Readonly<Record<string, (row: CdrIn) => string>> = {
  did_number: (row) => row.destinationDid,
  source_number: (row) => row.source,
  source_number_out: (row) => row.sourceOut,
  source_country_iso: (row) => row.sourceCountryIso,
};

/** The same of outbound calls. The key of the trunk has a literal dot. */
const outboundValues: Readonly<Record<string, (row: CdrOut) => string>> = {
  'voice_out_trunk.id': (row) => row.outboundTrunkId,
  source: (row) => row.source,
  cli: (row) => row.cli,
  destination: (row) => row.destinationNumber,
};

/** Whether an inbound call is among those asked for; its time is looked at elsewhere. */
export function passesInbound(row: CdrIn, filters: Filters): boolean {
  return passes(row, filters, inboundValues);
}

/** The same for an outbound call. */
export function passesOutbound(row: CdrOut, filters: Filters): boolean {
  return passes(row, filters, outboundValues);
}

function passes<Row>(row: Row, filters: Filters, values: Readonly<Record<string, (row: Row) => string>>): boolean {
  return Object.entries(filters).every(([name, wanted]) => {
    const value = values[name];
    return value === undefined || value(row) === wanted;
  });
}

/** Reads `YYYY-MM-DD HH:MM:SS` as UTC, in milliseconds; undefined where it is no such moment. */
export function parseMoment(value: string | undefined): number | undefined {
  if (value === undefined || !MOMENT.test(value)) return undefined;
  const moment = Date.parse(`${value.replace(' ', 'T')}Z`);
  return Number.isNaN(moment) ? undefined : moment;
}

/**
 * What is wrong with the filters of an export, or undefined (docs/providers/didww.md, Exports (call
 * records)). The sources give two texts, for `from`; the others are assumed.
 */
export function exportFilterProblem(
  { exportFilters, blankExportFilters }: WireForm,
  exportType: ExportType,
  filters: Filters,
  now: number,
): string | undefined {
  const known = ['from', 'to', ...(exportFilters[exportType] ?? [])];
  const stranger = Object.keys(filters).find((name) => !known.includes(name));
  if (stranger !== undefined) return `${stranger} is not allowed`;
  const from = parseMoment(filters['from']);
  if (from === undefined) return 'from not valid';
  const to = parseMoment(filters['to']);
  if (to === undefined) return 'to not valid';
  if (from < earliest(now)) return 'from must be within the current and 2 previous months';
  if (from > now) return 'from must not be in the future';
  if (to > now) return 'to must not be in the future';
  if (from >= to) return 'from must be before to';
  const blank = Object.keys(filters).find((name) => filters[name]?.trim() === '');
  if (blank !== undefined && blankExportFilters === 'refused') return `${blank} can't be blank`;
  const didNumber = filters['did_number'];
  return didNumber !== undefined && !/^\d+$/.test(didNumber) ? 'did_number not valid' : undefined;
}

function earliest(now: number): number {
  const today = new Date(now);
  return Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 2, 1);
}
