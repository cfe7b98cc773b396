import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type DevServer, type DevServerOptions, startDevServer } from '../../src/devserver/devServer.js';
import { findTemporalCli } from '../../src/devserver/temporalCli.js';

/** Settings of a server's dynamic configuration. */
export type DynamicConfig = Readonly<Record<string, string | number | boolean>>;

/** Else it spends a quarter of its CPU on collecting garbage. */
const COLLECTS_RARELY = 'GOGC=400 GOMEMLIMIT=4GiB';

/** Starts a server with these settings beside those of Patchbay's own; whoever starts it stops it. */
export async function startConfiguredServer(
  settings: DynamicConfig,
  { say = () => undefined, log }: { readonly say?: (line: string) => void } & Pick<DevServerOptions, 'log'> = {},
): Promise<DevServer> {
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-server-'));
  const cliPath = join(folder, 'temporal');
  const options = Object.entries(settings).map(
    ([name, value]) => `--dynamic-config-value '${name}=${JSON.stringify(value)}'`,
  );
  await writeFile(
    cliPath,
    `#!/bin/sh\n${COLLECTS_RARELY} exec '${await findTemporalCli(say)}' "$@" ${options.join(' ')}\n`,
  );
  await chmod(cliPath, 0o755);
  const server = await startDevServer({ cliPath, ...(log === undefined ? {} : { log }) });
  return {
    ...server,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A server of the test's own with these settings; it ends with the test. */
export async function givenServer(settings: DynamicConfig): Promise<DevServer> {
  const server = await startConfiguredServer(settings);
  onTestFinished(() => server.stop());
  return server;
}
