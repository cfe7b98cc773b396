import { expect, test } from 'vitest';
import { timingOf } from '../../src/client/scheduleTiming.js';

type Description = Parameters<typeof timingOf>[0];
type Spec = Description['spec'];
type Calendar = NonNullable<Spec['calendars']>[number];

const at = (number: number) => [{ start: number, end: number, step: 1 }];

/** Every day at midnight, but for what is given; as Temporal describes it. */
const calendar = (members: Partial<Calendar> = {}): Calendar => ({
  second: at(0),
  minute: at(0),
  hour: at(0),
  dayOfMonth: [{ start: 1, end: 31, step: 1 }],
  month: [{ start: 'JANUARY', end: 'DECEMBER', step: 1 }],
  dayOfWeek: [{ start: 'SUNDAY', end: 'SATURDAY', step: 1 }],
  year: [],
  ...members,
});

const AS_MADE = {
  policies: { overlap: 'SKIP', catchupWindow: 60_000, pauseOnFailure: false },
  state: { paused: false },
} as const satisfies Partial<Description>;

const DAY = { every: 86_400_000, offset: 0 };

test.each<{ timing: string; isEdited: boolean; spec: Spec }>([
  { timing: 'every 24h', isEdited: false, spec: { intervals: [DAY] } },
  { timing: 'cron 0 0 * * * (UTC)', isEdited: true, spec: { calendars: [calendar()] } },
  {
    timing: 'cron */15 8-17 * 3 1-5 (Europe/Berlin)',
    isEdited: true,
    spec: {
      timezone: 'Europe/Berlin',
      calendars: [
        calendar({
          minute: [{ start: 0, end: 59, step: 15 }],
          hour: [{ start: 8, end: 17, step: 1 }],
          month: [{ start: 'MARCH', end: 'MARCH', step: 1 }],
          dayOfWeek: [{ start: 'MONDAY', end: 'FRIDAY', step: 1 }],
        }),
      ],
    },
  },
  {
    timing: 'cron 30 0 6,18 * * * 2027 (UTC)',
    isEdited: true,
    spec: { calendars: [calendar({ second: at(30), hour: [...at(6), ...at(18)], year: at(2027) })] },
  },
  {
    timing: 'every 24h and cron 0 3 * * * (UTC), until 2027-01-01 00:00 UTC, up to 10m later',
    isEdited: true,
    spec: {
      intervals: [DAY],
      calendars: [calendar({ hour: at(3) })],
      endAt: new Date('2027-01-01T00:00:00Z'),
      jitter: 600_000,
    },
  },
  { timing: 'at no time', isEdited: true, spec: {} },
])('a schedule is told as what it is: $timing', ({ spec, timing, isEdited }) => {
  expect(timingOf({ ...AS_MADE, spec })).toEqual({ timing, isEdited });
});

test.each<{ timing: string; edited: Partial<Description> }>([
  { timing: 'every 24h, 3 more times', edited: { state: { paused: false, remainingActions: 3 } } },
  { timing: 'every 24h, 0 more times', edited: { state: { paused: false, remainingActions: 0 } } },
  {
    timing: 'every 24h, beside a run that is still open (ALLOW_ALL), until one fails',
    edited: { policies: { overlap: 'ALLOW_ALL', catchupWindow: 60_000, pauseOnFailure: true } },
  },
])('what somebody set beside the times is told: $timing', ({ timing, edited }) => {
  expect(timingOf({ ...AS_MADE, spec: { intervals: [DAY] }, ...edited })).toEqual({ timing, isEdited: true });
});
