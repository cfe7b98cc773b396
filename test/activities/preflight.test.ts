import type { Client } from '@temporalio/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { preflightActivities } from '../../src/activities/preflight/preflight.js';
import { createDidww } from '../../src/didww/index.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { addDid, type DidCondition, foreignGroup, foreignTrunk } from '../../src/sandbox/didww/seed.js';
import { type Accounts, FORGETFUL, givenAccounts, TRANSFER } from './preflightRig.js';
import { NUMBER, OTHER_NUMBER } from './world.js';

const SPOILT = '+18648301040';
const MISSING_ASSISTANT = '00000000-0000-4000-8000-000000000404';

const spoilt = (accounts: Accounts, seed: Omit<Parameters<typeof addDid>[1], 'number'>) => {
  addDid(accounts.didwwAccount, { number: SPOILT, ...seed });
  return accounts.request({ numbers: [{ number: SPOILT }] });
};

test('a request that can work gets an inventory of what stands, and nothing is written', async () => {
  const accounts = await givenAccounts();

  const inventory = await accounts.inventory(accounts.request({ transfer: TRANSFER }));

  expect(inventory).toMatchObject({
    standing: false,
    seen: { at: { didww: expect.any(Number) as number, vapi: expect.any(Number) as number } },
    assistants: [{ id: accounts.assistant.id, hasTool: false }],
    numbers: [{ number: NUMBER, assistantId: accounts.assistant.id, routing: null, kept: false }],
    warnings: [],
  });
  expect(inventory.outboundTrunk ?? inventory.inboundTrunk ?? inventory.tool).toBeUndefined();
  expect(accounts.writes()).toEqual([]);
});

describe('a number that cannot carry calls is refused, with its reason', () => {
  test.each<[DidCondition, RegExp]>([
    ['blocked', /is blocked at DIDWW/],
    ['awaiting-registration', /awaits its registration/],
    ['terminated', /is cancelled at DIDWW/],
    ['expired', /expired on 2026-02-15/],
    ['no-capacity', /has no capacity/],
    ['no-voice-in', /cannot take voice calls \(no voice_in\)/],
    ['no-voice-out', /cannot be used as a caller id \(no voice_out\)/],
  ])('%s', async (condition, words) => {
    const accounts = await givenAccounts();

    const { problems = [], ...failure } = await accounts.refusal(spoilt(accounts, { condition }));

    expect(problems).toEqual([
      {
        path: 'numbers[0].number',
        message: expect.stringMatching(words) as string,
        action: expect.any(String) as string,
      },
    ]);
    expect(failure).toMatchObject({ class: 'refused', provider: 'didww', retried: false });
  });
});

test("a number expires by DIDWW's clock, whatever the worker's shows", async () => {
  const accounts = await givenAccounts();
  const request = spoilt(accounts, {});
  const did = accounts.didwwAccount.didByNumber(SPOILT);
  if (did !== undefined) did.expiresAt = new Date(Date.now() + 60_000).toISOString();
  expect(await accounts.inventory(request)).toMatchObject({ numbers: [{ number: SPOILT }] });

  accounts.didwwAccount.switches.clockAheadMs = 120_000;

  expect(await accounts.problems(request)).toEqual([expect.stringMatching(/^numbers\[0\]\.number: \S+ expired on /)]);
});

test('a number that the account does not own is refused', async () => {
  const accounts = await givenAccounts();

  expect(await accounts.problems(accounts.request({ numbers: [{ number: SPOILT }] }))).toEqual([
    `numbers[0].number: The DIDWW account does not own ${SPOILT}.`,
  ]);
});

test('a number without channels whose minutes are billed is no problem, only worth a warning', async () => {
  const accounts = await givenAccounts();

  const { warnings } = await accounts.inventory(spoilt(accounts, { channels: 0, metered: true, capacityLimit: 1 }));

  expect(warnings).toEqual([expect.stringContaining(`${SPOILT} (1)`), expect.stringContaining('billed by the minute')]);
});

test('a range of the allow-list that holds a great part of the internet is told as a warning', async () => {
  const accounts = await givenAccounts();
  const allowedIps = ['203.0.113.7', '203.0.0.0/9', '203.0.0.0/8', '0.0.0.0/0'];
  const request = accounts.request({ sip: { allowedIps }, limits: { dailySpendUsd: 30 } });

  expect((await accounts.inventory(request)).warnings).toEqual([
    'sip.allowedIps lists 203.0.0.0/8, which are 16,777,216 addresses: from each of them whoever learns the SIP credentials ' +
      'can place calls at your cost, up to 30 USD a day. List single addresses instead.',
    'sip.allowedIps lists 0.0.0.0/0, which is every address: from each of them whoever learns the SIP credentials ' +
      'can place calls at your cost, up to 30 USD a day. List single addresses instead.',
  ]);
});

test('an address of the allow-list that the internet does not carry is told as a warning, by its network and once', async () => {
  const accounts = await givenAccounts();
  const request = accounts.request({ sip: { allowedIps: ['10.0.0.5/24', '10.0.0.6/24', '192.0.2.5/24'] } });

  expect((await accounts.inventory(request)).warnings).toEqual([
    'sip.allowedIps lists 10.0.0.0/24, which is in 10.0.0.0/8: DIDWW sees no call come from there. ' +
      'List the public address that the calls come from.',
  ]);
});

test('an assistant that hands over the control of its calls is refused where it is to transfer, before anything is written', async () => {
  const accounts = await givenAccounts();
  const { assistant } = accounts;
  accounts.vapiAccount.patchAssistant(assistant, { serverMessages: ['status-update', 'phone-call-control'] });

  expect(await accounts.problems(accounts.request({ transfer: TRANSFER }))).toEqual([
    `assistantId: Assistant ${assistant.id} cannot transfer: its serverMessages hold phone-call-control, which blocks transfers at Vapi.`,
  ]);
  expect(accounts.writes()).toEqual([]);
  expect((await accounts.inventory()).assistants).toMatchObject([{ id: assistant.id }]);
});

test('a number that is routed elsewhere is refused, unless the request lets it be taken over', async () => {
  const accounts = await givenAccounts();
  const trunk = foreignTrunk(accounts.didwwAccount, 'office');
  const request = spoilt(accounts, { routedTo: 'office' });

  expect(await accounts.problems(request)).toEqual([
    `numbers[0].number: ${SPOILT} is routed to trunk ${trunk.id} at DIDWW.`,
  ]);
  const { numbers } = await accounts.inventory({ ...request, routing: { replaceExisting: true } });
  expect(numbers).toMatchObject([{ routing: { kind: 'trunk', id: trunk.id }, kept: false }]);
});

test('a number that rings in a group is refused as well', async () => {
  const accounts = await givenAccounts();
  const group = foreignGroup(accounts.didwwAccount, 'hunt group');

  expect(await accounts.problems(spoilt(accounts, { routedToGroup: 'hunt group' }))).toEqual([
    `numbers[0].number: ${SPOILT} is routed to trunk group ${group.id} at DIDWW.`,
  ]);
});

test('more numbers taken over than the trunk can remember are refused', async () => {
  const accounts = await givenAccounts();
  const numbers = Array.from({ length: 41 }, (_, at) => ({ number: `+1864830${String(2000 + at)}` }));
  for (const { number } of numbers) addDid(accounts.didwwAccount, { number, routedTo: 'office' });

  expect(await accounts.problems(accounts.request({ numbers, routing: { replaceExisting: true } }))).toEqual([
    expect.stringMatching(/^numbers: 41 numbers .* can remember 40\.$/),
  ]);
});

test('a number that is imported in Vapi already is refused, naming the import and who has it', async () => {
  const accounts = await givenAccounts();
  const credential = accounts.vapiAccount.addCredential({
    provider: 'byo-sip-trunk',
    name: 'patchbay sales in',
    gateways: [],
  });
  const provider = 'byo-phone-number';
  const first = accounts.vapiAccount.addPhoneNumber({ provider, number: NUMBER.slice(1), credentialId: credential.id });

  const { problems } = await accounts.refusal();

  expect(problems).toMatchObject([
    {
      path: 'numbers[0].number',
      message: `${NUMBER} is imported in Vapi already, as phone number ${first.id} on credential ${credential.id} "patchbay sales in".`,
      action: expect.stringContaining('patchbay offboard sales') as string,
    },
  ]);
});

test('a refused DIDWW key is a matter of authentication, told once, whatever else is wrong', async () => {
  const accounts = await givenAccounts();
  accounts.didwwAccount.apiKey = 'changed';

  const failure = await accounts.refusal(accounts.request({ assistantId: MISSING_ASSISTANT }));

  expect(failure).toMatchObject({ class: 'authentication', provider: 'didww', retried: false });
  expect(failure.problems?.map(({ path }) => path)).toEqual(['didww.account', 'assistantId']);
});

test('a refused Vapi key is told with the hint that a key belongs to one region', async () => {
  const accounts = await givenAccounts();
  accounts.vapiAccount.apiKey = 'changed';

  const { problems, ...failure } = await accounts.refusal();

  expect(failure).toMatchObject({ class: 'authentication', provider: 'vapi' });
  expect(problems).toMatchObject([
    {
      path: 'vapi.account',
      message: expect.stringContaining('region us') as string,
      action: expect.stringContaining('eu') as string,
    },
  ]);
});

test.each([
  [
    '2026-04-16',
    'outboundEnabled',
    'Ask DIDWW support to enable "Outbound" for this account. Then: patchbay retry acme',
  ],
  [
    '2026-11-19',
    'outboundApiEnabled',
    'Ask DIDWW Sales to enable the "Outbound API" for this account, and outbound calls as well: with the first alone,' +
      ' trunks can be made but calls are refused. Then: patchbay retry acme',
  ],
] as const)(
  'an account of %s without outbound trunks is refused with what to ask of DIDWW',
  async (version, gate, action) => {
    const accounts = await givenAccounts();
    Object.assign(accounts.didwwAccount.switches, { apiVersion: version, [gate]: false });

    expect((await accounts.refusal()).problems).toEqual([
      {
        path: 'didww.account',
        message: expect.stringContaining('DIDWW does not allow this account to GET /voice_out_trunks (403)') as string,
        action,
      },
    ]);
  },
);

test.each([
  ['2022-05-10', 'assigned', "on the API page of DIDWW's User Panel; an upgrade cannot be undone"],
  ['2027-05-20', 'assigned', 'install a newer one'],
  ['2027-05-20', 'refused', 'install a newer one'],
] as const)(
  'an account of API version %s is refused by name, and nothing is written',
  async (version, olderVersionToken, action) => {
    const accounts = await givenAccounts();
    Object.assign(accounts.didwwAccount.switches, {
      apiVersion: version,
      honoursVersionHeader: false,
      olderVersionToken,
    });

    const failure = await accounts.refusal();

    expect(failure.retried).toBe(false);
    expect(failure.problems).toMatchObject([
      {
        path: 'didww.account',
        message: `DIDWW serves this account in API version ${version}; Patchbay works with 2026-04-16 and 2026-11-19.`,
        action: expect.stringContaining(action) as string,
      },
    ]);
    expect(accounts.writes()).toEqual([]);
  },
);

test('an account with nothing left to spend is refused', async () => {
  const accounts = await givenAccounts();
  Object.assign(accounts.didwwAccount.balance, { balance: -10, credit: 10 });

  expect(await accounts.problems()).toEqual([expect.stringMatching(/^didww\.balance: .* nothing left to spend/)]);
});

test('an assistant that is not there is refused where the request names it', async () => {
  const accounts = await givenAccounts();
  const numbers = [{ number: NUMBER }, { number: OTHER_NUMBER, assistantId: MISSING_ASSISTANT }];

  expect(await accounts.problems(accounts.request({ numbers }))).toEqual([
    expect.stringMatching(/^numbers\[1\]\.assistantId: .* \(404\), or it belongs to the other region/),
  ]);
});

describe('another tool of the same name on an assistant is refused, whoever made it', () => {
  const given = async (attach: (accounts: Accounts, toolId: string) => object) => {
    const accounts = await givenAccounts();
    const tool = accounts.vapiAccount.addTool({
      type: 'transferCall',
      function: { name: 'transfer_call_tool' },
      destinations: [],
    });
    const { assistant } = accounts;
    accounts.vapiAccount.patchAssistant(assistant, {
      model: { ...assistant.model, toolIds: [], ...attach(accounts, tool.id) } as typeof assistant.model & object,
    });
    return { accounts, tool };
  };

  test('as a saved tool', async () => {
    const { accounts, tool } = await given((_, id) => ({ toolIds: [id] }));

    expect(await accounts.problems(accounts.request({ transfer: TRANSFER }))).toEqual([
      expect.stringMatching(new RegExp(`^transfer\\.toolName: .*tool ${tool.id}`)),
    ]);
    expect(await accounts.inventory()).toBeDefined();
  });

  test('as a pinned version', async () => {
    const { accounts } = await given((_, toolId) => ({ toolRefs: [{ toolId, version: 'v1' }] }));

    expect(await accounts.problems(accounts.request({ transfer: TRANSFER }))).toHaveLength(1);
  });

  test('as an inline tool', async () => {
    const { accounts } = await given(() => ({
      tools: [{ type: 'function', function: { name: 'transfer_call_tool' } }],
    }));

    expect(await accounts.problems(accounts.request({ transfer: TRANSFER }))).toEqual([
      expect.stringMatching(/^transfer\.toolName: .*an inline tool/),
    ]);
  });
});

test("a trunk of somebody else's that has our name is refused", async () => {
  const accounts = await givenAccounts();
  const trunk = foreignTrunk(accounts.didwwAccount, 'patchbay acme in');

  expect(await accounts.problems()).toEqual([expect.stringMatching(new RegExp(`^connection: .*${trunk.id}`))]);
});

test('a caller number that Vapi does not have is refused; one of the request is fine', async () => {
  const accounts = await givenAccounts();

  expect(await accounts.problems(accounts.request({ verification: { callFrom: SPOILT } }))).toEqual([
    expect.stringMatching(/^verification\.callFrom: /),
  ]);
  expect(await accounts.inventory(accounts.request({ verification: { callFrom: NUMBER } }))).toBeDefined();
});

test('everything that is wrong comes in one answer', async () => {
  const accounts = await givenAccounts();
  Object.assign(accounts.didwwAccount.balance, { balance: 0, credit: 0 });
  accounts.didwwAccount.switches.outboundApiEnabled = false;
  addDid(accounts.didwwAccount, { number: SPOILT, condition: 'terminated', routedTo: 'office' });
  const numbers = [{ number: NUMBER, assistantId: MISSING_ASSISTANT }, { number: SPOILT }, { number: '+18648309999' }];

  const { message, problems = [] } = await accounts.refusal(
    accounts.request({ numbers, verification: { callFrom: '+18648308888' } }),
  );

  expect(problems.map(({ path }) => path)).toEqual([
    'didww.account',
    'numbers[0].assistantId',
    'didww.balance',
    'numbers[1].number',
    'numbers[1].number',
    'numbers[2].number',
    'verification.callFrom',
  ]);
  expect(message).toBe(`Preflight found 7 problems, the first: ${problems[0]?.message ?? ''}`);
});

test('a read that may pass is retried where nothing else is wrong', async () => {
  const accounts = await givenAccounts();
  accounts.faults.rateLimit('GET /tool', { times: 1, retryAfterSeconds: 2 });

  expect(await accounts.refusal()).toMatchObject({ class: 'rate-limited', provider: 'vapi', retried: true });
  expect(await accounts.inventory()).toBeDefined();
});

test('a read that may pass does not hold up what is wrong anyway, and is told with it', async () => {
  const accounts = await givenAccounts();
  accounts.faults.fail('GET /phone-number', { status: 503 });

  const failure = await accounts.refusal(accounts.request({ assistantId: MISSING_ASSISTANT }));

  expect(failure).toMatchObject({ class: 'refused', retried: false });
  expect(failure.problems?.map(({ path }) => path)).toEqual(['assistantId', 'vapi.account']);
  expect(failure.problems?.[1]?.message).toMatch(/^Not everything could be checked at Vapi\. /);
});

test('a Temporal that is busy does not hold up what is wrong with the accounts, and is told where nothing is', async () => {
  const accounts = await givenAccounts();
  const urls = () => ({ didww: 'https://didww.example/v3', vapi: 'https://vapi.example' });
  const answer = { code: 8, details: 'namespace rate limit exceeded', metadata: {} }; // RESOURCE_EXHAUSTED
  const busy = Object.assign(new Error(`8 RESOURCE_EXHAUSTED: ${answer.details}`), answer);
  const temporal = { withAbortSignal: () => Promise.reject(busy) } as unknown as Client;
  const { runPreflight } = preflightActivities({ ...accounts, urls, temporal });

  const passing = await accounts.failure(runPreflight, accounts.request());
  const definite = await accounts.failure(runPreflight, accounts.request({ assistantId: MISSING_ASSISTANT }));

  expect(passing).toMatchObject({ class: 'rate-limited', provider: 'patchbay', retried: true });
  expect(definite).toMatchObject({ class: 'refused', problems: [{ path: 'assistantId' }], retried: false });
});

test.each(['auto', '2026-04-16'] as const)(
  'an address that is not DIDWW is one problem, at version %s',
  async (version) => {
    const accounts = await givenAccounts();
    const sandbox = await startSandbox();
    onTestFinished(() => sandbox.stop());
    const apiUrl = sandbox.didwwUrl.replace('/v3', '');
    const didww = createDidww({ apiUrl, apiKey: accounts.didwwAccount.apiKey, version });
    onTestFinished(() => didww.close());
    const urls = () => ({ didww: apiUrl, vapi: 'https://vapi.example' });
    const { runPreflight } = preflightActivities({ ...accounts, didww, urls, temporal: FORGETFUL });

    expect(await accounts.failure(runPreflight, accounts.request())).toMatchObject({
      class: 'refused',
      problems: [{ path: 'didww.account', message: `What answers at ${apiUrl} is not DIDWW's API (404).` }],
      retried: false,
    });
  },
);
