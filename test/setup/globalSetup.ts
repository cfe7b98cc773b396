/**
 * test/setup/: what happens once around the whole suite. One Temporal dev server and one workflow bundle
 * serve every test file. Not here: helpers that tests call (test/support/).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundleWorkflows } from '../../scripts/bundle.mjs';
import { startConfiguredServer } from '../support/configuredServer.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the suite's Temporal server, namespace `default`. */
    temporalAddress: string;
    /** The workflows, bundled from source: give it to `Worker.create` as `workflowBundle: { codePath }`. */
    workflowBundlePath: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await mkdtemp(join(tmpdir(), 'patchbay-test-'));
  const workflowBundlePath = join(scratch, 'workflow-bundle.js');
  const [server] = await Promise.all([startServer(), bundleWorkflows(workflowBundlePath)]);
  project.provide('temporalAddress', server.address);
  project.provide('workflowBundlePath', workflowBundlePath);
  return async () => {
    await server.stop();
    await rm(scratch, { recursive: true, force: true });
  };
}

/**
 * A run can be deleted once the server has noted how far its queues are, which it does every 30 s where
 * nobody tells it otherwise. Tests of what Temporal has forgotten delete runs.
 */
const NOTES_QUEUES_OFTEN = {
  'history.transferProcessorUpdateAckInterval': '500ms',
  'history.visibilityProcessorUpdateAckInterval': '500ms',
};

const startServer = () =>
  startConfiguredServer(NOTES_QUEUES_OFTEN, {
    say: (line) => process.stderr.write(`${line}\n`),
    log: (line) => process.stderr.write(`temporal: ${line}\n`),
  });
