/** Accounts of somebody else, of which a worker may come to have the keys. */
import { onTestFinished } from 'vitest';
import type { ProviderConfig } from '../../src/config.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';

/** The accounts of somebody else. */
export const otherAccounts = async (): Promise<ProviderConfig> => providersOf(await otherSandbox('+18005550100'));

/** The accounts of somebody who has this number, as long as the test runs. */
export async function otherSandbox(number: string): Promise<Sandbox> {
  const sandbox = await startSandbox({ numbers: [{ number }] });
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

/** What a worker needs to serve these accounts. */
export function providersOf(sandbox: Sandbox): ProviderConfig {
  const { didwwUrl, didwwAuthUrl, didwwApiKey, vapiUrl, vapiApiKey } = sandbox;
  return {
    didww: { apiUrl: didwwUrl, authUrl: didwwAuthUrl, apiKey: didwwApiKey },
    vapi: { apiUrl: vapiUrl, apiKey: vapiApiKey },
  };
}
