const MOMENT = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;

/** What an export's filters may hold beside `from` and `to`. The key of the trunk has a literal dot. */
const ownFilter = { cdr_in: 'did_number', cdr_out: 'voice_out_trunk.id' } as const;

/** Reads `YYYY-MM-DD HH:MM:SS` as UTC, in milliseconds; undefined where it is no such moment. */
export function parseMoment(value: string | undefined): number | undefined {
  if (value === undefined || !MOMENT.test(value)) return undefined;
  const moment = Date.parse(`${value.replace(' ', 'T')}Z`);
  return Number.isNaN(moment) ? undefined : moment;
}

/**
 * What is wrong with the filters of an export, or undefined (docs/providers/didww.md, Exports (call records)). The sources give
 * two texts, for `from`; the others are assumed.
 */
export function exportFilterProblem(
  exportType: keyof typeof ownFilter,
  filters: Readonly<Record<string, string>>,
  now: number,
): string | undefined {
  const stranger = Object.keys(filters).find((name) => !['from', 'to', ownFilter[exportType]].includes(name));
  if (stranger !== undefined) return `${stranger} is not allowed`;
  const from = parseMoment(filters['from']);
  if (from === undefined) return 'from not valid';
  const to = parseMoment(filters['to']);
  if (to === undefined) return 'to not valid';
  if (from < earliest(now)) return 'from must be within the current and 2 previous months';
  if (from > now) return 'from must not be in the future';
  if (to > now) return 'to must not be in the future';
  if (from >= to) return 'from must be before to';
  const didNumber = filters['did_number'];
  return didNumber !== undefined && !/^\d+$/.test(didNumber) ? 'did_number not valid' : undefined;
}

function earliest(now: number): number {
  const today = new Date(now);
  return Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 2, 1);
}
