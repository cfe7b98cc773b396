import { mapProxyName } from '@grpc/grpc-js/build/src/http_proxy.js';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { ignoredProxy, nativeProxy, proxyFor } from '../../src/cli/temporalProxy.js';
import { startDevServer } from '../../src/devserver/devServer.js';
import { findTemporalCli } from '../../src/devserver/temporalCli.js';
import { connectProxy } from '../support/connectProxy.js';
import { certificateFor, grpcServer, plainServer } from '../support/grpcServer.js';
import { until } from '../support/until.js';
import { KEYS } from './commandLines.js';
import { patchbay } from './patchbayProcess.js';
import { runPatchbay } from './runPatchbay.js';

const VARIABLES = ['grpc_proxy', 'https_proxy', 'http_proxy', 'GRPC_PROXY', 'HTTPS_PROXY', 'HTTP_PROXY'] as const;
const NO_PROXY = Object.fromEntries([...VARIABLES, 'no_proxy', 'no_grpc_proxy'].map((name) => [name, undefined]));

type Env = Readonly<Record<string, string>>;

/** Temporal's client reads the environment of the process. */
function givenEnvironment<T extends Env>(env: T): T {
  for (const [name, value] of Object.entries({ ...NO_PROXY, ...env })) vi.stubEnv(name, value);
  return env;
}
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A proxy that leads nowhere, named by this variable alone. */
async function givenProxy(variable: (typeof VARIABLES)[number]) {
  const address = await plainServer('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  return { address, env: givenEnvironment({ [variable]: `http://somebody:canary@${address}` }) };
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

/** Not on this machine, and known to no name server: only a proxy leads there. */
const ELSEWHERE = 'temporal.invalid:7233';

describe('a Temporal elsewhere', () => {
  const list = (env: Env) => runPatchbay(['list'], { env: { TEMPORAL_ADDRESS: ELSEWHERE, ...env } });

  test.each(['grpc_proxy', 'https_proxy', 'http_proxy'] as const)(
    'that the proxy of %s does not lead to is told with the proxy, without its password',
    async (variable) => {
      const { address, env } = await givenProxy(variable);

      const { code, stderr } = await list(env);

      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining(
          `the proxy http://${address} of ${variable} does not lead there, and answers 502`,
        ) as string,
      });
      expect(stderr).toContain('no_proxy');
      expect(stderr).not.toContain('canary');
    },
  );

  test('whose proxy is not there, or is none, is told so', async () => {
    const none = await list(givenEnvironment({ https_proxy: 'http://127.0.0.1:9' }));
    const address = await plainServer('220 mail.example ESMTP\r\n');
    const mail = await list(givenEnvironment({ https_proxy: `http://${address}` }));

    expect([none.code, mail.code]).toEqual([2, 2]);
    expect(none.stderr).toContain(
      'the proxy http://127.0.0.1:9 of https_proxy cannot be reached: nothing listens there',
    );
    expect(mail.stderr).toContain(
      `the proxy http://${address} of https_proxy cannot be reached: it does not speak HTTP`,
    );
  });

  test('whose proxy wants other credentials is told so', async () => {
    const { address } = await connectProxy(inject('temporalAddress'), { credentials: 'somebody:else' });
    const { code, stderr } = await list(givenEnvironment({ https_proxy: `http://somebody:canary@${address}` }));

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('does not let us through') as string });
    expect(stderr).toContain('Set https_proxy to http://USER:PASSWORD@');
    expect(stderr).not.toContain('canary');
  });

  test('is looked at through its proxy: TLS that is lacking, an authority, and what speaks no gRPC', async () => {
    const tls = await certificateFor('DNS:temporal.invalid');
    const withTls = await grpcServer({ status: 16, tls });
    const rows: readonly (readonly [server: string, settings: Env, words: string, setting: string])[] = [
      [withTls, {}, 'it speaks TLS alone', 'TEMPORAL_TLS=true'],
      [withTls, { TEMPORAL_TLS: 'true' }, 'its certificate is not trusted', 'TEMPORAL_TLS_SERVER_CA_CERT_PATH'],
      [await grpcServer({ status: 16 }), { TEMPORAL_TLS: 'true' }, 'it does not speak TLS there', 'TEMPORAL_TLS=false'],
      [await plainServer('HTTP/1.1 400 Bad Request\r\n\r\n'), {}, 'does not speak gRPC', 'TEMPORAL_ADDRESS'],
    ];
    for (const [server, settings, words, setting] of rows) {
      const { address } = await connectProxy(server);
      const { code, stderr } = await list({ ...givenEnvironment({ https_proxy: `http://${address}` }), ...settings });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(words) as string });
      expect(stderr).toContain(`at ${ELSEWHERE} through the proxy http://${address} of https_proxy: `);
      expect(stderr).toContain(setting);
      expect(stderr).not.toContain('no_proxy');
    }
  });

  test.each(['proxy.corp:3128', 'https://proxy.corp:3128', 'socks5://proxy.corp:1080', '10.0.0.1:3128', 'proxy'])(
    'is connected to directly where https_proxy is %s, which is said where that fails',
    async (value) => {
      const { code, stderr } = await list(givenEnvironment({ https_proxy: value }));

      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining('the name temporal.invalid is not known') as string,
      });
      expect(stderr).toContain('https_proxy is ignored: only http://HOST:PORT is taken for a proxy.');
    },
  );

  test('whose proxy has a user name that cannot be read is told so', async () => {
    const { code, stderr } = await list(givenEnvironment({ https_proxy: 'http://some%zz:canary@127.0.0.1:9' }));
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('https_proxy has a % in its user name or password') as string,
    });
    expect(stderr).not.toContain('canary');
  });
});

test('nothing but our own words is said of a proxy, whatever it answers or holds', async () => {
  const address = await plainServer('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  const lists = [`http://${address}`, 'proxy.corp:3128'].map((value) =>
    patchbay(['list'], { ...NO_PROXY, https_proxy: value, TEMPORAL_ADDRESS: ELSEWHERE }),
  );

  expect(await Promise.all(lists.map(({ ended }) => ended))).toEqual([2, 2]);
  for (const { err } of lists) expect(err()).toMatch(/^Temporal cannot be reached at .+\n.+\n$/);
});

describe('patchbay worker', () => {
  const worker = (env: Env) =>
    patchbay(['worker'], {
      ...NO_PROXY,
      ...KEYS,
      DIDWW_API_URL: 'https://127.0.0.1:9/v3',
      TEMPORAL_ADDRESS: ELSEWHERE,
      PATCHBAY_TASK_QUEUE: 'through-a-proxy',
      ...env,
    });

  test('serves a Temporal that only a proxy leads to, with the credentials of the proxy', async () => {
    const credentials = 'somebody:with@and:in it';
    const { address, asked } = await connectProxy(inject('temporalAddress'), { credentials });
    const { child, err, ended } = worker({ https_proxy: `http://somebody:with%40and%3Ain%20it@${address}` });
    await until(() => err().includes('The worker serves the task queue through-a-proxy') || undefined);
    child.kill('SIGTERM');

    expect(await ended).toBe(0);
    expect(asked.length).toBeGreaterThan(1); // its check at the start, and itself
    expect(new Set(asked.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ target: ELSEWHERE, credentials })]),
    );
  });

  test('goes past the proxy to what no_proxy names', async () => {
    const { address, asked } = await connectProxy(inject('temporalAddress'));
    const { err, ended } = worker({ https_proxy: `http://${address}`, no_proxy: '.invalid' });

    expect(await ended).toBe(2);
    expect(err()).toContain('the name temporal.invalid is not known');
    expect(asked).toEqual([]);
  });
});

describe('whether a connection goes through a proxy', () => {
  const HTTP = { https_proxy: 'http://proxy:3128' };

  test.each([
    [{}],
    [{ ...HTTP }],
    [{ grpc_proxy: 'http://other', ...HTTP }],
    [{ grpc_proxy: 'proxy:3128', ...HTTP }],
    [{ http_proxy: 'http://[2001:db8::9]:3128' }],
    [{ http_proxy: 'http://somebody:canary%40x@proxy:3128/path' }],
    [{ HTTPS_PROXY: 'http://proxy:3128' }],
    [{ https_proxy: 'https://proxy:3128' }],
    [{ https_proxy: ' ' }],
    ...[
      ...['localhost,', ',', 'example.com, .internal', 'example.com,.internal', 'localhost, temporal.internal'],
      ...['temporal.internal', 'internal', 'nal', 'TEMPORAL.INTERNAL', 'temporal.internal:7233', '*', '*.internal'],
      ...['10.0.0.0/8', ' 10.0.0.0/8', '10.0.0.0/0', '10.1.2.3/32', '10.0.0.0/8x', '10.0.0.0/33', '10.0.0.0/8/8'],
      ...['10.1.2.3', '3', '2001:db8::1', '[2001:db8::1]', '::1', '2001:db8::/32', ' ', ''],
    ].flatMap(
      (entries) => [[{ ...HTTP, no_proxy: entries }], [{ ...HTTP, no_grpc_proxy: entries, no_proxy: 'x' }]] as const,
    ),
  ] satisfies (readonly [Env])[])('is judged as by grpc-js for %j', (env: Env) => {
    givenEnvironment(env);
    for (const address of ['temporal.internal:7233', 'temporal.internal', '10.1.2.3:7233', '[2001:db8::1]:7233']) {
      const { target, extraOptions } = mapProxyName({ scheme: 'dns', path: address }, {});
      const creds = extraOptions['grpc.http_connect_creds'];
      const [username, password] = creds?.split(':') ?? [];
      const proxy = proxyFor(address, env);
      const ofGrpc =
        target.path === address ? undefined : { address: target.path, ...(creds && { username, password }) };
      const ours = proxy && { address: proxy.address, ...proxy.credentials };
      expect({ address, ...ours }).toEqual({ address, ...ofGrpc });
      expect({ address, targetHost: nativeProxy(address, env)?.targetHost }).toEqual({
        address,
        targetHost: ofGrpc?.address,
      });
    }
  });

  test.each(['localhost', 'localhost:7233', '127.0.0.53:7233', '[::1]:7233', '0.0.0.0:7233'])(
    'to this machine it never does: %s',
    (address) => {
      expect(proxyFor(address, HTTP)).toBeUndefined();
      expect(ignoredProxy(address, { https_proxy: 'proxy:3128' })).toBeUndefined();
    },
  );
});
