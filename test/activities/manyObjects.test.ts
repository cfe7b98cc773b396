import { expect, test } from 'vitest';
import { phoneNumberActivities } from '../../src/activities/objects/phoneNumber.js';
import { testCallInspectionActivities } from '../../src/activities/verification/inspection.js';
import { ConcurrencyLimiter } from '../../src/workflows/engine/concurrencyLimiter.js';
import { givenAccounts } from './preflightRig.js';
import { givenWorld, type World } from './world.js';

const MANY = 200;
/** Numbers that an onboarding has at work at once. */
const WIDTH = 50;
const ASSISTANTS = 60;

const numbers = Array.from({ length: MANY }, (_, at) => `+1864830${String(2_000 + at)}`);
const times = (world: Pick<World, 'asked'>, line: string): number => world.asked().filter((one) => one === line).length;

/** All of it as an onboarding does, so many at once. */
async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const lanes = new ConcurrencyLimiter(WIDTH);
  await Promise.all(items.map((item) => lanes.run(() => work(item))));
}

test('imports that have to look share what they list: 200 of them cause a few lists, and each is made once', async () => {
  const world = await givenWorld();
  const { ensureImport, removeImport } = phoneNumberActivities(world);
  const { id: credentialId } = world.vapiAccount.addCredential({
    provider: 'byo-sip-trunk',
    name: 'patchbay acme in',
    gateways: [],
  });
  const wanted = (number: string) => ({ region: 'us', number, assistantId: world.assistant.id, credentialId }) as const;

  await inLanes(numbers, (number) => world.attempt(ensureImport, wanted(number)));
  await inLanes(numbers, (number) => world.attempt(ensureImport, wanted(number)));

  expect([...world.vapiAccount.phoneNumbers.values()].map(({ number }) => number).sort()).toEqual(numbers);
  expect(times(world, 'GET /phone-number')).toBeLessThan(MANY / 4);

  const target = (number: string) => ({ region: 'us', number, credentialId, made: [], marked: true }) as const;
  await inLanes(numbers, (number) => world.attempt(removeImport, target(number)));

  expect(world.vapiAccount.phoneNumbers.size).toBe(0);
  expect(times(world, 'GET /phone-number')).toBeLessThan(MANY / 2);
});

/** Accounts in which a request's numbers have an assistant each. */
async function givenManyAssistants() {
  const accounts = await givenAccounts();
  const { id: _id, ...rest } = accounts.assistant;
  const ids = Array.from({ length: ASSISTANTS }, () => accounts.vapiAccount.addAssistant(rest).id);
  const entries = ids.map((assistantId, at) => ({ number: numbers[at] ?? '', assistantId }));
  return { ...accounts, ids, entries };
}

const problemsOf = (problems: readonly string[]): readonly string[] =>
  problems.filter((problem) => problem.includes('assistant'));

test('preflight reads many assistants by one list', async () => {
  const accounts = await givenManyAssistants();

  const problems = await accounts.problems(accounts.request({ numbers: accounts.entries }));

  expect(problemsOf(problems)).toEqual([]);
  expect(times(accounts, 'GET /assistant')).toBe(1);
  expect(times(accounts, 'GET /assistant/:id')).toBe(0);
});

test('an assistant that the list does not show is read by its id: only one that is not there is a problem', async () => {
  const accounts = await givenManyAssistants();
  const [gone = ''] = accounts.ids;
  accounts.vapiAccount.assistants.delete(gone);
  accounts.faults.emptyList('GET /assistant');

  const problems = await accounts.problems(accounts.request({ numbers: accounts.entries }));

  expect(problemsOf(problems)).toEqual([expect.stringContaining(`knows no assistant ${gone}`)]);
  expect(times(accounts, 'GET /assistant/:id')).toBe(ASSISTANTS);
});

test('assistants are read by id where the list holds another that is not as documented', async () => {
  const accounts = await givenManyAssistants();
  accounts.faults.fail('GET /assistant', { status: 200, body: [{ id: 'of-somebody', model: 'odd' }] });

  const problems = await accounts.problems(accounts.request({ numbers: accounts.entries }));

  expect(problemsOf(problems)).toEqual([]);
  expect(times(accounts, 'GET /assistant/:id')).toBe(ASSISTANTS);
});

test('a list of assistants that Vapi refuses is told once, not of each assistant', async () => {
  const accounts = await givenManyAssistants();
  accounts.faults.fail(/GET \/assistant/, { status: 500 });

  await accounts.problems(accounts.request({ numbers: accounts.entries }));

  expect(times(accounts, 'GET /assistant')).toBe(1);
  expect(times(accounts, 'GET /assistant/:id')).toBe(0);
});

test('an inspection of a connection reads many assistants by one list', async () => {
  const accounts = await givenManyAssistants();
  const { inspectConnection } = testCallInspectionActivities(accounts);
  const { verification } = accounts.request({ verification: {} });
  const order = { connection: 'acme', region: 'us', numbers: accounts.entries, verification } as const;

  await accounts.attempt(inspectConnection, order);

  expect(times(accounts, 'GET /assistant')).toBe(1);
  expect(times(accounts, 'GET /assistant/:id')).toBe(0);
});
