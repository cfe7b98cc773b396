import type { WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';
import { workflowIds } from '../../src/contract/workflowIds.js';
import { patchbay } from '../cli/inWorld.js';
import { givenAccounts, runOf, type World } from '../support/world.js';
import { givenConnection, inShort, verified } from './verifying.js';

const INBOUND_ALONE = { inbound: true, outbound: false, transfer: false };

test('a failed verification says on its run and at the command what was tried, what each side saw, what to do and what to quote', async () => {
  const world = await givenConnection();
  closeGateways(world);
  const number = world.numbers[0] ?? '';

  expect(inShort(await verified(world, { verification: INBOUND_ALONE }))).toEqual(['inbound failed vapi']);

  const details = await detailsOf(world.client.workflow.getHandle(workflowIds.verification(world.connection)));
  expect(details).toContain(`**inbound ${number}: failed, at Vapi**`);
  expect(details).toMatch(/- \*Tried\*: Call .*from (\+\d+) to itself/);
  expect(details).toContain(' · No inbound call appeared');
  expect(details).toMatch(/- \*At DIDWW\*: The call reached the number.*401/);
  expect(details).toMatch(/- \*Cause\*: .+\n- \*Do\*: .+\n/);
  expect(details).toMatch(/- \*Quote\*: Vapi call \S+ · DIDWW call \S+/);

  const request = world.request({ verification: INBOUND_ALONE });
  const { stdout } = await patchbay(world, ['verify', world.connection, '-'], request);
  expect(stdout).toContain(`  inbound ${number}: failed, at Vapi\n    Tried      Call `);
  expect(stdout).toMatch(/ {4}Quote {6}Vapi call \S+\n {15}DIDWW call \S+/);
});

test('an onboarding that was rolled back for a failed test call shows the same on its own run', async () => {
  const world = await givenAccounts();
  world.sandbox.network.switches.lostAudio = 'to-caller';

  expect((await world.onboard(world.request({ verification: INBOUND_ALONE }))).outcome).toBe('rolled-back');

  const details = await detailsOf(runOf(world));
  expect(details).toContain('**inbound');
  expect(details).toContain('One-way audio: the assistant spoke and the caller did not hear it');
});

/** Vapi no longer takes calls from the addresses of DIDWW: it refuses the INVITE, which leaves no call. */
function closeGateways({ sandbox: { vapi } }: World): void {
  for (const [id, one] of vapi.credentials) {
    const gateways = one.gateways.map((gateway) => ({ ...gateway, inboundEnabled: false }));
    if (one.name?.endsWith(' in') === true) vapi.credentials.set(id, { ...one, gateways });
  }
}

/** The board as Temporal's UI shows it. */
async function detailsOf(run: WorkflowHandle): Promise<string> {
  const { currentDetails } = await run.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return currentDetails ?? '';
}
