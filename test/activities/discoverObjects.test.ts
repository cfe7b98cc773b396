import { expect, test } from 'vitest';
import { foreignTrunk } from '../../src/sandbox/didww/seed.js';
import { givenAccounts, TRANSFER } from './preflightRig.js';
import { NUMBER, only } from './world.js';

const byName = (a: { readonly name?: string | undefined }, b: { readonly name?: string | undefined }) =>
  (a.name ?? '').localeCompare(b.name ?? '');
const ACME = { connection: 'acme', region: 'us' } as const;

test('everything of a connection is found by its marks, with what a taken-over number was routed to before', async () => {
  const accounts = await givenAccounts();
  const { didwwAccount, vapiAccount, steps } = accounts;
  const office = foreignTrunk(didwwAccount, 'office');
  const did = didwwAccount.didByNumber(NUMBER);
  if (did !== undefined) did.voiceInTrunkId = office.id;
  await accounts.connect(accounts.request({ transfer: TRANSFER, routing: { replaceExisting: true } }));

  const stock = await accounts.attempt(steps.discoverObjects, ACME);

  const tool = only(vapiAccount.tools);
  const phoneNumber = only(vapiAccount.phoneNumbers);
  expect({ ...stock, credentials: stock.credentials.toSorted(byName) }).toEqual({
    evidence: 'both',
    accounts: {
      didww: {
        didIds: [did?.id],
        inboundTrunkIds: [did?.voiceInTrunkId],
        outboundTrunkIds: [only(didwwAccount.outboundTrunks).id],
      },
      vapi: { region: 'us', organisationId: vapiAccount.orgId },
    },
    unread: [],
    copies: [],
    youngestAt: [tool, ...vapiAccount.credentials.values()]
      .map(({ createdAt }) => createdAt)
      .toSorted()
      .at(-1),
    outboundTrunks: [{ id: only(didwwAccount.outboundTrunks).id, name: 'patchbay acme out' }],
    inboundTrunks: [{ id: did?.voiceInTrunkId, name: 'patchbay acme in' }],
    credentials: [...vapiAccount.credentials.values()].toSorted(byName).map(({ id, createdAt, name }) => ({
      id,
      createdAt,
      name,
      role: name?.split(' ').at(-1),
    })),
    tools: [{ id: tool.id, createdAt: tool.createdAt, name: 'transfer_call_tool' }],
    assistants: [{ id: accounts.assistant.id, toolId: tool.id }],
    numbers: [
      {
        number: NUMBER,
        phoneNumberId: phoneNumber.id,
        credentialId: phoneNumber.credentialId,
        assistantId: accounts.assistant.id,
        didId: did?.id,
        inboundTrunkId: did?.voiceInTrunkId,
        previous: { kind: 'trunk', id: office.id },
      },
    ],
  });
});

test('nothing of other connections or other people is found', async () => {
  const accounts = await givenAccounts();
  await accounts.connect(accounts.request({ connection: 'acme-2', transfer: TRANSFER }));

  const stock = await accounts.attempt(accounts.steps.discoverObjects, ACME);

  const { evidence, accounts: told, ...found } = stock;
  expect({ evidence, told, found: Object.values(found).flat() }).toEqual({ evidence: 'neither', told: {}, found: [] });
});

test('a number that is imported, but no longer routed to us, is found without its DID', async () => {
  const accounts = await givenAccounts();
  await accounts.connect();
  const did = accounts.didwwAccount.didByNumber(NUMBER);
  if (did !== undefined) did.voiceInTrunkId = null;

  const { numbers } = await accounts.attempt(accounts.steps.discoverObjects, ACME);

  expect(numbers).toMatchObject([{ number: NUMBER, previous: null }]);
  expect(numbers[0]?.didId).toBeUndefined();
});
