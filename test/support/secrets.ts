import { expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.js';
import type { RecordedHistory } from './histories.js';

/** Every secret of this sandbox: API keys and the digest pairs of its trunks, those that are gone included. */
export function plantedSecrets(sandbox: Sandbox): readonly string[] {
  return [sandbox.didwwApiKey, sandbox.vapiApiKey, sandbox.vapiEuApiKey, ...sandbox.didww.issuedSecrets];
}

/** No secret stands in any payload, failure, memo, attribute or name of these histories. */
export function expectNoSecrets(histories: readonly RecordedHistory[], secrets: readonly string[]): void {
  for (const { workflowId, json } of histories) {
    const text = `${json}\n${decodedPayloads(JSON.parse(json))}`;
    const found = secrets.filter((secret) => text.includes(secret));
    expect(found, `secrets in the history of ${workflowId}`).toEqual([]);
  }
}

/** Payloads are base64 in a history: every string that may be one, decoded. */
function decodedPayloads(value: unknown): string {
  if (typeof value === 'string') return Buffer.from(value, 'base64').toString('utf8');
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(decodedPayloads).join('\n');
}
