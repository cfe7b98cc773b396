import type { ScheduleDescription } from '@temporalio/client';
import { durationText } from '../domain/text/duration.js';
import { timeText } from '../domain/text/time.js';

type Spec = ScheduleDescription['spec'];
type Calendar = NonNullable<Spec['calendars']>[number];

/** When a schedule runs, in words. */
export interface Timing {
  /** `every 24h`; where somebody edited it in Temporal, what is there now: `cron 0 3 * * 1-5 (UTC)`. */
  readonly timing: string;
  /** Whether it is anything else than one interval, which is all that `verify --every` makes. */
  readonly isEdited: boolean;
}

/** What a schedule says of its runs. Calendars are told as Temporal's cron expressions. */
export function timingOf({ spec, policies, state }: Pick<ScheduleDescription, 'spec' | 'policies' | 'state'>): Timing {
  const { intervals = [], calendars = [], skip = [], timezone, endAt, jitter = 0 } = spec;
  const zone = timezone === undefined || timezone === '' ? 'UTC' : timezone;
  const times = [
    ...intervals.map(({ every }) => `every ${durationText(every)}`),
    ...calendars.map((calendar) => `cron ${cronOf(calendar)} (${zone})`),
  ];
  const limits = [
    ...skip.map((calendar) => `not at cron ${cronOf(calendar)} (${zone})`),
    ...(endAt === undefined ? [] : [`until ${timeText(endAt)}`]),
    ...(jitter > 0 ? [`up to ${durationText(jitter)} later`] : []),
    ...(state.remainingActions === undefined ? [] : [`${String(state.remainingActions)} more times`]),
    ...(policies.overlap === OVERLAP ? [] : [`beside a run that is still open (${policies.overlap})`]),
    ...(policies.pauseOnFailure ? ['until one fails'] : []),
  ];
  return {
    timing: [times.length === 0 ? 'at no time' : times.join(' and '), ...limits].join(', '),
    isEdited: intervals.length !== 1 || calendars.length > 0 || limits.length > 0,
  };
}

/** A run that falls due while one is open is passed over: a number takes one call at a time. */
export const OVERLAP = 'SKIP' as const;

const MONTHS: readonly string[] = [
  ...['', 'JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE', 'JULY'],
  ...['AUGUST', 'SEPTEMBER', 'OCTOBER', 'NOVEMBER', 'DECEMBER'],
];
const DAYS: readonly string[] = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

/**
 * Minute, hour, day of month, month, day of week; with the second before and the year after them where they
 * say anything (https://docs.temporal.io/schedule, cron expressions of seven fields).
 */
function cronOf({ second, minute, hour, dayOfMonth, month, dayOfWeek, year }: Calendar): string {
  const fields = [
    fieldOf(minute, [0, 59]),
    fieldOf(hour, [0, 23]),
    fieldOf(dayOfMonth, [1, 31]),
    fieldOf(month, [1, 12], MONTHS),
    fieldOf(dayOfWeek, [0, 6], DAYS),
  ];
  const seconds = second.length === 0 ? '0' : fieldOf(second, [0, 59]);
  const years = fieldOf(year, [0, 0]);
  return (seconds === '0' && years === '*' ? fields : [seconds, ...fields, years]).join(' ');
}

/** One field of a cron expression; `names` are of the values that the SDK names. */
function fieldOf(
  ranges: readonly { readonly start: number | string; readonly end: number | string; readonly step: number }[],
  [first, last]: readonly [number, number],
  names: readonly string[] = [],
): string {
  const numberOf = (value: number | string): number => (typeof value === 'string' ? names.indexOf(value) : value);
  const texts = ranges.map((range) => {
    const [start, end] = [numberOf(range.start), Math.max(numberOf(range.start), numberOf(range.end))];
    const span =
      start === first && end === last ? '*' : end > start ? `${String(start)}-${String(end)}` : String(start);
    return range.step > 1 ? `${span}/${String(range.step)}` : span;
  });
  return texts.length === 0 ? '*' : texts.join(',');
}
