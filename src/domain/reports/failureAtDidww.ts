/**
 * What happened at DIDWW, in words: its call record of the leg that a check is about
 * (docs/providers/didww.md, Exports (call records)).
 */
import { readDisconnectCode } from '../diagnosis/disconnectCode.js';
import { asClause, factOf } from './evidenceText.js';
import type { Check, Evidence } from '../../contract/result.js';

/**
 * What DIDWW's records say. Outbound: of the test call's own leg; inbound: of the call that arrived at the
 * number; transfer: of the leg to the person. A record that is missing proves nothing, as it may come
 * later.
 */
export function atDidww(check: Check, evidence: Evidence): string {
  const code = factOf(evidence, 'didwwCode');
  if (code !== undefined) return recorded(check, code, evidence);
  const looked = factOf(evidence, 'didwwRecord');
  if (looked === 'none within the window') return `no record of ${LEGS[check]} within the window`;
  if (looked !== undefined) return `the record of ${LEGS[check]}: ${looked}`;
  return factOf(evidence, 'callId') === undefined ? 'nothing' : `no record of ${LEGS[check]} was read`;
}

function recorded(check: Check, code: string, evidence: Evidence): string {
  const reason = factOf(evidence, 'didwwReason');
  const { group, meaning } = readDisconnectCode(code);
  const seconds = evidence['didwwSeconds'];
  const after = typeof seconds === 'number' && seconds > 0 ? ` after ${String(seconds)} s` : '';
  const answer = `${course(check, evidence)}: ${reason === undefined ? code : `${code} ${reason}`}${after}`;
  if (group === 'unknown') return reason === undefined ? `${answer}, a code without a documented meaning` : answer;
  return `${answer}: ${asClause(meaning)}`;
}

function course(check: Check, evidence: Evidence): string {
  if (check !== 'inbound') return `the record of ${LEGS[check]}`;
  const target = evidence['didwwTarget'];
  if (target === undefined) return 'the call reached the number';
  return `the call reached the number and was sent ${target === '' ? 'nowhere' : `to ${String(target)}`}`;
}

const LEGS = {
  outbound: 'the test call',
  inbound: 'a call to the number',
  transfer: 'the leg to the person',
} as const satisfies Record<Check, string>;
