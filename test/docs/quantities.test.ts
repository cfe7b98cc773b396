import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LOOKS_AFTER_MS } from '../../src/activities/verification/testCall.js';
import { REQUEST_MS } from '../../src/activities/verification/following.js';
import { HTTP_MARGIN_MS, LOOK_SPARED_FOR_MS } from '../../src/activities/engine/attempt.js';
import { JITTER } from '../../src/activities/engine/patience.js';
import { LONGEST_LIST_LAG_MS } from '../../src/activities/objects/listLag.js';
import { EXIT, EXIT_MEANINGS } from '../../src/cli/exitCodes.js';
import { MOST_NAMED } from '../../src/cli/output/checkText.js';
import { SHORTEST_INTERVAL_MS } from '../../src/cli/verify.js';
import { DIDWW_API_URL, LONGEST_TASK_QUEUE, TASK_QUEUE } from '../../src/config.js';
import { DEFAULT_PATIENCE, LONGEST_PAUSE_MS } from '../../src/contract/attempts.js';
import { MOST_NUMBERS_OF_CONNECTION, MOST_NUMBERS_OF_REQUEST } from '../../src/contract/numberLimits.js';
import { LONGEST_LABEL, verificationSchema } from '../../src/contract/requestShape.js';
import { MOST_ALLOWED_IPS } from '../../src/contract/requestRules.js';
import * as caps from '../../src/contract/verificationCaps.js';
import { START_DEADLINE_MS } from '../../src/devserver/devServer.js';
import { TEMPORAL_CLI_VERSION } from '../../src/devserver/temporalCliSources.js';
import { MOST_BYTES, MOST_ROWS } from '../../src/didww/exportTable.js';
import { API_VERSIONS, authUrlFor } from '../../src/didww/versions/settings.js';
import { RUN_CHARACTERS } from '../../src/domain/calls/name.js';
import { DIDWW_USD_PER_MINUTE, VAPI_USD_PER_MINUTE } from '../../src/domain/calls/spend.js';
import { CALL_CAPS } from '../../src/domain/calls/times.js';
import { MOST_PREVIOUS_ROUTINGS } from '../../src/domain/objects/previousRoutings.js';
import { MOST_SHOWN_ALIKE } from '../../src/domain/reports/checkGroups.js';
import { MOST_RESULT_BYTES } from '../../src/domain/reports/resultSize.js';
import { allowedSipIps, VAPI } from '../../src/domain/sip/addresses.js';
import { durationMs, durationText, LONGEST_DURATION_MS } from '../../src/domain/text/duration.js';
import { MOST_VALUES } from '../../src/domain/text/yamlFault.js';
import { TOO_LARGE } from '../../src/files.js';
import { LONGEST_WAIT_MS } from '../../src/http/errorClass.js';
import { ADDRESS, NAMESPACE } from '../../src/temporalConfig.js';
import { SHUTDOWN_FORCE, SHUTDOWN_GRACE, STICKY_WAIT, WAITS_AT_ONCE } from '../../src/worker.js';
import { ATTEMPT, SIGN_OF_LIFE_OF_CALL, WAIT } from '../../src/workflows/engine/activities.js';
import { MOST_DETAILS } from '../../src/workflows/engine/boardText.js';
import { MOST_AT_ONCE } from '../../src/workflows/engine/concurrencyLimiter.js';
import { RECORDS_OF_A_FAILURE_WITHIN_MS } from '../../src/workflows/verification/evidenceCollector.js';
import { pageAt, rowsUnder } from './pages.js';

const count = (n: number): string => n.toLocaleString('en-US');
const usd = (n: number): string => (Number.isInteger(n) ? String(n) : n.toFixed(2));
/** `20 s`, `5 min`, `1 h`. */
const time = (ms: number): string =>
  durationText(ms)
    .replace(/(\d)m$/, '$1min')
    .replace(/(\d)(?=[a-z])/, '$1 ');
const milliseconds = (text: string): number => durationMs(text.replace(' ', '').replace('hour', 'h'));
const attemptMs = milliseconds(ATTEMPT);
const addresses = (region: 'us' | 'eu'): string => String(MOST_ALLOWED_IPS - allowedSipIps(region, []).length);
const defaults = verificationSchema.parse({});
const json = JSON.parse(pageAt('schema/onboarding-request.schema.json').text) as {
  readonly properties: {
    readonly verification: { readonly properties: Record<string, { minimum: number; maximum: number }> };
  };
};
const bounds = (member: string): readonly string[] => {
  const { minimum, maximum } = json.properties.verification.properties[member] ?? {};
  return [String(minimum), String(maximum)];
};
const fileText = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const days = (hours = '0'): string => String(Number(hours) / 24);

/** Every quantity that these tables tell, row by row, in the order of reading. */
const TABLES = {
  'docs/operations.md: Limits': {
    'numbers in a request': [count(MOST_NUMBERS_OF_REQUEST), count(MOST_NUMBERS_OF_CONNECTION)],
    'numbers at work at once, in one run': [count(MOST_AT_ONCE)],
    'numbers taken over from another routing, in one connection': [count(MOST_PREVIOUS_ROUTINGS)],
    'addresses in sip.allowedIps': [addresses('us'), addresses('eu'), String(MOST_ALLOWED_IPS)],
    'premium-rate and satellite numbers as destinations': [],
    "a file of DIDWW's call records": [count(MOST_ROWS), `${count(MOST_BYTES / 1024 / 1024)} MiB`],
    'test calls at once, for one connection': ['1'],
    labels: [count(LONGEST_LABEL)],
    'memory of Temporal': [days(/--retention (\d+)h/.exec(fileText('deploy/temporal/namespace.sh'))?.[1]), '1'], // a day: the dev server's own default
    'pace at the providers': ['429'],
  },
  'docs/operations.md: Times': {
    'one attempt of a step, of the test calls too': [time(attemptMs), time(attemptMs - HTTP_MARGIN_MS)],
    'following a test call': [time(milliseconds(WAIT)), time(REQUEST_MS), time(milliseconds(SIGN_OF_LIFE_OF_CALL))],
    'pause between attempts': [
      time(durationMs(DEFAULT_PATIENCE.firstRetry)),
      time(LONGEST_PAUSE_MS),
      time(LONGEST_WAIT_MS),
      `${String(JITTER * 100)} %`,
    ],
    'transient faults are retried for': [
      time(durationMs(DEFAULT_PATIENCE.step)),
      time(durationMs(DEFAULT_PATIENCE.rollback)),
    ],
    'a create that had no answer is undone': [time(LONGEST_LIST_LAG_MS)],
    'an edit of an assistant that is busy': [],
    "a killed worker's runs are taken over after": [
      time(milliseconds(STICKY_WAIT)),
      time(attemptMs),
      time(milliseconds(SIGN_OF_LIFE_OF_CALL)),
    ],
    'worker: grace, end, and what the supervisor should give': [
      time(milliseconds(SHUTDOWN_GRACE)),
      time(milliseconds(SHUTDOWN_FORCE)),
      `${/stop_grace_period: (\d+)s/.exec(fileText('docker-compose.yml'))?.[1] ?? ''} s`,
    ],
  },
  'docs/verification.md: Settings': {
    'inbound, outbound, transfer': [],
    'outbound: { destination: "+49…" }': [],
    callFrom: [],
    sample: [bounds('sample')[0] ?? ''],
    maxCalls: [String(caps.CALLS_PER_NUMBER), String(caps.CALLS_BESIDES)],
    maxSecondsPerCall: [
      String(defaults.maxSecondsPerCall),
      ...bounds('maxSecondsPerCall'),
      time(CALL_CAPS.lineSeconds * 1_000),
    ],
    maxSpendUsd: [caps.SPEND_FIRST_USD, caps.SPEND_FURTHER_USD, caps.SPEND_DESTINATION_USD].map(usd),
    windowSeconds: [String(defaults.windowSeconds), ...bounds('windowSeconds')],
  },
} as const satisfies Record<string, Record<string, readonly string[]>>;

/** Sentences elsewhere that tell a quantity. */
const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  'docs/operations.md': [
    `lets requests in progress finish (${time(milliseconds(SHUTDOWN_GRACE))}`,
    `gone after ${time(milliseconds(SHUTDOWN_FORCE))} at the latest`,
    `${count(WAITS_AT_ONCE)} at once`,
    `at most ${count(LONGEST_TASK_QUEUE)} characters`,
    `${count(MOST_DETAILS)} bytes at most`,
    `More than ${numeral(MOST_SHOWN_ALIKE)} numbers that failed alike`,
    `a connection can carry ${String(MOST_NUMBERS_OF_CONNECTION)}`,
    `It must be from ${durationText(SHORTEST_INTERVAL_MS)} to ${durationText(LONGEST_DURATION_MS)}`,
    `must be at most ${durationText(LONGEST_DURATION_MS)}`,
    TOO_LARGE,
    `up to ${count(MOST_VALUES)} values in all`,
    `does not answer at … within ${String(START_DEADLINE_MS / 1_000)} s`,
    `for up to \`patience.rollback\` (${time(durationMs(DEFAULT_PATIENCE.rollback))})`,
  ],
  'docs/verification.md': [
    `waited for ${time(RECORDS_OF_A_FAILURE_WITHIN_MS)} at most`,
    `More than ${numeral(MOST_SHOWN_ALIKE)} numbers that failed alike`,
    `up to ${numeral(MOST_NAMED)}`,
    `two legs, up to ${time(CALL_CAPS.lineSeconds * 1_000)} each`,
    `one leg, up to ${time(CALL_CAPS.lineSeconds * 1_000)} `,
    `USD ${usd(VAPI_USD_PER_MINUTE)} a minute |`,
    `USD ${usd(DIDWW_USD_PER_MINUTE)} for each minute`,
    `from \`${durationText(SHORTEST_INTERVAL_MS)}\` to \`${durationText(LONGEST_DURATION_MS)}\``,
    `pb-<slug>-<${String(RUN_CHARACTERS)} characters of the run id>-<n>`,
    `for ${numeral(LOOKS_AFTER_MS.reduce((sum, ms) => sum + ms) / 1_000)} seconds`,
  ],
  'docs/architecture.md': [
    `at most ${String(MOST_AT_ONCE)} at work at once`,
    `doubled each time, at most ${time(LONGEST_PAUSE_MS)}`,
    `ends ${time(HTTP_MARGIN_MS)} before the attempt's`,
    `${time(LONGEST_LIST_LAG_MS)} after its last attempt`,
    `\`STICKY_WAIT\` of ${time(milliseconds(STICKY_WAIT))}`,
    `into ${String(MOST_RESULT_BYTES / 1_000_000)} MB`,
    `an attempt of ${ATTEMPT} that`,
  ],
  'CONTRIBUTING.md': [
    `fresh for ${time(LOOK_SPARED_FOR_MS)}`,
    `${time(LONGEST_LIST_LAG_MS)} after the last such attempt`,
    `HTTP ends ${time(HTTP_MARGIN_MS)} before start-to-close`,
  ],
};

/** Defaults of settings, in the rows that name them. */
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  DIDWW_API_URL: [DIDWW_API_URL],
  DIDWW_AUTH_URL: [authUrlFor(DIDWW_API_URL), authUrlFor('https://sandbox-api.didww.com/v3')],
  DIDWW_API_VERSION: ['auto', ...API_VERSIONS],
  VAPI_API_URL: Object.values(VAPI).map(({ apiUrl }) => apiUrl),
  TEMPORAL_ADDRESS: [ADDRESS],
  TEMPORAL_NAMESPACE: [NAMESPACE],
  PATCHBAY_TASK_QUEUE: [TASK_QUEUE],
};

test.each(Object.entries(TABLES))(
  '%s tells in each row the quantities that the code has, and no others',
  (table, rows) => {
    const [path = '', heading = ''] = table.split(': ');
    const told = rowsUnder(pageAt(path), heading).map(([name = '', ...cells]) => [name, quantitiesIn(cells.join(' '))]);

    expect(Object.fromEntries(told)).toEqual(rows);
  },
);

test.each(Object.entries(SENTENCES))('%s tells quantities in its sentences as the code has them', (path, sentences) => {
  const text = pageAt(path).text.replace(/\s+/g, ' ');

  expect(sentences.filter((sentence) => !text.includes(sentence))).toEqual([]);
});

test.each(['docs/operations.md', 'README.md'])('%s tells the defaults of settings as the code has them', (path) => {
  const rows = rowsUnder(pageAt(path), 'Settings').map((cells) => cells.join(' | '));
  const wrong = Object.entries(DEFAULTS).flatMap(([name, values]) => {
    const row = rows.find((one) => one.includes(name)) ?? '';
    return values.filter((value) => isTold(path, value) && !row.includes(value)).map((value) => `${name}: ${value}`);
  });

  expect(wrong).toEqual([]);
});

test('README.md explains every exit code, and --help does, and no other', () => {
  const codes = Object.values(EXIT);

  expect(rowsUnder(pageAt('README.md'), 'Exit codes').map(([code]) => Number(code))).toEqual(codes);
  expect(EXIT_MEANINGS.map(([code]) => code)).toEqual(codes);
});

test('every page names the Temporal CLI that is needed', () => {
  const named = ['README.md', 'docs/operations.md', 'CONTRIBUTING.md'].flatMap((path) =>
    [...pageAt(path).text.matchAll(/\b1\.\d+\.\d+\b(?=(?: or newer|\s+on\b))/g)].map(([version]) => version),
  );

  expect(new Set(named)).toEqual(new Set([TEMPORAL_CLI_VERSION]));
});

/** README leaves addresses of the providers to the page for operators. */
const isTold = (path: string, value: string): boolean => path !== 'README.md' || !value.startsWith('https:');

/** Numbers with their units, less what is a name: a range of addresses, an example. */
function quantitiesIn(text: string): readonly string[] {
  const plain = text.replace(/`[^`]*\d+\.\d+[^`]*`|\/8|\bn\b/g, '');
  return [...plain.matchAll(/\d+(?:,\d{3})*(?:\.\d+)?(?: (?:s|min|h|MiB|%)(?!\w))?/g)].map(([told]) => told);
}

function numeral(n: number): string {
  const words: Readonly<Record<number, string>> = { 3: 'three', 10: 'ten', 50: 'fifty', 100: 'a hundred' };
  return words[n] ?? String(n);
}
