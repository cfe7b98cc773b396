import type { CallRecordAnswer } from '../activities/callRecords.js';
import type { PreparedVerification } from '../activities/prepareVerification.js';
import type { CallEvidence, Finding, Placement } from '../domain/testCallFacts.js';
import { expectsInbound } from '../domain/testCallPlan.js';
import { isWorthInspecting, judgeCall } from '../domain/verdict.js';
import { readEndedReason } from '../domain/endedReason.js';
import { log } from '@temporalio/workflow';
import { failureOf, isCancelled } from './failure.js';
import { lastingActivities, verificationActivities } from './verificationActivities.js';
import type { Verifying } from './verify.js';

/** How long DIDWW's records are waited for: a row that comes later changes no verdict. */
const INBOUND_RECORD_WINDOW_MS = 5_000;
const TRANSFER_RECORD_WINDOW_MS = 20_000;

/** What is looked up about a call that did not prove everything: DIDWW's records, and both accounts' configuration. */
export class CallInquiry {
  private findings: readonly Finding[] | undefined;

  constructor(
    private readonly verifying: Verifying,
    private readonly prepared: PreparedVerification,
  ) {}

  /** The evidence with what both sides' books add. What cannot be read is left out. */
  async complete(evidence: CallEvidence): Promise<CallEvidence> {
    if (!isWorthInspecting(judgeCall(evidence))) return evidence;
    const recorded = await this.withRecords(evidence);
    if (!isWorthInspecting(judgeCall(recorded))) return recorded;
    const findings = await this.inspect();
    return findings === undefined ? recorded : { ...recorded, findings };
  }

  private async withRecords(evidence: CallEvidence): Promise<CallEvidence> {
    const { placement, facts } = evidence;
    if (!placement.placed || facts === undefined) return evidence;
    if (facts.transfer !== undefined && facts.transfer.status !== 'connected')
      return this.withTransferRecord(evidence, placement);
    const reason = facts.outbound?.endedReason;
    const isLost = expectsInbound(evidence.call) && facts.inbound === undefined && reason !== undefined;
    return isLost && mayHaveLeft(reason) ? this.withInboundRecord(evidence, placement) : evidence;
  }

  private async withTransferRecord(
    evidence: CallEvidence,
    placement: Placement & { placed: true },
  ): Promise<CallEvidence> {
    const { order } = this.verifying;
    const { outboundTrunkId } = this.prepared;
    if (order.transfer === undefined || outboundTrunkId === undefined) return evidence;
    const { record, current } = await this.records({
      type: 'cdr_out',
      reference: `${placement.callId}/transfer`,
      placedAt: placement.at,
      callers: [evidence.call.from.number, evidence.call.to.number],
      called: order.transfer.destination,
      outboundTrunkId,
      knownLeg: evidence.call.to.number,
      windowMs: TRANSFER_RECORD_WINDOW_MS,
    });
    return { ...evidence, recordsCurrent: current, ...(record === undefined ? {} : { transferRecord: record }) };
  }

  private async withInboundRecord(
    evidence: CallEvidence,
    placement: Placement & { placed: true },
  ): Promise<CallEvidence> {
    const { from, to } = evidence.call;
    const { record } = await this.records({
      type: 'cdr_in',
      reference: `${placement.callId}/inbound`,
      placedAt: placement.at,
      callers: [from.number],
      called: to.number,
      windowMs: INBOUND_RECORD_WINDOW_MS,
    });
    return record === undefined ? evidence : { ...evidence, inboundRecord: record };
  }

  private async records(
    query: Parameters<ReturnType<typeof lastingActivities>['findCallRecords']>[0],
  ): Promise<CallRecordAnswer> {
    const { patience } = this.verifying;
    try {
      return await lastingActivities(
        `look for DIDWW's record of the call to ${query.called}`,
        patience,
      ).findCallRecords(query, patience);
    } catch (error) {
      if (isCancelled()) throw error;
      log.warn('call records could not be read', { why: failureOf(error, 'call records').message });
      return { current: false };
    }
  }

  /** Both accounts' configuration against what calls need; read once a verification. */
  private async inspect(): Promise<readonly Finding[] | undefined> {
    if (this.findings !== undefined) return this.findings;
    const { order, patience } = this.verifying;
    try {
      const acts = verificationActivities('compare both accounts with what the calls need', patience);
      this.findings = await acts.inspectConnection(order, patience);
    } catch (error) {
      if (isCancelled()) throw error;
      log.warn('the accounts could not be inspected', { why: failureOf(error, 'inspection').message });
    }
    return this.findings;
  }
}

/** A caller's leg that Vapi itself never let start has left no record anywhere. */
const mayHaveLeft = (reason: string): boolean =>
  ['sip-connection', 'customer-side', 'success', 'administrative'].includes(readEndedReason(reason).group) &&
  !reason.includes('-407-');
