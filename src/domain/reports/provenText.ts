import { factOf } from './evidenceText.js';
import type { CheckResult, Evidence } from '../../contract/result.js';

/**
 * What a check was proven by, in a few words and the ids to find it again:
 * `both sides heard, 9 s; Vapi call 019…`.
 */
export function provenText({ check, evidence }: CheckResult): string {
  const facts = check === 'transfer' ? transferFacts(evidence) : lineFacts(evidence, check === 'inbound');
  const ids = [
    ['Vapi call', factOf(evidence, check === 'outbound' ? 'callId' : 'inboundCallId') ?? factOf(evidence, 'callId')],
    ['DIDWW call', factOf(evidence, 'didwwCallId')],
  ].flatMap(([name = '', id]) => (id === undefined ? [] : [`${name} ${id}`]));
  return [facts.filter((fact) => fact !== undefined).join(', '), ...ids].filter((part) => part !== '').join('; ');
}

function lineFacts(evidence: Evidence, isInbound: boolean): (string | undefined)[] {
  const heard = factOf(evidence, isInbound ? 'inboundHeard' : 'heard');
  const seconds = factOf(evidence, isInbound ? 'inboundSeconds' : 'seconds');
  return [heard === undefined ? undefined : `${heard} heard`, seconds === undefined ? undefined : `${seconds} s`];
}

/**
 * A forced transfer proves the way, not the assistant; without words of the person, audio is unproven: both
 * are said.
 */
function transferFacts(evidence: Evidence): (string | undefined)[] {
  const status = factOf(evidence, 'transferStatus');
  const seconds = factOf(evidence, 'didwwSeconds');
  const audio = factOf(evidence, 'audio');
  return [
    evidence['forced'] === true && evidence['toolFired'] !== true
      ? 'forced through the control URL'
      : 'called by the assistant itself',
    status === undefined ? undefined : `Vapi's status ${status}`,
    seconds === undefined ? undefined : `DIDWW's leg to the person ${seconds} s`,
    audio === undefined ? undefined : `audio ${audio}`,
  ];
}
