import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { curlCommand } from '../../src/didww/versions/curl.js';
import type { Failure } from '../../src/contract/failure.js';
import { jsonBytes } from '../../src/domain/reports/payloadSize.js';
import { leftoverOf, remainingObject, vapiShell } from '../../src/domain/objects/removal.js';
import type {
  CheckResult,
  ConnectionObject,
  Leftover,
  Result,
  StepProgress,
  Verdict,
} from '../../src/contract/result.js';
import { fitFailure, fitResult, fitSteps } from '../../src/domain/reports/resultSize.js';

/** Temporal's limit of a payload (docs/architecture.md, How many). */
const PAYLOAD_LIMIT = 2 * 1024 * 1024;
/** What a failure's own text and the payload's frame may take beside the Result. */
const BESIDE = 50_000;
const MANY = 1_000;

const numbers = Array.from({ length: MANY }, (_, at) => `+1864${String(8_300_000 + at)}`);
const uuid = (kind: number, at: number): string =>
  `${String(kind).padStart(8, '0')}-d9cb-469f-a165-${String(at).padStart(12, '0')}`;
/** As long as a provider's own words may be. */
const WORDS = 'Der Anbieter sagt "nein" – 番号 '.repeat(35);
const urls = { apiUrl: 'https://sandbox-api.didww.com/v3', authUrl: 'https://auth-sandbox.didww.com' };
/**
 * Where the API version is not known commands are longest: DIDWW does not answer, which is when much is
 * left over.
 */
const access = {
  didww: { url: urls.apiUrl, curl: curlCommand(undefined, urls) },
  vapi: vapiShell('https://api.eu.vapi.ai'),
};

const leftover = (...args: Parameters<typeof remainingObject>): Leftover =>
  leftoverOf(remainingObject(...args), access);
const leftovers = numbers.flatMap((_, at) => [
  leftover('did', uuid(1, at), WORDS, { routing: at < 40 ? { kind: 'group', id: uuid(9, at) } : null }),
  leftover('phone-number', uuid(2, at), WORDS),
  leftover('assistant', uuid(3, at), WORDS, { toolId: uuid(8, 0) }),
]);

const check = (what: CheckResult['check'], at: number, verdict: Verdict): CheckResult => ({
  check: what,
  number: numbers[at] ?? '',
  verdict,
  evidence: {
    callId: uuid(4, at),
    inboundCallId: uuid(5, at),
    didwwCallId: uuid(6, at),
    endedReason: 'call.in-progress.error-sip-outbound-call-failed-to-connect',
    didwwCode: '401',
    note: WORDS,
  },
  ...(verdict === 'proven' ? {} : { diagnosis: { side: 'vapi', cause: WORDS, action: WORDS } }),
});
const checks = (verdict: Verdict): readonly CheckResult[] => [
  ...numbers.flatMap((_, at) => [check('inbound', at, verdict), check('outbound', at, verdict)]),
  check('transfer', 0, verdict),
];

const objects = numbers.flatMap((name, at): readonly ConnectionObject[] => [
  { provider: 'didww', kind: 'did', id: uuid(1, at), name, created: false },
  {
    provider: 'vapi',
    kind: 'phone-number',
    id: uuid(2, at),
    name: 'Kundenbetreuung für die Region Nordwest '.slice(0, 40),
    created: true,
  },
]);

const failure: Failure = { step: 'test calls', provider: 'vapi', class: 'not-proven', message: WORDS, action: WORDS };

/** Everything that a run of a thousand numbers may have to tell, all of it at once. */
const everything = (verdict: Verdict): Result => ({
  outcome: 'leftovers',
  connection: 'a-slug-of-24-characters-',
  objects,
  numbers: numbers.map((number, at) => ({
    number,
    outcome: 'left',
    phoneNumberId: uuid(2, at),
    didId: uuid(1, at),
  })),
  verification: checks(verdict),
  spent: { calls: 2_001, seconds: 60_030, usd: 300.15 },
  failure,
  leftovers,
  warnings: Array.from({ length: 50 }, (_, at) => `${String(at)} ${WORDS}`),
});

describe.each(['proven', 'failed'] as const)(
  'a Result of a thousand numbers, all left over, every check %s',
  (verdict) => {
    const whole = everything(verdict);
    const fitted = fitResult(whole);

    test('fits what Temporal carries, with room for the message of a failure', () => {
      expect(jsonBytes(whole)).toBeGreaterThan(PAYLOAD_LIMIT);
      expect(jsonBytes(fitted)).toBeLessThanOrEqual(PAYLOAD_LIMIT - BESIDE);
    });

    test('keeps every number, object, id, outcome and verdict', () => {
      const ids = ({ evidence }: CheckResult) => [
        evidence['callId'],
        evidence['inboundCallId'],
        evidence['didwwCallId'],
      ];
      const kept = ({ objects, numbers, verification, leftovers, outcome, connection, spent }: Result) => ({
        outcome,
        connection,
        spent,
        numbers,
        objects: objects.map(({ provider, kind, id, created }) => ({ provider, kind, id, created })),
        checks: verification.map((one) => [one.check, one.number, one.verdict, one.diagnosis?.side, ...ids(one)]),
        leftovers: leftovers.map(({ provider, kind, id }) => ({ provider, kind, id })),
      });
      expect(kept(fitted)).toEqual(kept(whole));
      expect(fitted.failure).toMatchObject({ step: 'test calls', provider: 'vapi', class: 'not-proven' });
    });

    test('says in its warnings what was shortened', () => {
      expect(fitted.warnings.join('\n')).toMatch(/texts .* were cut/);
      expect(fitted.warnings.join('\n')).toMatch(/evidence than a Result holds/);
      expect(fitted.warnings.join('\n')).toMatch(/one command/);
    });
  },
);

test('every leftover has a command still: those that are removed alike share one that removes all of them', () => {
  const fitted = fitResult(everything('failed'));
  expect(fitted.leftovers.every(({ remove }) => remove.length > 0)).toBe(true);
  expect(idsSent(fitted.leftovers)).toEqual(leftovers.map(({ id }) => id).sort());
});

test('a reason that many leftovers share is still told once', () => {
  const fitted = fitResult(everything('failed'));

  expect(new Set(fitted.leftovers.map(({ why }) => why.slice(0, 20)))).toEqual(new Set([WORDS.slice(0, 20), '…']));
});

test('long texts are given up before evidence of what failed, and that before commands of their own', () => {
  const few = {
    ...everything('failed'),
    verification: checks('failed').slice(0, 20),
    leftovers: leftovers.slice(0, 1_200),
  };

  const fitted = fitResult(few);

  expect(fitted.leftovers.map(({ remove }) => remove)).toEqual(few.leftovers.map(({ remove }) => remove));
  expect(fitted.leftovers.every(({ why }) => why.length < WORDS.length)).toBe(true);
});

test('the few checks that failed among many proven ones keep their whole evidence', () => {
  const failed = checks('failed').slice(0, 5);
  const mixed = { ...everything('proven'), leftovers: [], verification: [...checks('proven').slice(5), ...failed] };

  expect(fitResult(mixed).verification.slice(-5)).toEqual(failed);
});

test('a Result that fits is left as it is', () => {
  const small = {
    ...everything('failed'),
    verification: checks('failed').slice(0, 9),
    leftovers: leftovers.slice(0, 9),
  };
  expect(fitResult(small)).toBe(small);
});

test('of more leftovers than any Result holds the first are listed whole, and the warnings count the others', () => {
  const more = Array.from({ length: 4 }, () => leftovers).flat();

  const fitted = fitResult({ ...everything('proven'), leftovers: more });

  expect(jsonBytes(fitted)).toBeLessThanOrEqual(PAYLOAD_LIMIT - BESIDE);
  expect(fitted.leftovers.length).toBeGreaterThan(MANY);
  expect(fitted.warnings.at(-1)).toContain(`${String(more.length - fitted.leftovers.length)} more`);
});

test('a failure with several problems of each of a thousand numbers keeps the path of every one', () => {
  const problems = numbers.flatMap((number, at) =>
    ['number', 'label', 'assistantId'].map((member) => ({
      path: `numbers[${String(at)}].${member}`,
      message: `${number} ${WORDS}`,
      action: WORDS,
    })),
  );

  const fitted = fitFailure({ ...failure, message: WORDS.repeat(100), problems });

  expect(jsonBytes(fitted)).toBeLessThan(PAYLOAD_LIMIT / 2);
  expect(fitted.problems.map(({ path }) => path)).toEqual(problems.map(({ path }) => path));
  expect(fitFailure(failure)).toBe(failure);
});

test('the steps of a thousand numbers fit beside a Result, each with its state', () => {
  const steps = numbers.flatMap((number, at): readonly StepProgress[] => [
    { name: `import ${number}`, state: 'left', note: WORDS },
    { name: `cut-over ${number}`, state: 'left', note: WORDS },
    { name: `tool on assistant ${uuid(3, at)}`, state: 'left', note: WORDS },
  ]);

  const fitted = fitSteps(steps);
  const progress = { stage: 'rollback', steps: fitted, result: fitResult(everything('failed')) };

  expect(jsonBytes(progress)).toBeLessThanOrEqual(PAYLOAD_LIMIT);
  expect(fitted.map(({ name, state }) => ({ name, state }))).toEqual(steps.map(({ name, state }) => ({ name, state })));
  expect(fitSteps(steps.slice(0, 3))).toEqual(steps.slice(0, 3));
});

/**
 * Ids that the commands send a change for when a shell runs all of them, one after the other, with a `curl`
 * that only notes.
 */
function idsSent(all: readonly Leftover[]): readonly string[] {
  const script = [
    'exec 3>&1 1>/dev/null',
    `curl() { case "$*" in *http_code*) echo 200;; *'-X '*) echo "$*" >&3;; esac; }`,
    'jq() { cat; }',
    ...all.map(({ remove }) => remove),
  ].join('\n');
  const sent = execFileSync('sh', { input: script, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .trim()
    .split('\n');
  for (const line of sent) {
    const id = line.split('/').at(-1) ?? '';
    const [, inBody = id] = /"type":"dids","id":"([^"]*)"/.exec(line) ?? [];
    expect(inBody).toBe(id);
  }
  return sent.map((line) => line.split('/').at(-1) ?? '').sort();
}
