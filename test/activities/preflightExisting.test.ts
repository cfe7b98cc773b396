import { expect, test } from 'vitest';
import { givenAccounts, TRANSFER } from './preflightRig.js';
import { NUMBER, only, OTHER_NUMBER } from './world.js';

const BOTH = [{ number: NUMBER }, { number: OTHER_NUMBER }];

test('an extension keeps what stands and finds the new number to be attached', async () => {
  const accounts = await givenAccounts();
  await accounts.connect(accounts.request({ transfer: TRANSFER }));

  const inventory = await accounts.inventory(accounts.request({ transfer: TRANSFER, numbers: BOTH }));

  expect(inventory).toMatchObject({
    standing: true,
    outboundTrunk: { name: 'patchbay acme out', callerDidIds: [accounts.didwwAccount.didByNumber(NUMBER)?.id] },
    inboundTrunk: { id: only(new Map(accounts.didwwAccount.inboundTrunks)).id },
    outboundCredential: { name: 'patchbay acme out' },
    inboundCredential: { name: 'patchbay acme in' },
    tool: { id: only(accounts.vapiAccount.tools).id, name: 'transfer_call_tool' },
    assistants: [{ id: accounts.assistant.id, hasTool: true }],
    numbers: [
      { number: NUMBER, kept: true, phoneNumberId: only(accounts.vapiAccount.phoneNumbers).id },
      { number: OTHER_NUMBER, kept: false },
    ],
    warnings: [],
  });
});

test.each(['separate', 'combined'] as const)(
  'a %s connection that stands as asked for is kept',
  async (trunkLayout) => {
    const accounts = await givenAccounts();
    const request = accounts.request({ sip: { trunkLayout, ingress: 'credential', transport: 'tls' } });
    await accounts.connect(request);

    expect((await accounts.inventory(request)).numbers).toMatchObject([{ kept: true }]);
  },
);

test('a connection that would carry more numbers than one run can take away is not extended', async () => {
  const accounts = await givenAccounts();
  await accounts.connect(accounts.request());
  const { credentialId } = only(accounts.vapiAccount.phoneNumbers);
  for (let at = 0; at < 2_998; at += 1) {
    const number = `+1415${String(5_550_000 + at)}`;
    accounts.vapiAccount.addPhoneNumber({ provider: 'byo-phone-number', number, credentialId });
  }
  const extension = accounts.request({ numbers: BOTH });
  expect((await accounts.inventory(extension)).numbers).toMatchObject([{ kept: true }, { kept: false }]);
  accounts.vapiAccount.addPhoneNumber({ provider: 'byo-phone-number', number: '+14155559999', credentialId });

  const { problems = [] } = await accounts.refusal(extension);

  expect(problems).toEqual([
    {
      path: 'numbers',
      message: 'acme would carry 3001 numbers; a connection can carry 3000.',
      action: 'Put the others into another connection.',
    },
  ]);
});

test('a request that wants other shared settings is refused with every difference', async () => {
  const accounts = await givenAccounts();
  await accounts.connect(accounts.request({ transfer: TRANSFER }));

  const { problems = [] } = await accounts.refusal(
    accounts.request({
      numbers: BOTH,
      transfer: { destination: '+12025550101' },
      limits: { channels: 5, dailySpendUsd: 20 },
      sip: { transport: 'tcp', allowedIps: ['203.0.113.9'], maxTransfers: 2 },
    }),
  );

  expect(problems.map(({ path }) => path)).toEqual([
    'sip.allowedIps',
    'limits.channels',
    'limits.dailySpendUsd',
    'sip.transport',
    'sip.maxTransfers',
    'gateways',
    'gateways',
    'transfer.destination',
  ]);
  expect(problems.find(({ path }) => path === 'limits.channels')?.message).toMatch(
    /is 10, and the request asks for 5\.$/,
  );
});

test('another trunk layout, or a transfer that comes or goes, is refused', async () => {
  const accounts = await givenAccounts();
  await accounts.connect(accounts.request({ sip: { callerIds: 'any' } }));
  const change = accounts.request({ sip: { callerIds: 'any', trunkLayout: 'combined' }, transfer: TRANSFER });

  expect(await accounts.problems(change)).toEqual([
    expect.stringMatching(/^sip\.trunkLayout: .*is separate, and the request asks for combined\.$/),
    expect.stringMatching(/^transfer: .*is none, and the request asks for a transfer to \+12025550100\.$/),
  ]);
});

test('a shared object that somebody removed is refused by name', async () => {
  const accounts = await givenAccounts();
  await accounts.connect();
  accounts.didwwAccount.outboundTrunks.clear();

  expect(await accounts.problems()).toEqual([expect.stringMatching(/^connection: .*"patchbay acme out" is gone/)]);
});

test('a number that the connection has under another label or with another assistant is refused', async () => {
  const accounts = await givenAccounts();
  await accounts.connect(accounts.request({ numbers: [{ number: NUMBER, label: 'Support' }] }));
  const other = accounts.vapiAccount.addAssistant({ name: 'Sales', model: { provider: 'openai', model: 'gpt-4o' } });

  expect(
    await accounts.problems(accounts.request({ numbers: [{ number: NUMBER, label: 'Sales', assistantId: other.id }] })),
  ).toEqual([
    expect.stringMatching(/^numbers\[0\]\.label: .*is Support; the request asks for Sales\.$/),
    expect.stringMatching(/^numbers\[0\]\.assistantId: /),
  ]);
  expect((await accounts.inventory()).numbers).toMatchObject([{ kept: true }]);
});

test('a number of the connection that was routed away is not kept, and to be routed anew', async () => {
  const accounts = await givenAccounts();
  await accounts.connect();
  const did = accounts.didwwAccount.didByNumber(NUMBER);
  if (did !== undefined) did.voiceInTrunkId = null;

  expect((await accounts.inventory()).numbers).toMatchObject([
    { kept: false, phoneNumberId: expect.any(String) as string },
  ]);
});

test('marked objects without an imported number are leftovers: not in the inventory, and never a reason to spare a look', async () => {
  const accounts = await givenAccounts();
  await accounts.connect(accounts.request({ limits: { channels: 3 } }));
  accounts.vapiAccount.phoneNumbers.clear();
  for (const did of accounts.didwwAccount.dids.values()) did.voiceInTrunkId = null;

  const inventory = await accounts.inventory(accounts.request({ limits: { channels: 7 } }));

  expect(inventory).toMatchObject({
    standing: false,
    seen: { at: { didww: 0, vapi: 0 } },
    numbers: [{ kept: false }],
    unused: {
      outboundTrunks: [...accounts.didwwAccount.outboundTrunks.keys()],
      inboundTrunks: [...accounts.didwwAccount.inboundTrunks.keys()],
      tools: [],
    },
  });
  expect(inventory.outboundTrunk ?? inventory.inboundCredential).toBeUndefined();
});

test('a spend limit that was reached and a tool that an assistant has lost are told as warnings', async () => {
  const accounts = await givenAccounts();
  const request = accounts.request({ transfer: TRANSFER });
  await accounts.connect(request);
  only(accounts.didwwAccount.outboundTrunks).thresholdReached = true;
  accounts.vapiAccount.patchAssistant(accounts.assistant, { model: { provider: 'openai', model: 'gpt-4o' } });

  expect((await accounts.inventory(request)).warnings).toEqual([
    expect.stringContaining('daily spend limit of 50'),
    expect.stringContaining('no longer lists its transfer tool'),
  ]);
});
