import { expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.js';
import type { RecordedHistory } from './histories.js';

/**
 * Every secret of this sandbox: API keys and the SIP credentials of its trunks, deleted ones too.
 */
export function plantedSecrets(sandbox: Sandbox): readonly string[] {
  return [sandbox.didwwApiKey, sandbox.vapiApiKey, sandbox.vapiEuApiKey, ...sandbox.didww.issuedSecrets];
}

/** No secret stands in any payload, failure, memo, attribute or name of these histories. */
export function expectNoSecrets(histories: readonly RecordedHistory[], secrets: readonly string[]): void {
  expectUnsaid(
    Object.fromEntries(histories.map(({ workflowId, json }) => [`history of ${workflowId}`, json])),
    secrets,
  );
}

/**
 * No secret stands in any of these texts, by the name of where each was said. Of JSON, what is encoded in
 * it is searched, too.
 */
export function expectUnsaid(said: Readonly<Record<string, string>>, secrets: readonly string[]): void {
  for (const [where, text] of Object.entries(said)) {
    const all = `${text}\n${decodedPayloads(parsed(text))}`;
    const found = secrets.filter((secret) => all.includes(secret));
    expect(found, `secrets in: ${where}`).toEqual([]);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Payloads are base64 in a history: every string that may be one, decoded. */
export function decodedPayloads(value: unknown): string {
  if (typeof value === 'string') return Buffer.from(value, 'base64').toString('utf8');
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(decodedPayloads).join('\n');
}
