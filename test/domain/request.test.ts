import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readRequest, type RequestInput } from '../../src/contract/request.js';

const ASSISTANT = '5f0c0a52-1f5b-4c7e-9d3a-0d6a3d3b2c11';
const OTHER_ASSISTANT = '7c1d6a0e-42b1-4f0e-8a3e-3f6f6a1c9b22';
const NUMBER = '+18648301018';
const MINIMAL: RequestInput = {
  connection: 'acme-support',
  region: 'us',
  assistantId: ASSISTANT,
  numbers: [{ number: NUMBER }],
};
const TRANSFER = { destination: '+12025550100' };

const numbersOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ number: `+1864${String(1_000_000 + at)}` }));

/** `path: message` of every problem; empty for a request that is right. */
function problems(input: unknown): readonly string[] {
  const read = readRequest(input);
  return 'problems' in read ? read.problems.map(({ path, message }) => `${path}: ${message}`) : [];
}

function paths(input: unknown): readonly string[] {
  const read = readRequest(input);
  return 'problems' in read ? read.problems.map(({ path }) => path) : [];
}

function accepted(input: unknown) {
  const read = readRequest(input);
  if ('problems' in read) throw new Error(problems(input).join('; '));
  return read.request;
}

/** The minimal request with one member, named by its path, set to this value. */
function withMember(path: string, value: unknown): unknown {
  const [first = '', ...rest] = path.split('.');
  const inner = (MINIMAL as Record<string, unknown>)[first];
  const outer = typeof inner === 'object' && !Array.isArray(inner) ? inner : {};
  return {
    ...MINIMAL,
    [first]: rest.length === 0 ? value : { ...(first === 'transfer' ? TRANSFER : outer), [rest.join('.')]: value },
  };
}

describe('what a request leaves out takes the defaults of the contract', () => {
  test('without a transfer', () => {
    expect(accepted(MINIMAL)).toEqual({
      connection: 'acme-support',
      region: 'us',
      assistantId: ASSISTANT,
      numbers: [{ number: NUMBER, assistantId: ASSISTANT }],
      sip: {
        transport: 'udp',
        outboundHost: 'fra.eu.out.didww.com',
        networkProtocol: 'prefer_ipv4',
        maxTransfers: 1,
        trunkLayout: 'separate',
        ingress: 'region',
        allowedIps: [],
        callerIds: 'own',
      },
      limits: { dailySpendUsd: 50, channels: 10, allowPremiumDestinations: false },
      routing: { replaceExisting: false },
      verification: {
        inbound: true,
        outbound: true,
        transfer: true,
        callFrom: null,
        maxCalls: 12,
        maxSecondsPerCall: 90,
        maxSpendUsd: 1,
        windowSeconds: 60,
      },
      onFailure: 'rollback',
      patience: { step: '5m', rollback: '1h', firstRetry: '1s' },
    });
  });

  test('with a transfer, which needs its destination alone and lets the callers own number through', () => {
    const { transfer, sip } = accepted({ ...MINIMAL, transfer: TRANSFER });

    expect(transfer).toEqual({
      destination: '+12025550100',
      toolName: 'transfer_call_tool',
      toolDescription: 'Transfers the call to a live person when the caller asks for one.',
      message: 'Please wait while I transfer your call.',
      when: 'Trigger this tool when a caller asks to be transferred to a live person.',
    });
    expect(sip.callerIds).toBe('any');
  });

  test('the spend allowed for test calls grows by 0.30 USD a number, unless it is given', () => {
    expect(accepted({ ...MINIMAL, numbers: numbersOf(4) }).verification.maxSpendUsd).toBe(1.9);
    expect(accepted({ ...MINIMAL, verification: { maxSpendUsd: 7 } }).verification.maxSpendUsd).toBe(7);
  });

  test('the caps on calls and spend are those of the numbers that are called, and a telephone as destination costs more', () => {
    const capsOf = (verification: object) =>
      accepted({ ...MINIMAL, numbers: numbersOf(20), verification }).verification;

    expect(capsOf({})).toMatchObject({ maxCalls: 50, maxSpendUsd: 6.7 });
    expect(capsOf({ sample: 4 })).toMatchObject({ maxCalls: 18, maxSpendUsd: 1.9 });
    expect(capsOf({ sample: 4, outbound: { destination: NUMBER } })).toMatchObject({ maxSpendUsd: 2.5 });
    expect(capsOf({ maxCalls: 3 })).toMatchObject({ maxCalls: 3, maxSpendUsd: 6.7 });
  });

  test('a number is answered by its own assistant, else by the one for all', () => {
    const numbers = [{ number: NUMBER, assistantId: OTHER_ASSISTANT }, { number: '+18648301019' }];

    expect(accepted({ ...MINIMAL, numbers }).numbers.map(({ assistantId }) => assistantId)).toEqual([
      OTHER_ASSISTANT,
      ASSISTANT,
    ]);
  });
});

/** Path of the member, values at its limits that are right, values beyond them that are wrong. */
const LIMITS: readonly (readonly [string, readonly unknown[], readonly unknown[]])[] = [
  ['connection', ['a', '0-a', 'a'.repeat(24)], ['', '-a', 'Acme', 'a b', 'a'.repeat(25), 7, undefined]],
  ['region', ['us', 'eu'], ['US', 'de', '', undefined]],
  ['assistantId', [ASSISTANT], ['', 'assistant', `${ASSISTANT}0`, 5]],
  ['numbers', [numbersOf(1), numbersOf(1000)], [[], numbersOf(1001), 'none', undefined]],
  [
    'transfer.destination',
    ['+1234567', '+123456789012345'],
    ['12025550100', '+0202555', '+123456', '+1234567890123456'],
  ],
  ['transfer.toolName', ['a', 'A-b_9', 'x'.repeat(64)], ['', 'a b', 'x'.repeat(65)]],
  ['transfer.toolDescription', ['x', 'x'.repeat(999)], ['', 'x'.repeat(1000)]],
  ['transfer.message', ['', 'x'.repeat(1000)], ['x'.repeat(1001)]],
  ['transfer.when', ['x', 'x'.repeat(900)], ['', 'x'.repeat(901)]],
  ['sip.transport', ['udp', 'tcp', 'tls'], ['UDP', 'sctp']],
  ['sip.outboundHost', ['nyc.us.out.didww.com', 'hk.out.didww.com'], ['sip.example.com', '']],
  ['sip.networkProtocol', ['prefer_ipv4', 'force_ipv4'], ['any', 'force_ipv6']],
  ['sip.maxTransfers', [0, 8], [-1, 9, 1.5, '1']],
  ['sip.trunkLayout', ['separate', 'combined'], ['both']],
  ['sip.ingress', ['region', 'credential'], ['host']],
  [
    'sip.allowedIps',
    [[], ['203.0.113.7', '203.0.113.0/24', '0.0.0.0/0']],
    [['example.com'], ['2001:db8::1'], ['203.0.113.0/33']],
  ],
  ['sip.callerIds', ['own', 'any'], ['none']],
  ['limits.dailySpendUsd', [0.01, 100_000], [0, -1, 100_001, '50']],
  ['limits.channels', [1, 32_767], [0, 32_768, 2.5]],
  ['limits.allowPremiumDestinations', [true, false], ['yes', null]],
  ['routing.replaceExisting', [true, false], ['yes']],
  ['verification.inbound', [true, false], [1]],
  ['verification.outbound', [true, false, { destination: '+493012345678' }], ['no', 7]],
  ['verification.sample', [2, 1000], [1, 2.5, 1001]],
  ['verification.maxCalls', [1, 5000], [0, 5001]],
  ['verification.maxSecondsPerCall', [20, 600], [19, 601]],
  ['verification.windowSeconds', [0, 900], [-1, 901, '60s']],
  ['verification.transfer', [true, false], [null]],
  ['verification.maxSpendUsd', [0.01, 1000], [0, 1001]],
  ['verification.callFrom', [null, NUMBER], ['18648301018', '']],
  ['onFailure', ['rollback', 'pause'], ['ask']],
  ['patience.step', ['1ms', '30s', '5m', '1h'], ['5', '0s', '1.5m', '1d', 'm']],
  ['patience.rollback', ['100ms', '24h'], ['']],
  ['patience.firstRetry', ['1s'], [1000]],
];

describe('every member has the limits of the contract', () => {
  test.each(LIMITS)('%s', (path, right, wrong) => {
    for (const value of right) expect(problems(withMember(path, value)), String(value)).toEqual([]);
    for (const value of wrong) {
      const found = paths(withMember(path, value));
      expect(found.length, String(value)).toBeGreaterThan(0);
      for (const one of found) expect(one.replace(/\[\d+\].*$/, '')).toBe(path);
    }
  });

  test('the telephone of the way out', () => {
    const found = (outbound: unknown) => problems({ ...MINIMAL, verification: { outbound } });

    expect(found({ destination: '030 123' })[0]).toContain('verification.outbound.destination: must be E.164');
    expect(found({ destination: NUMBER })).toEqual([
      'verification.outbound.destination: must not be one of the numbers',
    ]);
  });

  test('durations of up to thirty days, in every unit', () => {
    const found = (step: string) => problems({ ...MINIMAL, patience: { step } });

    for (const step of ['25h', '600h', '601h', '720h', '43200m', '2592000s', '2592000000ms']) {
      expect(accepted({ ...MINIMAL, patience: { step } }).patience.step).toBe(step);
    }
    for (const step of ['721h', '43201m', '2592001s', '2592000001ms', '9999999999h']) {
      expect(found(step)).toEqual(['patience.step: must be at most 720h']);
    }
    expect(found('30d')).toEqual(['patience.step: must be a duration such as 100ms, 30s, 5m or 1h']);
  });

  test('members of a number', () => {
    const numbers = [
      { number: '8648301018', label: '', assistantId: 'x' },
      { number: NUMBER, label: 'x'.repeat(41) },
    ];

    expect(paths({ ...MINIMAL, numbers })).toEqual([
      'numbers[0].number',
      'numbers[0].label',
      'numbers[0].assistantId',
      'numbers[1].label',
    ]);
    expect(problems({ ...MINIMAL, numbers: [{ number: NUMBER, label: 'x'.repeat(40) }] })).toEqual([]);
  });
});

describe('members must fit one another', () => {
  test('no number is listed twice', () => {
    expect(problems({ ...MINIMAL, numbers: [{ number: NUMBER }, { number: NUMBER }] })).toEqual([
      `numbers[1].number: ${NUMBER} is listed twice`,
    ]);
  });

  test('every number has an assistant', () => {
    const { assistantId: _none, ...request } = MINIMAL;
    const numbers = [{ number: NUMBER, assistantId: ASSISTANT }, { number: '+18648301019' }];

    expect(paths({ ...request, numbers })).toEqual(['numbers[1].assistantId']);
    expect(problems({ ...request, numbers: numbers.slice(0, 1) })).toEqual([]);
  });

  test('a transfer does not go to one of the numbers', () => {
    expect(paths({ ...MINIMAL, transfer: { destination: NUMBER } })).toEqual(['transfer.destination']);
  });

  test('a transfer needs at least one accepted REFER', () => {
    expect(paths({ ...MINIMAL, transfer: TRANSFER, sip: { maxTransfers: 0 } })).toEqual(['sip.maxTransfers']);
  });

  test('an address of the allow-list counts once, however often and by whichever of its addresses it is listed', () => {
    const listed = (allowedIps: readonly string[]) => problems({ ...MINIMAL, sip: { allowedIps } });
    const six = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5', '203.0.113.5/24'];

    expect(listed([...six, '192.0.2.1/32', '203.0.113.9/24', '46.19.210.14'])).toEqual([]);
    expect(listed([...six, '192.0.2.6'])).toEqual(['sip.allowedIps: must hold at most 6 addresses']);
  });

  test('a transfer that is to be proven needs a second channel', () => {
    const request = { ...MINIMAL, transfer: TRANSFER, limits: { channels: 1 } };

    expect(paths(request)).toEqual(['limits.channels']);
    expect(problems({ ...request, verification: { transfer: false } })).toEqual([]);
  });

  test.each([
    ['us', 6],
    ['eu', 7],
  ] as const)('the allow-list holds 15 addresses in all: in %s %i of the request', (region, most) => {
    const ips = (count: number) => Array.from({ length: count }, (_, at) => `203.0.113.${String(at)}`);

    expect(problems({ ...MINIMAL, region, sip: { allowedIps: ips(most) } })).toEqual([]);
    expect(problems({ ...MINIMAL, region, sip: { allowedIps: ips(most + 1) } })).toEqual([
      `sip.allowedIps: must hold at most ${String(most)} addresses`,
    ]);
  });
});

test('every problem is told at once, wherever it is', () => {
  const wrong = {
    connection: 'Acme',
    region: 'us',
    numbers: [{ number: NUMBER }, { number: NUMBER, assistantId: ASSISTANT, note: 'x' }],
    transfer: { destination: NUMBER, toolName: 'a b' },
    sip: { maxTransfers: 0, allowedIps: ['example.com'] },
    limits: { channels: 0 },
    patience: { step: '5 minutes' },
    retries: 3,
  };

  expect(new Set(paths(wrong))).toEqual(
    new Set([
      'connection',
      'numbers[0].assistantId',
      'numbers[1].number',
      'numbers[1].note',
      'transfer.toolName',
      'transfer.destination',
      'sip.maxTransfers',
      'sip.allowedIps[0]',
      'limits.channels',
      'patience.step',
      'retries',
    ]),
  );
});

test('rules between members are judged although other members are wrong', () => {
  const wrong = { ...MINIMAL, connection: 'Acme', numbers: [{ number: NUMBER }, { number: NUMBER }] };

  expect(paths(wrong)).toEqual(['connection', 'numbers[1].number']);
});

test('what a request does not know is refused at every depth, by its path', () => {
  const unknown = {
    ...MINIMAL,
    colour: 'red',
    numbers: [{ number: NUMBER, nam: 'x' }],
    sip: { transprot: 'udp' },
    verification: { inbund: true, outbund: true },
  };

  expect(problems(unknown).toSorted()).toEqual(
    ['colour', 'numbers[0].nam', 'sip.transprot', 'verification.inbund', 'verification.outbund'].map(
      (path) => `${path}: is not a known member`,
    ),
  );
});

test.each([undefined, null, 'acme', 7, [], true])(
  'what is no request at all is refused without throwing: %j',
  (input) => {
    expect(problems(input).length).toBeGreaterThan(0);
  },
);

test('the published JSON Schema accepts and refuses what the request schema does, member by member', async () => {
  const text = await readFile(new URL('../../schema/onboarding-request.schema.json', import.meta.url), 'utf8');
  const published = z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);

  for (const [path, right, wrong] of LIMITS) {
    for (const value of right) {
      expect(published.safeParse(withMember(path, value)).success, `${path} ${JSON.stringify(value)}`).toBe(true);
    }
    for (const value of wrong) {
      expect(published.safeParse(withMember(path, value)).success, `${path} ${JSON.stringify(value)}`).toBe(false);
    }
  }
  expect(published.safeParse({ ...MINIMAL, colour: 'red' }).success).toBe(false);
});
