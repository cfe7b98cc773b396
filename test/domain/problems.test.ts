import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { retryStart } from '../../src/client/retryStart.js';
import { readAs } from '../../src/contract/requestProblems.js';
import { readRequest } from '../../src/contract/request.js';
import { readVerificationInput } from '../../src/contract/verificationInput.js';

const ASSISTANT = '5f0c0a52-1f5b-4c7e-9d3a-0d6a3d3b2c11';
const NUMBER = '+18648301018';
const MINIMAL = { connection: 'acme', region: 'us', assistantId: ASSISTANT, numbers: [{ number: NUMBER }] };

/** `path: message` of every problem; empty for an input that is right. */
const told = (
  read: ReturnType<typeof readRequest> | ReturnType<typeof readVerificationInput> | ReturnType<typeof readAs>,
) => ('problems' in read ? read.problems.map(({ path, message }) => `${path}: ${message}`) : []);
const problems = (input: unknown) => told(readRequest(input));
const verifyProblems = (input: unknown) => told(readVerificationInput(input));

describe('a rule between members is told beside everything that is wrong with them', () => {
  test('an empty document lacks an assistant as well', () => {
    expect(problems({})).toEqual([
      'connection: is missing',
      'region: is missing',
      'numbers: is missing',
      'assistantId: is missing: name an assistant for all, or one in each number',
    ]);
    expect(problems({ ...MINIMAL, assistantId: undefined, numbers: ['18648301018'] })).toEqual([
      'numbers[0]: must be an object with members',
      'assistantId: is missing: name an assistant for all, or one in each number',
    ]);
  });

  test('an assistant that is there and wrong is not missing', () => {
    expect(problems({ ...MINIMAL, assistantId: null })).toEqual(['assistantId: must be the UUID of a Vapi assistant']);
    expect(problems({ ...MINIMAL, assistantId: undefined, numbers: [{ number: NUMBER, assistantId: 'x' }] })).toEqual([
      'numbers[0].assistantId: must be the UUID of a Vapi assistant',
    ]);
  });

  test('each rule reads what is right in an object in which something else is wrong', () => {
    const wrong = {
      connection: 'acme',
      region: 'us',
      numbers: [{ number: NUMBER, label: '' }, { number: NUMBER, assistantId: 'x' }, { number: '030' }],
      transfer: { destination: NUMBER, toolName: 'a b' },
      sip: {
        maxTransfers: 0,
        transport: 'sctp',
        allowedIps: ['x', ...Array.from({ length: 6 }, (_, at) => `203.0.113.${String(at)}`)],
      },
      limits: { channels: 1, dailySpendUsd: -1 },
      verification: { outbound: { destination: NUMBER }, sample: 1 },
      colour: 'red',
    };

    expect(problems(wrong)).toEqual([
      'numbers[0].label: must not be empty',
      'numbers[1].assistantId: must be the UUID of a Vapi assistant',
      'numbers[2].number: must be E.164: + and 7 to 15 digits; it lacks the + and perhaps the country code',
      'transfer.toolName: must be 1 to 64 of a-z, A-Z, 0-9, _ and -; it contains a space after "a"',
      'sip.transport: must be one of udp, tcp, tls',
      'sip.allowedIps[0]: must be an IPv4 address or CIDR',
      'limits.dailySpendUsd: must be more than 0',
      'verification.sample: must be at least 2',
      'colour: is not a known member',
      'numbers[1].number: +18648301018 is listed twice',
      'numbers[0].assistantId: is missing: name an assistant here or for all',
      'numbers[2].assistantId: is missing: name an assistant here or for all',
      'transfer.destination: must not be one of the numbers',
      'verification.outbound.destination: must not be one of the numbers',
      'sip.maxTransfers: must be at least 1 with a transfer',
      'sip.allowedIps: must hold at most 6 addresses',
      'limits.channels: must be at least 2 where the transfer is to be proven',
    ]);
  });

  test('a member that is wrong itself breaks no rule besides', () => {
    const wrong = { ...MINIMAL, transfer: { destination: 7 }, sip: { maxTransfers: 'none' }, limits: 'few' };

    expect(problems(wrong)).toEqual([
      'transfer.destination: must be text: put it into quotes',
      'sip.maxTransfers: must be a number',
      'limits: must be an object with members',
    ]);
  });

  test('in the input of a verification, too', () => {
    const wrong = {
      region: 'us',
      numbers: [
        { number: NUMBER, assistantId: ASSISTANT },
        { number: NUMBER, assistantId: 'x' },
      ],
      transfer: { destination: NUMBER },
      verification: { outbound: { destination: NUMBER }, maxCalls: 0 },
    };

    expect(verifyProblems(wrong)).toEqual([
      'connection: is missing',
      'numbers[1].assistantId: must be the UUID of a Vapi assistant',
      'verification.maxCalls: must be at least 1',
      'numbers[1].number: +18648301018 is listed twice',
      'transfer.destination: must not be one of the numbers',
      'verification.outbound.destination: must not be one of the numbers',
    ]);
  });

  test('of a form among several, what is wrong within it is told', () => {
    expect(problems({ ...MINIMAL, verification: { outbound: { destination: 7, number: NUMBER } } })).toEqual([
      'verification.outbound.destination: must be text: put it into quotes',
      'verification.outbound.number: is not a known member',
    ]);
    expect(problems({ ...MINIMAL, verification: { outbound: 'no' } })).toEqual([
      'verification.outbound: must be true, false or { destination: a number in E.164 }',
    ]);
  });
});

describe('a number that is none', () => {
  const E164 = 'must be E.164: + and 7 to 15 digits';

  test.each([
    ['+1202555O123', 'it contains the letter O after "+1202555"'],
    ['+l2025550123', 'it contains the letter l after "+"'],
    ['+1-202-555-0123', 'it contains "-" after "+1"'],
    ['+1 202 555 0123', 'it contains a space after "+1"'],
    ['(202)5550123', 'it contains "(" at its beginning'],
    ['"+12025550123"', 'it contains a quotation mark (") at its beginning'],
    ['+12025550123x7', 'it contains the letter x after "+12025550123"'],
    ['+1202+5550123', 'it contains "+" after "+1202"'],
    ['+1\uff12025550123', 'it contains "\uff12" (U+FF12) after "+1"'],
    ['12025550123', 'it lacks the + and perhaps the country code'],
    ['0012025550123', 'it lacks the + and perhaps the country code'],
    ['+012025550123', 'it begins with 0, as no country code does'],
    ['+120255', 'it has 6'],
    ['+1202555012345678', 'it has 16'],
    ['+', 'it has 0'],
  ])('%s is told by what makes it none, wherever it stands', (number, why) => {
    const wrong = {
      ...MINIMAL,
      numbers: [{ number }],
      transfer: { destination: number },
      verification: { callFrom: number, outbound: { destination: number } },
    };
    const told = [
      ...['numbers[0].number', 'transfer.destination'],
      ...['verification.outbound.destination', 'verification.callFrom'],
    ].map((path) => `${path}: ${E164}; ${why}`);

    expect(problems(wrong)).toEqual(told);
  });
});

describe('a number that costs many times an ordinary call', () => {
  const SATELLITE = '+881612345678';
  const PREMIUM = '+449061234567';
  const DEAR = 'and calls to it can cost many times an ordinary one';
  const paths = (input: unknown) => problems(input).map((problem) => problem.split(':')[0]);
  const asked = { transfer: { destination: PREMIUM }, verification: { outbound: { destination: SATELLITE } } };

  test('is refused wherever it would be rung, beside everything else that is wrong', () => {
    const wrong = { ...MINIMAL, ...asked, region: 'mars', limits: { channels: 1 } };

    expect(problems(wrong)).toEqual([
      'region: must be one of us, eu',
      `transfer.destination: is a premium-rate number of the calling code +44, ${DEAR}`,
      `verification.outbound.destination: is a satellite number (+881), ${DEAR}`,
      'limits.channels: must be at least 2 where the transfer is to be proven',
    ]);
  });

  test('is allowed by name, and nothing is decided where that is wrong itself', () => {
    expect(problems({ ...MINIMAL, ...asked, limits: { allowPremiumDestinations: true } })).toEqual([]);
    expect(paths({ ...MINIMAL, ...asked, limits: { allowPremiumDestinations: 'yes' } })).toEqual([
      'limits.allowPremiumDestinations',
    ]);
  });

  test('says what to do about it', () => {
    const read = readRequest({ ...MINIMAL, transfer: { destination: PREMIUM } });

    expect(read).toMatchObject({
      problems: [
        {
          path: 'transfer.destination',
          action: expect.stringContaining('set limits.allowPremiumDestinations') as string,
        },
      ],
    });
  });

  test('is refused as callFrom where the way out rings it, and taken where it calls alone', () => {
    const withCallFrom = (outbound: unknown) => paths({ ...MINIMAL, verification: { callFrom: SATELLITE, outbound } });

    expect(withCallFrom(true)).toEqual(['verification.callFrom']);
    expect(withCallFrom(false)).toEqual([]);
    expect(withCallFrom({ destination: '+493012345678' })).toEqual([]);
  });

  test('is refused as one of the numbers where test calls ring it, and taken where none does', () => {
    const ownNumber = { ...MINIMAL, numbers: [{ number: SATELLITE }] };

    expect(paths(ownNumber)).toEqual(['numbers[0].number']);
    expect(paths({ ...ownNumber, verification: { inbound: false, outbound: false } })).toEqual([]);
    expect(
      paths({
        ...ownNumber,
        transfer: { destination: '+12025550100' },
        verification: { inbound: false, outbound: false },
      }),
    ).toEqual(['numbers[0].number']);
  });

  test('is refused in the input of a verification, which allows it by the same member and takes no other of limits', () => {
    const order = { connection: 'acme', region: 'us', ...asked };

    expect(verifyProblems(order)).toEqual([
      `transfer.destination: is a premium-rate number of the calling code +44, ${DEAR}`,
      `verification.outbound.destination: is a satellite number (+881), ${DEAR}`,
    ]);
    expect(verifyProblems({ ...order, limits: { allowPremiumDestinations: true } })).toEqual([]);
    expect(verifyProblems({ ...order, limits: { allowPremiumDestinations: true, channels: 5 } })).toEqual([
      'limits.channels: is not a known member',
    ]);
  });
});

describe('problems are told in our own words', () => {
  test.each<[z.ZodType, unknown, string]>([
    [z.string(), undefined, 'is missing'],
    [z.string(), 7, 'must be text: put it into quotes'],
    [z.string(), [], 'must be text'],
    [z.boolean(), 'true', 'must be true or false, and is text: write it without quotes'],
    [z.string().min(1), '', 'must not be empty'],
    [z.string().min(3), 'x', 'must be at least 3 characters'],
    [z.string().max(40), 'x'.repeat(41), 'must be at most 40 characters'],
    [z.string().length(1), 'xx', 'must be exactly 1 character'],
    [z.string().regex(/x/), 'y', 'must be a valid regex'],
    [z.number(), Number.NaN, 'must be a number'],
    [z.number(), '7', 'must be a number, and is text: write it without quotes'],
    [z.number(), 'seven', 'must be a number'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.int(), 2 ** 60, 'must be at most 9007199254740991'],
    [z.number().positive(), 0, 'must be more than 0'],
    [z.number().lt(5), 5, 'must be less than 5'],
    [z.number().min(2).max(2), 3, 'must be at most 2'],
    [z.number().multipleOf(5), 7, 'must be a multiple of 5'],
    [z.boolean(), 'yes', 'must be true or false'],
    [z.enum(['us', 'eu']), 'de', 'must be one of us, eu'],
    [z.enum(['us', 'eu']), undefined, 'is missing'],
    [z.literal('us'), 'de', 'must be us'],
    [z.uuid('must be a UUID'), undefined, 'is missing'],
    [z.array(z.string()).min(1), [], 'must not be empty'],
    [z.array(z.string()).max(1), ['x', 'y'], 'must hold at most 1 entry'],
    [z.array(z.string()), {}, 'must be a list'],
    [z.strictObject({}), [], 'must be an object with members'],
    [z.strictObject({}), null, 'must be an object with members'],
    [z.union([z.string(), z.number()]), true, 'has none of the forms that are known'],
    [z.union([z.string(), z.number()]), undefined, 'is missing'],
    [z.record(z.enum(['a']), z.string()), { b: 'x' }, 'is not a known member'],
    [z.record(z.string().regex(/^a$/), z.string()), { b: 'x' }, 'has a member that is wrong'],
    [z.map(z.object({ a: z.string() }), z.string()), new Map([[{}, 'x']]), 'has a member that is wrong'],
    [z.string().refine(() => false, 'must be ours'), 'x', 'must be ours'],
  ])('%#', (schema, input, message) => {
    const read = readAs(schema, input);

    expect('problems' in read ? read.problems.map((problem) => problem.message) : []).toContain(message);
  });

  test.each([undefined, null, 'acme', 7, true, []])('what is no document at all is said to be none: %j', (input) => {
    const message = input === undefined ? 'is missing' : 'must be an object with members';

    expect(readRequest(input)).toEqual({ problems: [{ path: '', message, action: 'Correct the request.' }] });
  });
});

test('more problems than a Result can carry are counted', () => {
  const read = readAs(z.array(z.string()), Array.from({ length: 200_000 }).fill(7));

  expect('problems' in read ? read.problems.length : 0).toBe(1_001);
  expect(told(read).slice(-2)).toEqual(['[999]: must be text: put it into quotes', ': has 199000 more problems']);
});

test('a member whose name goes on for ever is named by its beginning', () => {
  expect(problems({ ...MINIMAL, ['x'.repeat(100_000)]: 1 })).toEqual([`${'x'.repeat(99)}…: is not a known member`]);
});

test('that a request is for another connection is told beside what is wrong with it', async () => {
  const client = new Client({ connection: Connection.lazy() });

  const refused = await retryStart(client, 'sales', { ...MINIMAL, region: 'mars' }).catch((error: unknown) => error);

  expect(refused).toMatchObject({
    problems: [
      { path: 'region', message: 'must be one of us, eu', action: 'Correct region.' },
      { path: 'connection', message: 'is acme, not sales', action: 'Give the request of this connection.' },
    ],
  });
});

describe('a value that looks right and is not is named by what is wrong with it', () => {
  const request = (name: string) =>
    parse(readFileSync(new URL(`../cli/requests/${name}`, import.meta.url), 'utf8')) as unknown;

  test('of a number between directional marks and an assistant after a zero-width space', () => {
    expect(problems(request('number-bidi-marks.yaml'))).toEqual([
      'numbers[0].number: contains an invisible character (U+202A, left-to-right embedding) at its beginning',
    ]);
    expect(problems(request('assistant-zero-width-space.yaml'))).toEqual([
      'assistantId: contains an invisible character (U+200B, zero-width space) at its beginning',
    ]);
  });

  test.each<[string, object, string]>([
    ['a mark after the plus', { numbers: [{ number: '+\u200e18648301018' }] }, 'mark) after "+"'],
    ['a no-break space within', { numbers: [{ number: '+1\u00a08648301018' }] }, 'U+00A0, no-break space) after "+1"'],
    ['a region', { region: 'us\u200b' }, 'U+200B, zero-width space) after "us"'],
    ['a connection', { connection: 'ac\u00adme' }, 'U+00AD, soft hyphen) after "ac"'],
    ['an address', { sip: { allowedIps: ['203.0.113.7\u200b'] } }, 'U+200B, zero-width space) after "203.0.113.7"'],
    ['a duration', { patience: { step: '5\u200bm' } }, 'U+200B, zero-width space) after "5"'],
    ['a switch', { routing: { replaceExisting: 'true\u200b' } }, 'U+200B, zero-width space) after "true"'],
    ['a member', { 'sip\u200b': {} }, 'is not a known member: it contains an invisible character (U+200B, zero-'],
    ['a space', { numbers: [{ number: '+1 8648301018' }] }, '7 to 15 digits; it contains a space after "+1"'],
    ['quotes', { region: '"us"' }, `must be one of us, eu; it contains a quotation mark (") at its beginning`],
    ['digits of another script', { numbers: [{ number: '+１8648301018' }] }, 'it contains "１" (U+FF11) after "+"'],
    ['a dash', { connection: 'acme–support' }, 'it contains "–" (U+2013) after "acme"'],
  ])('of %s', (_, member, words) => {
    const [problem, ...others] = problems({ ...MINIMAL, ...member });

    expect(problem).toContain(words);
    expect(others).toEqual([]);
  });

  test('spaces and line ends around a name, a number or an id are no part of it, and free text is kept', () => {
    const around = (value: string) => ` ${value}\u00a0\r\n`;
    const read = readRequest({
      connection: around('acme'),
      region: around('us'),
      assistantId: around(ASSISTANT.toUpperCase()),
      numbers: [{ number: around(NUMBER), label: ' Desk ' }],
      transfer: { destination: around('+12025550100'), toolName: around('ask'), message: 'One moment. \n' },
      sip: { transport: around('tcp'), allowedIps: [around('203.0.113.7')] },
      patience: { step: around('10m') },
    });

    expect(read).toMatchObject({
      request: {
        connection: 'acme',
        region: 'us',
        numbers: [{ number: NUMBER, label: ' Desk ', assistantId: ASSISTANT }],
        transfer: { destination: '+12025550100', toolName: 'ask', message: 'One moment. \n' },
        sip: { transport: 'tcp', allowedIps: ['203.0.113.7'] },
        patience: { step: '10m' },
      },
    });
  });

  test('an assistant is known in either case, in a verification as well', () => {
    const numbers = [{ number: NUMBER, assistantId: ASSISTANT.toUpperCase() }];

    expect(readVerificationInput({ connection: 'acme', region: 'us', numbers })).toMatchObject({
      asked: { numbers: [{ assistantId: ASSISTANT }] },
    });
  });
});
