/**
 * What is looked up once all calls are over: both accounts' configuration where something is not proven,
 * and DIDWW's records of every call. Belongs here: what is worth looking up, and for how long. Does not:
 * looking (`activities`), what it means (`judging.ts`).
 */
import { log, workflowInfo } from '@temporalio/workflow';
import type { RecordedCall, RecordsOfCall } from '../../activities/verification/callRecordReading.js';
import type { PreparedVerification } from '../../activities/verification/prepareVerification.js';
import type { Check } from '../../contract/result.js';
import { type CallEvidence, type Finding, findingsFor, type Placement } from '../../domain/calls/evidence.js';
import { verificationMark } from '../../domain/calls/name.js';
import { expectsInbound } from '../../domain/calls/plan.js';
import { failureOf, isCancelled } from '../engine/failure.js';
import { activities, followingActivities } from '../engine/activities.js';
import { judge, type JudgedEvidence } from './judging.js';
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

  /** All calls with what both sides' books add, judged anew where that adds something. */
  async complete(all: readonly JudgedEvidence[]): Promise<readonly JudgedEvidence[]> {
    return this.withRecords(await this.withFindings(all));
  }

  /**
   * Both accounts' configuration against what calls need, read once, for the calls that did not prove
   * everything.
   */
  private async withFindings(all: readonly JudgedEvidence[]): Promise<readonly JudgedEvidence[]> {
    if (!all.some(({ judged }) => judged.isWorthInspecting)) return all;
    const findings = await this.inspect();
    if (findings === undefined) return all;
    return this.judgedWith(all, ({ evidence, judged }) =>
      judged.isWorthInspecting ? { ...evidence, findings: findingsFor(evidence.call, findings) } : undefined,
    );
  }

  private async withRecords(all: readonly JudgedEvidence[]): Promise<readonly JudgedEvidence[]> {
    const { windowSeconds } = this.verifying.request.verification;
    const wanted = all.map((made) => this.recordedCall(made)).filter((call) => call !== undefined);
    if (windowSeconds === 0 || wanted.length === 0) return all;
    const patienceMs = windowSeconds * 1_000;
    const records = await this.records(
      wanted.map(({ call }) => call),
      isDecided(all) ? Math.min(patienceMs, RECORDS_OF_A_FAILURE_WITHIN_MS) : patienceMs,
    );
    if (records === undefined) return all;
    return this.judgedWith(all, ({ evidence }) => {
      const at = wanted.findIndex((one) => one.evidence === evidence);
      const call = wanted[at]?.call;
      return call === undefined ? undefined : withRecordsOf(evidence, call.legs, records[at] ?? {});
    });
  }

  /** The same calls; those to whose evidence something is added are judged anew. */
  private async judgedWith(
    all: readonly JudgedEvidence[],
    added: (made: JudgedEvidence) => CallEvidence | undefined,
  ): Promise<readonly JudgedEvidence[]> {
    const more = all.map(added);
    const judged = await judge(more.filter((evidence) => evidence !== undefined));
    const anew = new Map(judged.map((made) => [made.evidence, made]));
    return all.map((made, at) => anew.get(more[at] ?? made.evidence) ?? made);
  }

  /** How a call is recognised in DIDWW's records; undefined where it can be in none. */
  private recordedCall(made: JudgedEvidence): { evidence: CallEvidence; call: RecordedCall } | undefined {
    const { evidence } = made;
    const { placement, facts, call } = evidence;
    const legs = this.legsOf(made);
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

  private legsOf({ evidence: { call, facts }, judged }: JudgedEvidence): readonly Check[] {
    if (facts === undefined || !judged.mayBeOnRecord) return [];
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
      const found = await followingActivities(`look for DIDWW's records of the calls`, bounded).findCallRecords(query);
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
      const findings = await acts.inspectConnection(request);
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

/** A check has failed, and no verdict hangs on the records. */
const isDecided = (all: readonly JudgedEvidence[]): boolean =>
  !all.some(({ judged }) => judged.needsRecords) &&
  all.some(({ judged }) => judged.results.some(({ verdict }) => verdict === 'failed'));

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
 * The call cannot have begun before Vapi knew it. Without Vapi's word for that: POST /call takes its time.
 */
const beganAt = ({ at, createdAt }: Placement & { placed: true }): number =>
  createdAt === undefined ? at - UNCERTAIN_BY_MS : Date.parse(createdAt);
const UNCERTAIN_BY_MS = 5_000;
