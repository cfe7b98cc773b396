import { expect, test } from 'vitest';
import type { RequestInput } from '../../src/contract/request.js';
import type { AssistantDto } from '../../src/sandbox/vapi/assistantDto.js';
import type { VapiAssistant } from '../../src/sandbox/vapi/index.js';
import { type Accounts, givenAccounts, TRANSFER } from './preflightRig.js';
import { NUMBER, only } from './world.js';

const NO_CALLS = { inbound: false, outbound: false, transfer: false };
const WITH_TRANSFER: Partial<RequestInput> = { transfer: TRANSFER };

/** The assistant as it is now. */
const standing = ({ vapiAccount }: Accounts): VapiAssistant => only(vapiAccount.assistants);

/** The warnings of a request, the assistant in them called A. */
async function warnings(accounts: Accounts, request: Partial<RequestInput>): Promise<readonly string[]> {
  const { warnings: told } = await accounts.inventory(accounts.request(request));
  return told.map((text) => text.replace(accounts.assistant.id, 'A'));
}

const GREETS_GOODBYE = { firstMessage: 'Hello, and say GoodBye whenever you like.', endCallPhrases: ['goodbye'] };
const ENDS_WITH_GREETING =
  'Assistant A hangs up when it says "goodbye" (endCallPhrases), and its firstMessage says so: its calls end with the greeting.';
const ENDS_IN_PLACE =
  'Assistant A hangs up when it says "transfer your call" (endCallPhrases), and transfer.message says so: it may hang up in place of transferring.';
const unsteered = (why: string): string =>
  `Calls of assistant A cannot be steered from outside (monitorPlan.${why}): its transfer is proven only where its model calls the tool on its own.`;
const tooShort = (has: number, needs: number): string =>
  `Assistant A ends its calls after ${String(has)} s (maxDurationSeconds); a test call may need ${String(needs)} s.`;

test.each<[has: string, settings: AssistantDto, request: Partial<RequestInput>, told: readonly string[]]>([
  ['a short hard stop', { maxDurationSeconds: 30 }, {}, [tooShort(30, 45)]],
  ['a hard stop that is long enough for a line test', { maxDurationSeconds: 45 }, {}, []],
  ['the same where the transfer is tested', { maxDurationSeconds: 45 }, WITH_TRANSFER, [tooShort(45, 90)]],
  [
    'the same where calls are shorter',
    { maxDurationSeconds: 45 },
    { ...WITH_TRANSFER, verification: { maxSecondsPerCall: 40 } },
    [],
  ],
  ['a short hard stop, and nobody is called', { maxDurationSeconds: 10 }, { verification: NO_CALLS }, []],
  ['a greeting that ends its calls', GREETS_GOODBYE, {}, [ENDS_WITH_GREETING]],
  [
    'the same, which it does not say first',
    { ...GREETS_GOODBYE, firstMessageMode: 'assistant-waits-for-user' },
    {},
    [],
  ],
  [
    'an end-call phrase in the transfer message',
    { endCallPhrases: ['transfer your call'] },
    WITH_TRANSFER,
    [ENDS_IN_PLACE],
  ],
  ['the same, and no transfer', { endCallPhrases: ['transfer your call'] }, {}, []],
  [
    'no call control',
    { monitorPlan: { controlEnabled: false } },
    WITH_TRANSFER,
    [unsteered('controlEnabled is false')],
  ],
  [
    'call control by key',
    { monitorPlan: { controlAuthenticationEnabled: true } },
    WITH_TRANSFER,
    [unsteered('controlAuthenticationEnabled is true')],
  ],
  [
    'no call control, and the transfer is not tested',
    { monitorPlan: { controlEnabled: false } },
    { ...WITH_TRANSFER, verification: NO_CALLS },
    [],
  ],
])('an assistant with %s', async (_has, settings, request, told) => {
  const accounts = await givenAccounts();
  accounts.vapiAccount.patchAssistant(standing(accounts), settings);

  expect(await warnings(accounts, request)).toEqual(told);
});

test('an assistant whose model is incomplete is refused where it is to get a tool, before anything is written', async () => {
  const accounts = await givenAccounts();
  const assistant = standing(accounts);
  const { model: _model, ...without } = assistant;
  accounts.vapiAccount.assistants.set(assistant.id, without);

  expect(await accounts.problems(accounts.request(WITH_TRANSFER))).toEqual([
    `assistantId: Assistant ${assistant.id} cannot be given the transfer tool: its model names no provider and no model, without which Vapi takes no change of it.`,
  ]);
  expect(accounts.writes()).toEqual([]);
  expect(await warnings(accounts, {})).toEqual([]);
});

test('an assistant that hands over the control of its calls is refused although no transfer is tested', async () => {
  const accounts = await givenAccounts();
  accounts.vapiAccount.patchAssistant(standing(accounts), { serverMessages: ['phone-call-control'] });
  const request = accounts.request({ ...WITH_TRANSFER, verification: NO_CALLS });

  expect(await accounts.problems(request)).toEqual([expect.stringContaining('hold phone-call-control')]);
});

test.each<[request: Partial<RequestInput>, told: boolean]>([
  [{}, true],
  [{ verification: { maxSpendUsd: 0.5 } }, false],
  [{ verification: NO_CALLS }, false],
])('a balance below what test calls may cost is told as a warning: %j %s', async (request, told) => {
  const accounts = await givenAccounts();
  Object.assign(accounts.didwwAccount.balance, { balance: 0.5, credit: 0 });

  expect(await warnings(accounts, request)).toEqual(
    told
      ? [
          expect.stringMatching(
            /^The DIDWW account can spend 0\.5\d* USD, less than the test calls may cost at both providers \(verification\.maxSpendUsd, 1 USD\)/,
          ),
        ]
      : [],
  );
});

test('a number that is not renewed, and a calling number that Vapi has blocked, are told as warnings', async () => {
  const accounts = await givenAccounts();
  const did = accounts.didwwAccount.didByNumber(NUMBER);
  if (did !== undefined) did.billingCyclesCount = 0;
  const callFrom = '+12025550123';
  const caller = accounts.vapiAccount.addPhoneNumber({ provider: 'twilio', number: callFrom });
  accounts.vapiAccount.phoneNumbers.set(caller.id, { ...caller, status: 'blocked' });

  expect(await warnings(accounts, { verification: { callFrom } })).toEqual([
    expect.stringMatching(
      /^Not renewed at DIDWW any more \(billing_cycles_count 0\): \+18648301018 \(paid until \d{4}-\d\d-\d\d\)\.$/,
    ),
    `${callFrom} (verification.callFrom) is blocked at Vapi (phone number ${caller.id}).`,
  ]);
});
