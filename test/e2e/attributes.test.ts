import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { expect, inject, test } from 'vitest';
import { commandToAdd, missingSearchAttributes } from '../../src/client.js';
import { findTemporalCli } from '../../src/devserver/temporalCli.js';
import { uniqueSlug } from '../support/unique.js';
import { until } from '../support/until.js';
import { givenAccounts, runOf, type World } from '../support/world.js';

/** To upsert one that is not there would stall a run until somebody registers it. */
test('a namespace without our search attributes serves runs to their end, and the list of connections is complete', async () => {
  const namespace = await bareNamespace();
  const world = await givenAccounts({ temporal: { namespace } });

  expect((await world.onboard()).outcome).toBe('done');

  expect((await attributesOf(world)).filter((name) => name.startsWith('Patchbay'))).toEqual([]);
  expect(await world.patchbay.list()).toEqual([{ connection: world.connection, stage: 'closed', outcome: 'done' }]);
  await world.patchbay.offboard(world.connection);
  expect((await world.ended()).outcome).toBe('removed');
});

test('the command that is printed adds what is missing, and later runs carry it', async () => {
  const namespace = await bareNamespace();
  const world = await givenAccounts({ temporal: { namespace } });
  const missing = await missingSearchAttributes(world.client);
  expect([...missing].sort()).toEqual(['PatchbayConnection', 'PatchbayNumber', 'PatchbayOutcome', 'PatchbayStage']);

  await inShell(commandToAdd(missing, namespace));

  await until(() => nothingMissing(world.client));
  expect((await world.onboard()).outcome).toBe('done');
  expect(await attributesOf(world)).toContain('PatchbayOutcome');
});

async function attributesOf(world: World): Promise<readonly string[]> {
  const { typedSearchAttributes } = await runOf(world).describe();
  return typedSearchAttributes.getAll().map(({ key }) => key.name);
}

/** A namespace as an operator creates it: no search attributes of ours. */
async function bareNamespace(): Promise<string> {
  const namespace = `bare-${uniqueSlug()}`;
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  try {
    const { workflowService } = connection;
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });
    // The server learns of a new namespace by looking for it now and then.
    await until(() =>
      workflowService.describeNamespace({ namespace }).then(
        () => true,
        () => undefined,
      ),
    );
    await until(() => connection.operatorService.listSearchAttributes({ namespace }).catch(() => undefined));
  } finally {
    await connection.close();
  }
  return namespace;
}

/** Runs a printed command with the Temporal CLI of the tests, against their server. */
async function inShell(command: string): Promise<void> {
  const [program, ...words] = command.split(' ');
  expect(program).toBe('temporal');
  const cli = await findTemporalCli(() => undefined);
  await promisify(execFile)(cli, [...words, '--address', inject('temporalAddress')]);
}

const nothingMissing = async (client: Client): Promise<true | undefined> =>
  (await missingSearchAttributes(client)).length === 0 ? true : undefined;
