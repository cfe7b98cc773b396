import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { givenSandbox } from './sandboxRig.js';

/** Status and body of a GET under this Host header. */
function askAs(host: string, url: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host } }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
    });
    asked.on('error', reject).end();
  });
}

describe('a page that a browser took for another host cannot reach the sandbox (DNS rebinding)', () => {
  test.each([
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.7',
    '[::2]',
  ])('no port answers as "%s", and nothing of the request is carried out or noted', async (host) => {
    const sandbox = await givenSandbox();
    const ports = [
      sandbox.didwwUrl,
      `${sandbox.didwwAuthUrl}/token`,
      sandbox.vapiUrl,
      sandbox.vapiEuUrl,
      sandbox.controlUrl,
    ];

    const answers = await Promise.all(ports.map((url) => askAs(host, `${url}/state`)));

    expect(answers).toEqual(
      ports.map(() => ({
        status: 421,
        body: `The sandbox answers on this machine alone, as localhost, 127.0.0.1 or [::1], not as "${host}".\n`,
      })),
    );
    expect(sandbox.requests()).toEqual([]);
  });

  test.each(['localhost', 'LOCALHOST:9', '127.0.0.1', '127.0.0.1:9', '[::1]', '[::1]:9'])(
    '%s is answered',
    async (host) => {
      const sandbox = await givenSandbox();

      expect((await askAs(host, `${sandbox.controlUrl}/state`)).status).toBe(200);
      expect((await askAs(host, `${sandbox.vapiUrl}/assistant`)).status).not.toBe(421);
    },
  );
});
