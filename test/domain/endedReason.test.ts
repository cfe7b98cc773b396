import { Vapi } from '@vapi-ai/server-sdk';
import { describe, expect, test } from 'vitest';

import { readDisconnectCode } from '../../src/domain/diagnosis/disconnectCode.js';
import { ENDED_REASON_GROUPS, readEndedReason } from '../../src/domain/diagnosis/endedReason.js';

const EVERY_REASON: readonly string[] = [...new Set<string>(Object.values(Vapi.CallEndedReason))];

// Values of the SDK's list that the OpenAPI of 2026-08-18 (595 distinct values) does not hold.
const NEWER_THAN_THE_RULES = [
  'call.in-progress.error-configfault-model-unsupported-in-squad',
  'call.in-progress.error-configfault-transport-unsupported-for-model',
];

describe("every ended reason of Vapi's SDK", () => {
  test('is classified, none is left unknown', () => {
    expect(EVERY_REASON.length).toBeGreaterThanOrEqual(595);
    expect(EVERY_REASON.filter((reason) => readEndedReason(reason).group === 'unknown')).toEqual([]);
  });

  // docs/providers/vapi.md, Ended reasons: counts of first matches over the 595 values.
  test('falls into the group that the rules were counted for', () => {
    const counts = Object.fromEntries(ENDED_REASON_GROUPS.map((group) => [group, 0]));
    for (const reason of EVERY_REASON.filter((value) => !NEWER_THAN_THE_RULES.includes(value))) {
      const { group } = readEndedReason(reason);
      counts[group] = (counts[group] ?? 0) + 1;
    }
    expect(counts).toEqual({
      account: 9,
      'vapi-fault': 185,
      'sip-connection': 9,
      'provider-fault': 84,
      configuration: 18,
      pipeline: 255,
      'transfer-failed': 7,
      success: 12,
      'customer-side': 13,
      administrative: 3,
      unknown: 0,
    });
  });

  test('has a meaning that a person can read', () => {
    for (const reason of EVERY_REASON) expect(readEndedReason(reason).meaning).toMatch(/^[A-Z].{10,}[^.]$/);
  });
});

test('a reason that is newer than the rules is unknown and kept raw', () => {
  expect(readEndedReason('call.orbiting.error-moon')).toMatchObject({
    reason: 'call.orbiting.error-moon',
    group: 'unknown',
  });
  expect(readEndedReason('').group).toBe('unknown');
  expect(readEndedReason('constructor')).toMatchObject({ group: 'unknown', meaning: readEndedReason('').meaning });
});

test.each(NEWER_THAN_THE_RULES)('%s is our configuration', (reason) => {
  expect(readEndedReason(reason).group).toBe('configuration');
});

test.each([
  ['call.in-progress.error-providerfault-outbound-sip-403-forbidden', 'sip-connection'],
  ['call.in-progress.error-providerfault-transport-never-connected', 'sip-connection'],
  ['call.in-progress.error-vapifault-transport-never-connected', 'vapi-fault'],
  ['call.start.error-vapifault-get-org', 'vapi-fault'],
  ['call.start.error-subscription-concurrency-limit-reached', 'account'],
  ['assistant-not-found', 'configuration'],
  ['assistant-forwarded-call', 'success'],
  ['vonage-completed', 'success'],
  ['vonage-rejected', 'provider-fault'],
  ['call.forwarding.no-answer', 'transfer-failed'],
  ['call.in-progress.error-assistant-did-not-receive-customer-audio', 'customer-side'],
])('%s belongs to %s', (reason, group) => {
  expect(readEndedReason(reason).group).toBe(group);
});

test.each([
  ['pipeline-error-openai-429-exceeded-quota', 'quota'],
  ['pipeline-error-assembly-ai-returning-400-insufficent-funds', 'quota'],
  ['pipeline-error-openai-401-incorrect-api-key', 'key'],
  ['call.in-progress.error-vapifault-openai-403-model-access-denied', 'access'],
  ['call.in-progress.error-vapifault-openai-400-bad-request-validation-failed', 'bad-configuration'],
  ['call.in-progress.error-providerfault-openai-503-server-overloaded-error', 'outage'],
])('%s is a complaint about %s', (reason, complaint) => {
  expect(readEndedReason(reason).complaint).toBe(complaint);
});

test('a SIP failure is no complaint of a model', () => {
  expect(
    readEndedReason('call.in-progress.error-providerfault-outbound-sip-503-service-unavailable'),
  ).not.toHaveProperty('complaint');
});

describe('a DIDWW disconnect code', () => {
  test('is read the same from a number and from a CSV field', () => {
    expect(readDisconnectCode(486)).toEqual(readDisconnectCode(' 486 '));
    expect(readDisconnectCode(486).group).toBe('busy');
  });

  test('that DIDWW does not document is unknown and kept raw', () => {
    expect(readDisconnectCode('699')).toMatchObject({ code: '699', group: 'unknown' });
    expect(readDisconnectCode('').group).toBe('unknown');
    expect(readDisconnectCode('constructor').group).toBe('unknown');
  });
});
