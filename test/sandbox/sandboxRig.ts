import type { Response } from 'undici';
import { fetch } from 'undici';
import { onTestFinished } from 'vitest';

import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { tokenRequest, usualGrant } from './didwwRig.js';

/** A whole sandbox until the test is over. */
export async function givenSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

/** A request to the control server. */
export async function control(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${sandbox.controlUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/** A read of DIDWW in the version of the account. */
export async function didww({ didww: account, didwwUrl }: Sandbox, path: string): Promise<Response> {
  const { text } = await account.tokens.mint({ ...usualGrant, apiVersion: account.switches.apiVersion });
  return fetch(`${didwwUrl}${path}`, { headers: { authorization: `Bearer ${text}` } });
}

/** A usual token request with the account's key. */
export function mint({ didwwAuthUrl, didwwApiKey }: Sandbox): Promise<Response> {
  return fetch(`${didwwAuthUrl}/token`, {
    method: 'POST',
    headers: { 'api-key': didwwApiKey, 'content-type': 'application/json' },
    body: JSON.stringify(tokenRequest),
  });
}

/** A read of Vapi. */
export function vapi(url: string, key: string, path: string): Promise<Response> {
  return fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}`, 'user-agent': 'patchbay-test' } });
}
