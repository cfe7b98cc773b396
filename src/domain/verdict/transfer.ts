/**
 * The verdict on a transfer: proven by a far leg that answered, and by nothing less. That Vapi began it
 * (`assistant-forwarded-call`) is no proof (docs/providers/vapi.md, Transfers).
 */
import { failed, inconclusive, type Judgement, proven, unreadable } from '../diagnosis/judgements.js';
import { endJudgement, isPlainEnd } from '../diagnosis/endJudgement.js';
import { readDisconnectCode } from '../diagnosis/disconnectCode.js';
import { readEndedReason } from '../diagnosis/endedReason.js';
import type { CallEvidence, CallFacts, RecordFacts, TransferFacts } from '../calls/evidence.js';
import { findingFor, oneWay } from './evidence.js';
import { judgeInbound, strangersCall } from './inbound.js';

const AGAIN = 'Run the verification again when the person can take the call.';
const REFER_ACTION =
  "Check at DIDWW: max_transfers, auth_user and auth_password of the inbound trunk, and the outbound trunk's allowed_sip_ips, caller ids and limits; then retry.";
const DESTINATION =
  'Check the transfer destination (transfer.destination): call it by telephone; if it is reached there, quote the record to DIDWW support. Then retry.';

/** What the transfer call says. */
export function judgeTransfer(evidence: CallEvidence, facts: CallFacts): Judgement {
  const { inbound, transfer } = facts;
  if (inbound === undefined || transfer === undefined) return notTried(evidence, facts);
  const { assistantId } = evidence.call.to;
  if (assistantId !== undefined && inbound.assistantId !== assistantId) return notTried(evidence, facts);
  if (strangersCall(evidence, facts, inbound) !== undefined) return notTried(evidence, facts);
  if (transfer.wentTo !== undefined && !transfer.begun) return astray(evidence, transfer.wentTo);
  if (!transfer.toolFired && !transfer.forced) return neverBegun(evidence, facts, transfer, inbound.endedReason);
  const far = farLeg(evidence, transfer, inbound.endedReason ?? '');
  if (far.verdict === 'proven') return transfer.toolFired ? far : (brokenFor(evidence, facts) ?? far);
  return isExplained(evidence, transfer) ? far : (findingFor(evidence, 'transfer') ?? far);
}

/** It rang somebody else: the tool of the connection is set so, or the assistant has another one. */
function astray(evidence: CallEvidence, wentTo: string): Judgement {
  const cause = `The assistant transferred to ${wentTo}, not to the destination of the request`;
  const found = findingFor(evidence, 'transfer');
  if (found?.verdict === 'failed') return found;
  return failed('assistant', cause, "Look at the transfer tools of the assistant's model at Vapi, then retry.");
}

/**
 * A forced transfer proves the way, not that a caller who asks for a person gets there: what is wrong in
 * the accounts, or not heard, counts.
 */
function brokenFor(evidence: CallEvidence, facts: CallFacts): Judgement | undefined {
  const found = findingFor(evidence, 'transfer');
  if (found?.verdict === 'failed') return found;
  return facts.inbound?.userSpoke === false ? oneWay(facts) : undefined;
}

/** The far leg as both sides tell it. Where they contradict each other, nothing is proven. */
function farLeg(evidence: CallEvidence, transfer: TransferFacts, reason: string): Judgement {
  const { transferRecord: record } = evidence;
  const { status } = transfer;
  if (status !== undefined && UNTAKEN.has(status)) return untaken(`the transfer ended as ${status}`);
  if (reason === 'call.forwarding.operator-busy' || reason === 'call.forwarding.no-answer') return untaken(reason);
  const hasTalk = record !== undefined && record.seconds > 0;
  if (status === 'failed' && hasTalk) return contradiction('failed', record);
  if (status === 'connected' && record !== undefined && !hasTalk && record.code !== '200') {
    return contradiction('connected', record);
  }
  // Said by a machine, the answer is not a person's (docs/providers/vapi.md, Call object: transfers have a
  // status of that name).
  if ((status === 'connected' || hasTalk) && transfer.machineSpoke === true) return untaken('a voicemail answered');
  if (status === 'connected' || hasTalk) return proven;
  if (record !== undefined) return recorded(record, evidence);
  return unrecorded(evidence, transfer, reason);
}

const contradiction = (status: string, { code, seconds }: RecordFacts): Judgement =>
  inconclusive(
    'carrier',
    `Vapi says that the transfer is ${status}, and DIDWW's record of the destination says ${code} after ${String(seconds)} s`,
    'Ask the person whether the call came, then run the verification again.',
  );

/** DIDWW shows no record of the far leg, and Vapi does not say that it was answered. */
function unrecorded({ findings }: CallEvidence, transfer: TransferFacts, reason: string): Judgement {
  if (transfer.status === 'failed' || readEndedReason(reason).group === 'transfer-failed') {
    return failedUnrecorded(`The transfer failed (${transfer.status ?? reason})`, findings);
  }
  if (!transfer.begun && reason !== 'assistant-forwarded-call') {
    if (!transfer.toolFired) return unreadable(`The transfer was asked for, but Vapi began none (${reason})`);
    const cause = `The tool was called, but Vapi began no transfer (${reason})`;
    return failed('vapi', cause, 'Report the call id to Vapi support.');
  }
  return inconclusive(
    'vapi',
    'Vapi began the transfer, but neither Vapi nor the call records of DIDWW say whether anybody answered',
    'Ask the person whether the call came, or run the verification again later.',
  );
}

/**
 * A person who declines shows as failed, too, and records come late: that none is there does not tell that
 * from a REFER that DIDWW refused. All that a REFER needs can be read, but for one thing: the password that
 * answers DIDWW's challenge (docs/providers/vapi.md, Credentials).
 */
function failedUnrecorded(failure: string, findings: CallEvidence['findings']): Judgement {
  const cause = `${failure}, and DIDWW has no record of a leg to the destination: the person declined and the record is late`;
  if (findings === undefined)
    return inconclusive('carrier', `${cause}, or DIDWW refused the transfer`, `${AGAIN} If it stays: ${REFER_ACTION}`);
  return inconclusive(
    'vapi',
    `${cause}, or the password of the inbound credential is wrong, which cannot be read; everything that can be is as wanted`,
    `${AGAIN} If it stays, give authUsername and authPassword of the inbound credential at Vapi the outbound trunk's username and password again: patchbay offboard, then patchbay onboard.`,
  );
}

/**
 * Statuses by which the far end, not a configuration, did not take the call (docs/providers/vapi.md, Call
 * object).
 */
const UNTAKEN: ReadonlySet<string> = new Set(['busy', 'no-answer', 'voicemail', 'cancelled']);

const untaken = (what: string): Judgement =>
  inconclusive('carrier', `The person did not take the call: ${what}`, AGAIN);

/** The far end spoke for itself: nothing in the accounts is needed to explain it. */
const isExplained = ({ transferRecord }: CallEvidence, { status, machineSpoke }: TransferFacts): boolean =>
  (status !== undefined && UNTAKEN.has(status)) ||
  machineSpoke === true ||
  PERSONAL_CODES.has(transferRecord?.code ?? '');

/**
 * Codes by which a person, not a configuration, refuses (docs/providers/didww.md, Disconnect codes; read as
 * SIP means them).
 */
const PERSONAL_CODES: ReadonlySet<string> = new Set(['486', '487', '603']);

/**
 * What DIDWW's record of the far leg says (docs/providers/didww.md, Disconnect codes; Transfers (REFER)).
 */
function recorded({ code, reason }: RecordFacts, { findings }: CallEvidence): Judgement {
  const { group, meaning } = readDisconnectCode(code);
  const cause = `DIDWW's leg to the destination ended with ${code} ${reason}: ${meaning}`;
  switch (group) {
    case 'busy':
    case 'cancelled':
    case 'no-answer':
    case 'unavailable':
      return inconclusive('carrier', cause, AGAIN);
    case 'balance':
      return inconclusive('billing', cause, 'Top up the DIDWW balance, then run the verification again.');
    case 'refused':
      if (code === '603') return inconclusive('carrier', cause, AGAIN);
      // Whatever DIDWW itself refuses a leg for can be read in its account: with nothing found there, the
      // refusal came from beyond.
      return findings === undefined
        ? failed('didww', cause, REFER_ACTION)
        : failed('carrier', `${cause}; nothing at DIDWW explains it`, DESTINATION);
    case 'completed':
      return unreadable(cause, 'didww');
    case 'not-found':
    case 'server-error':
    case 'unknown':
      return failed('carrier', cause, DESTINATION);
    default:
      return group satisfies never;
  }
}

function neverBegun(evidence: CallEvidence, facts: CallFacts, { forceRefused }: TransferFacts, reason = ''): Judgement {
  const found = findingFor(evidence, 'transfer');
  if (found !== undefined) return found;
  if (reason !== '' && !isPlainEnd(reason)) return endJudgement(reason, 'called');
  const inbound = judgeInbound(evidence, facts);
  if (inbound.verdict !== 'proven') return notTried(evidence, facts);
  if (forceRefused !== undefined) {
    return unreadable(
      `The assistant did not call its transfer tool, and the transfer could not be forced: ${forceRefused}`,
    );
  }
  return inconclusive(
    'assistant',
    'The assistant did not call its transfer tool before the call ended',
    "Look at the assistant's prompt and the tool's description, then run the verification again.",
  );
}

/** The call for the transfer did not come far enough. */
function notTried(evidence: CallEvidence, facts: CallFacts): Judgement {
  const judged = judgeInbound(evidence, facts);
  if (judged.verdict === 'proven') return unreadable('The transfer could not be observed');
  const { side, cause, action } = judged.diagnosis;
  return inconclusive(side, `The transfer could not be tried: ${cause}`, action);
}
