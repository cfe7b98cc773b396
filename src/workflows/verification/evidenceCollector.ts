/**
 * What is looked up once all calls are over: both accounts' configuration where something is not proven,
 * and DIDWW's records of every call. Belongs here: what is worth looking up, and for how long. Does not:
 * looking (`activities`), what it means (`domain/verdict/judgeCall.ts`).
 */
import { log, workflowInfo } from '@temporalio/workflow';
import type { RecordedCall, RecordsOfCall } from '../../activities/verification/callRecordReading.js';
import type { PreparedVerification } from '../../activities/verification/prepareVerification.js';
import { readEndedReason } from '../../domain/diagnosis/endedReason.js';
import type { Check } from '../../contract/result.js';
import type { CallEvidence, Finding, Placement } from '../../domain/calls/evidence.js';
import { verificationMark } from '../../domain/calls/name.js';
import { expectsInbound } from '../../domain/calls/plan.js';
import { isWorthInspecting, judgeCall } from '../../domain/verdict/judgeCall.js';
import { findingFor } from '../../domain/verdict/evidence.js';
import { failureOf, isCancelled } from '../engine/failure.js';
import { activities, following } from '../engine/activities.js';
import type { Verifying } from './verifying.js';

/**
 * Where a check has failed already, records only add ids to quote: nobody waits long for them, live calls
 * may be failing.
 */
export const RECORDS_OF_A_FAILURE_WITHIN_MS = 10_000;
const RECORDS = 'call records of DIDWW';
const INSPECTION = 'compare both accounts';

/** Completes the evidence of a verification. What cannot be read is left out. */
export class EvidenceCollector {
  constructor(
    private readonly verifying: Verifying,
    private readonly prepared: PreparedVerification,
  ) {}

  /** The evidence of all calls with what both sides' books add. */
  async complete(all: readonly CallEvidence[]): Promise<readonly CallEvidence[]> {
    return this.withRecords(await this.withFindings(all));
  }

  /**
   * Both accounts' configuration against what calls need, read once, for the calls that did not prove
   * everything.
   */
  private async withFindings(all: readonly CallEvidence[]): Promise<readonly CallEvidence[]> {
    if (!all.some(isOpen)) return all;
    const findings = await this.inspect();
    return findings === undefined ? all : all.map((one) => (isOpen(one) ? { ...one, findings } : one));
  }

  private async withRecords(all: readonly CallEvidence[]): Promise<readonly CallEvidence[]> {
    const { windowSeconds } = this.verifying.request.verification;
    const wanted = all.map((evidence) => this.recordedCall(evidence)).filter((call) => call !== undefined);
    if (windowSeconds === 0 || wanted.length === 0) return all;
    const patienceMs = windowSeconds * 1_000;
    const records = await this.records(
      wanted.map(({ call }) => call),
      isDecided(all) ? Math.min(patienceMs, RECORDS_OF_A_FAILURE_WITHIN_MS) : patienceMs,
    );
    if (records === undefined) return all;
    return all.map((evidence) => {
      const at = wanted.findIndex((one) => one.evidence === evidence);
      const call = wanted[at]?.call;
      return call === undefined ? evidence : withRecordsOf(evidence, call.legs, records[at] ?? {});
    });
  }

  /** How a call is recognised in DIDWW's records; undefined where it can be in none. */
  private recordedCall(evidence: CallEvidence): { evidence: CallEvidence; call: RecordedCall } | undefined {
    const { placement, facts, call } = evidence;
    const legs = this.legsOf(evidence);
    if (!placement.placed || legs.length === 0) return undefined;
    const transferTo = this.verifying.request.transfer?.destination;
    const carrierCallId = facts?.inbound?.carrierCallId;
    const endedAt = Date.parse(facts?.outbound?.endedAt ?? '');
    const answeredAt = Date.parse(facts?.inbound?.startedAt ?? '');
    return {
      evidence,
      call: {
        notBefore: beganAt(placement),
        ...(Number.isNaN(endedAt) ? {} : { endedAt }),
        from: call.from.number,
        to: call.to.number,
        ...(transferTo === undefined ? {} : { transferTo }),
        ...(Number.isNaN(answeredAt) ? {} : { transferNotBefore: answeredAt }),
        ...(carrierCallId === undefined ? {} : { carrierCallId }),
        legs,
      },
    };
  }

  private legsOf({ call, facts }: CallEvidence): readonly Check[] {
    const reason = facts?.outbound?.endedReason;
    if (facts === undefined || reason === undefined || !mayHaveLeft(reason)) return [];
    const { request } = this.verifying;
    const isOurs = request.numbers.some(({ number }) => number === call.from.number);
    const isTransfer = call.purpose === 'transfer';
    const { transfer } = facts;
    const legs: readonly [Check, boolean][] = [
      ['outbound', isOurs && this.prepared.outboundTrunkId !== undefined],
      ['inbound', expectsInbound(call) && (!isTransfer || facts.inbound === undefined)],
      ['transfer', transfer !== undefined && (transfer.begun || transfer.toolFired || transfer.forced)],
    ];
    return legs.filter(([, isWanted]) => isWanted).map(([leg]) => leg);
  }

  private async records(
    calls: readonly RecordedCall[],
    withinMs: number,
  ): Promise<readonly RecordsOfCall[] | undefined> {
    const { request, patience, board, report } = this.verifying;
    const { outboundTrunkId } = this.prepared;
    board.set(RECORDS, 'running', `for up to ${String(Math.round(withinMs / 1_000))} s`);
    try {
      const query = {
        reference: verificationMark(request.connection, workflowInfo().runId),
        calls,
        ...(outboundTrunkId === undefined ? {} : { outboundTrunkId }),
        region: request.region,
        withinMs,
      };
      // Backing a verdict is not worth more patience than the wait for the rows.
      const bounded = { ...patience, forMs: Math.min(patience.forMs, withinMs) };
      const found = await following(`look for DIDWW's records of the calls`, bounded).findCallRecords(query, bounded);
      board.set(RECORDS, 'done', `${String(legsIn(found.calls))} of ${String(legsWanted(calls))} legs found`);
      return found.calls;
    } catch (error) {
      if (isCancelled()) throw error;
      const { message } = failureOf(error, RECORDS);
      board.set(RECORDS, 'skipped', message);
      report.warn([`DIDWW's call records could not be read, so that the verdicts rest on Vapi alone: ${message}`]);
      return undefined;
    }
  }

  private async inspect(): Promise<readonly Finding[] | undefined> {
    const { request, patience, board, report } = this.verifying;
    board.set(INSPECTION, 'running');
    try {
      const acts = activities('compare both accounts with what the calls need', patience);
      const findings = await acts.inspectConnection(request, patience);
      board.set(
        INSPECTION,
        'done',
        findings.length === 0
          ? 'nothing differs'
          : `${String(findings.length)} ${findings.length === 1 ? 'difference' : 'differences'}`,
      );
      return findings;
    } catch (error) {
      if (isCancelled()) throw error;
      const { message } = failureOf(error, INSPECTION);
      log.warn('the accounts could not be inspected', { why: message });
      board.set(INSPECTION, 'skipped', message);
      report.warn([`Both accounts could not be compared with what the calls need: ${message}`]);
      return undefined;
    }
  }
}

const isOpen = (evidence: CallEvidence): boolean => isWorthInspecting(judgeCall(evidence));

/** A check has failed, and no verdict hangs on the records. */
function isDecided(all: readonly CallEvidence[]): boolean {
  const judged = all.flatMap((evidence) => judgeCall(evidence).map((result) => ({ evidence, result })));
  const hangs = judged.some(
    ({ evidence, result: { check, verdict } }) =>
      verdict !== 'proven' && isForRecordsToSay(evidence, check) && findingFor(evidence, check) === undefined,
  );
  return !hangs && judged.some(({ result }) => result.verdict === 'failed');
}

/** A transfer whose status Vapi does not tell, and an inbound leg that Vapi does not show. */
function isForRecordsToSay({ facts }: CallEvidence, check: Check): boolean {
  if (check === 'transfer') return facts?.transfer !== undefined && facts.transfer.status !== 'connected';
  return check === 'inbound' && facts !== undefined && facts.inbound === undefined;
}

function withRecordsOf(evidence: CallEvidence, legs: readonly Check[], records: RecordsOfCall): CallEvidence {
  const { outbound, inbound, transfer } = records;
  return {
    ...evidence,
    ...(outbound === undefined ? {} : { outboundRecord: outbound }),
    ...(inbound === undefined ? {} : { inboundRecord: inbound }),
    ...(transfer === undefined ? {} : { transferRecord: transfer }),
    unrecorded: legs.filter((leg) => records[leg] === undefined),
  };
}

const legsIn = (records: readonly RecordsOfCall[]): number =>
  records.reduce((sum, one) => sum + Object.keys(one).length, 0);
const legsWanted = (calls: readonly RecordedCall[]): number => calls.reduce((sum, { legs }) => sum + legs.length, 0);

/**
 * A caller's leg that Vapi itself never let start, or whose user DIDWW does not know, has left no record
 * anywhere.
 */
const mayHaveLeft = (reason: string): boolean =>
  ['sip-connection', 'customer-side', 'success', 'administrative'].includes(readEndedReason(reason).group) &&
  !reason.includes('-407-');

/**
 * The call cannot have begun before Vapi knew it. Without Vapi's word for that: POST /call takes its time.
 */
const beganAt = ({ at, createdAt }: Placement & { placed: true }): number =>
  createdAt === undefined ? at - UNCERTAIN_BY_MS : Date.parse(createdAt);
const UNCERTAIN_BY_MS = 5_000;
