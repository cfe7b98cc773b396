/**
 * The verdict on a transfer: proven by a far leg that answered, and by nothing less. That Vapi began it (`assistant-forwarded-call`) is no proof
 * (docs/providers/vapi.md, Transfers).
 */
import { endJudgement, failed, inconclusive, isPlainEnd, type Judgement, proven, unreadable } from './diagnosis.js';
import { readDisconnectCode } from './disconnectCode.js';
import { readEndedReason } from './endedReason.js';
import type { CallEvidence, CallFacts, RecordFacts, TransferFacts } from './testCallFacts.js';
import { findingFor, judgeInbound } from './verdictLine.js';

const AGAIN = 'Run the verification again when the person can take the call.';
const REFER_ACTION =
  "Check at DIDWW: transfers allowed on the inbound trunk, its user and password, and the outbound trunk's allow-list, caller ids and limits.";

/** What the transfer call says. */
export function judgeTransfer(evidence: CallEvidence, facts: CallFacts): Judgement {
  const { inbound, transfer } = facts;
  if (inbound === undefined || transfer === undefined) return notTried(evidence, facts);
  const { assistantId } = evidence.call.to;
  if (assistantId !== undefined && inbound.assistantId !== assistantId) return notTried(evidence, facts);
  if (transfer.wentTo !== undefined && !transfer.begun) {
    const cause = `The assistant transferred to ${transfer.wentTo}, not to the destination of the request`;
    return failed('assistant', cause, "Look at the transfer tools of the assistant's model, then retry.");
  }
  if (!transfer.toolFired && !transfer.forced) return neverBegun(evidence, transfer, inbound.endedReason);
  const far = farLeg(evidence, transfer, inbound.endedReason ?? '');
  if (far.verdict === 'proven') return transfer.toolFired ? far : (brokenFor(evidence) ?? far);
  return isExplained(evidence, transfer) ? far : (findingFor(evidence, 'transfer') ?? far);
}

/** A forced transfer proves the way, not that a caller who asks for a person gets there: what is wrong in the accounts counts. */
function brokenFor(evidence: CallEvidence): Judgement | undefined {
  const found = findingFor(evidence, 'transfer');
  return found?.verdict === 'failed' ? found : undefined;
}

/** The far leg as both sides tell it, best proof first. */
function farLeg(
  { transferRecord: record, recordsCurrent }: CallEvidence,
  transfer: TransferFacts,
  reason: string,
): Judgement {
  if (transfer.status === 'connected') return proven;
  if (record !== undefined && record.seconds > 0) return proven;
  if (record !== undefined) return recorded(record);
  if (transfer.status !== undefined && UNTAKEN.has(transfer.status))
    return untaken(`the transfer ended as ${transfer.status}`);
  if (reason === 'call.forwarding.operator-busy' || reason === 'call.forwarding.no-answer') return untaken(reason);
  if (transfer.status === 'failed' || readEndedReason(reason).group === 'transfer-failed') {
    const cause = `The transfer failed (${transfer.status ?? reason})`;
    // A person who declines shows as failed, too: only the records tell that from a REFER that DIDWW refused.
    return recordsCurrent === true
      ? failed('didww', `${cause}: DIDWW made no leg to the destination`, REFER_ACTION)
      : inconclusive(
          'carrier',
          `${cause}; whether the person declined or DIDWW refused it is not on record yet`,
          AGAIN,
        );
  }
  if (!transfer.begun && reason !== 'assistant-forwarded-call') {
    if (!transfer.toolFired) return unreadable(`The transfer was asked for, but Vapi began none (${reason})`);
    return failed(
      'vapi',
      `The tool was called, but Vapi began no transfer (${reason})`,
      'Report the call id to Vapi support.',
    );
  }
  return inconclusive(
    'vapi',
    'Vapi began the transfer, but neither Vapi nor the call records of DIDWW say whether anybody answered',
    'Ask the person whether the call came, or run the verification again later.',
  );
}

const UNTAKEN: ReadonlySet<string> = new Set(['busy', 'no-answer', 'voicemail', 'cancelled']);

const untaken = (what: string): Judgement =>
  inconclusive('carrier', `The person did not take the call: ${what}`, AGAIN);

/** The far end spoke for itself: nothing in the accounts is needed to explain it. */
const isExplained = ({ transferRecord }: CallEvidence, { status }: TransferFacts): boolean =>
  (status !== undefined && UNTAKEN.has(status)) || PERSONAL_CODES.has(transferRecord?.code ?? '');

/** Codes by which a person, not a configuration, refuses. */
const PERSONAL_CODES: ReadonlySet<string> = new Set(['486', '487', '603']);

function recorded({ code, reason }: RecordFacts): Judgement {
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
      return code === '603' ? inconclusive('carrier', cause, AGAIN) : failed('didww', cause, REFER_ACTION);
    case 'completed':
      return unreadable(cause, 'didww');
    case 'not-found':
    case 'server-error':
    case 'unknown':
      return failed('carrier', cause, 'Check the transfer destination: call it by telephone, then retry.');
    default:
      return group satisfies never;
  }
}

function neverBegun(evidence: CallEvidence, { forceRefused }: TransferFacts, reason = ''): Judgement {
  const found = findingFor(evidence, 'transfer');
  if (found !== undefined) return found;
  if (reason !== '' && !isPlainEnd(reason)) return endJudgement(reason, 'called');
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
