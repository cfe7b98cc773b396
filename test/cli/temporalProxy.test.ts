import { expect, inject, test, vi } from 'vitest';
import { proxyFor } from '../../src/cli/temporalProxy.js';
import { startDevServer } from '../../src/devserver/devServer.js';
import { findTemporalCli } from '../../src/devserver/temporalCli.js';
import { plainServer } from '../support/grpcServer.js';
import { runPatchbay } from './runPatchbay.js';

const VARIABLES = ['grpc_proxy', 'https_proxy', 'http_proxy', 'GRPC_PROXY', 'HTTPS_PROXY', 'HTTP_PROXY'] as const;

/**
 * A proxy that leads nowhere, named by this variable alone. Temporal's client reads the environment of the
 * process.
 */
async function givenProxy(variable: (typeof VARIABLES)[number]) {
  const address = await plainServer('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  for (const name of [...VARIABLES, 'no_proxy', 'no_grpc_proxy']) vi.stubEnv(name, undefined);
  vi.stubEnv(variable, `http://somebody:canary@${address}`);
  return { address, env: { [variable]: `http://somebody:canary@${address}` } };
}

test.each(VARIABLES)('a Temporal on this machine is reached whatever proxy %s names', async (variable) => {
  const { env } = await givenProxy(variable);
  const port = inject('temporalAddress').split(':')[1] ?? '';

  const codes = await Promise.all(
    ['127.0.0.1', 'localhost'].map(
      async (host) => (await runPatchbay(['list'], { env: { ...env, TEMPORAL_ADDRESS: `${host}:${port}` } })).code,
    ),
  );

  expect(codes).toEqual([0, 0]);
});

test('a dev server starts whatever proxy the environment names', async () => {
  await givenProxy('https_proxy');
  const server = await startDevServer({ cliPath: await findTemporalCli(() => undefined) });
  await server.stop();
});

test.each(['grpc_proxy', 'https_proxy', 'http_proxy'] as const)(
  'a Temporal elsewhere that the proxy of %s does not lead to is told with the proxy, without its password',
  async (variable) => {
    const { address, env } = await givenProxy(variable);

    const { code, stderr } = await runPatchbay(['list'], {
      env: { ...env, TEMPORAL_ADDRESS: 'temporal.invalid:7233' },
    });

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`the proxy http://${address} of ${variable}`) as string,
    });
    expect(stderr).toContain('no_proxy');
    expect(stderr).not.toContain('canary');
  },
);

test.each([
  ['temporal.internal:7233', {}, 'https_proxy'],
  ['temporal.internal:7233', { no_proxy: 'example.com, .internal' }, undefined],
  ['temporal.internal:7233', { no_grpc_proxy: 'temporal.internal' }, undefined],
  ['10.1.2.3:7233', { no_proxy: '10.0.0.0/8' }, undefined],
  ['localhost', {}, undefined],
  ['127.0.0.53:7233', {}, undefined],
  ['[::1]:7233', {}, undefined],
])('%s with %j goes through the proxy of %s', (address, env, variable) => {
  expect(proxyFor(address, { https_proxy: 'http://proxy:3128', ...env })?.variable).toBe(variable);
});
