/** What the bench shows: one report, as a table for people and as JSON for programs. */
import { cpus, loadavg, totalmem } from 'node:os';
import type { Crowd, Load, ManyNumbers, Rollback, Single } from './measurements.js';
import type { Spread } from './statistics.js';

/** Everything that one run of the bench measured. Durations in milliseconds. */
export interface BenchReport {
  readonly date: string;
  readonly machine: Machine;
  readonly settings: { readonly latencyMs: number; readonly runs: number; readonly warmUp: number };
  readonly single: Single;
  readonly rollback: Rollback;
  readonly manyNumbers: ManyNumbers;
  readonly crowds: readonly Crowd[];
}

/** Where it was measured, and how busy that was. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  /** Load of the last minute before the bench, and at its end. */
  readonly load: readonly [before: number, after: number];
}

/** This machine. */
export function thisMachine(loadBefore: number): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    node: process.versions.node,
    load: [loadBefore, currentLoad()],
  };
}

/** Programs that wanted a core in the last minute. */
export const currentLoad = (): number => Number((loadavg()[0] ?? 0).toFixed(1));

/** Where and how it is measured. */
export function headLines({ machine, settings }: Pick<BenchReport, 'machine' | 'settings'>): readonly string[] {
  const { cpu, cores, memoryGb, node, load } = machine;
  return [
    `${cpu}, ${String(cores)} cores, ${String(memoryGb)} GB, Node ${node}; load of the machine ${load.join(' before, ')} after.`,
    `Sandbox latency ${String(settings.latencyMs)} ms a request; medians of ${String(settings.runs)} runs (range) after ${String(settings.warmUp)} for warming up.`,
  ];
}

/** One number at a time. */
export function singleLines({ workflow, script, ratio, aim, history }: Single): string[] {
  const rows = [
    ['One number, transfer, no test calls', 'workflow', 'plain script', 'ratio'],
    ['start to result', spread(workflow.totalMs), spread(script.totalMs), times(ratio.total)],
    ['p99', ms(workflow.totalMs.p99), ms(script.totalMs.p99), ''],
    ['one after the other', perSecond(workflow.totalMs), perSecond(script.totalMs), ''],
    ['the run by its own clock', spread(workflow.ownMs), '', times(ratio.own)],
    ['start to cut-over', spread(workflow.toCutOverMs), spread(script.toCutOverMs), times(ratio.toCutOver)],
    ['rounds until the cut-over', counts(workflow.rounds), counts(script.rounds), ''],
    ['requests', counts(workflow.requests), counts(script.requests), ''],
  ];
  const verdict = ratio.total <= aim ? 'reached' : 'missed';
  return [
    ...table(rows),
    `Aim: ${times(aim)}, ${verdict}. One onboarding is ${String(history.runs)} runs, ${String(history.workflowTasks)} workflow tasks, ${String(history.activities)} activities, ${String(history.events)} events.`,
  ];
}

/** Rollbacks. */
export function rollbackLines({ rollbackMs, totalMs, rounds, isRestored }: Rollback): string[] {
  return table([
    ['Refused cut-over', 'workflow'],
    ['refusal to end of the rollback', spread(rollbackMs)],
    ['start to result', spread(totalMs)],
    ['rounds of the rollback', counts(rounds)],
    ['both accounts as before', isRestored ? 'yes' : 'NO'],
  ]);
}

/** One onboarding of many numbers. */
export function manyNumbersLines({ numbers, totalMs, requests, history, cpuMs }: ManyNumbers): string[] {
  const each = (count: number): string => (count / numbers).toFixed(1);
  return table([
    [`${String(numbers)} numbers, one assistant`, 'in all', 'a number'],
    ['start to result', ms(totalMs), ms(totalMs / numbers)],
    ['requests', String(requests), each(requests)],
    ['history events', String(history.events), each(history.events)],
    ['workflow tasks', String(history.workflowTasks), each(history.workflowTasks)],
    ['activities', String(history.activities), each(history.activities)],
    ['worker CPU', ms(cpuMs), ms(cpuMs / numbers)],
  ]);
}

/** Many at once. */
export function crowdLines({ atOnce, assistants, workflow, script }: Crowd): string[] {
  const both = (row: (load: Load) => string): string[] => [
    row(workflow),
    ...(script === undefined ? [] : [row(script)]),
  ];
  const { before, after } = workflow.usage;
  const { workflowTasks, timedOutTasks } = workflow.history;
  return table([
    [
      `${String(atOnce)} at once, assistant: ${assistants}`,
      'workflow',
      ...(script === undefined ? [] : ['plain script']),
    ],
    ['onboardings a second', ...both(({ perSecond }) => perSecond.toFixed(1))],
    ['p50', ...both(({ latencyMs }) => ms(latencyMs.median))],
    ['p99', ...both(({ latencyMs }) => ms(latencyMs.p99))],
    ['worker memory (RSS) before, after', `${mib(before.rssMb)}, ${mib(after.rssMb)}`],
    ['worker memory at its peak so far', mib(after.peakRssMb)],
    ['worker CPU an onboarding', ms((after.cpuMs - before.cpuMs) / atOnce)],
    ['workflow tasks, timed out of these', `${String(workflowTasks)}, ${String(timedOutTasks)}`],
    ['errors that the server logged', String(workflow.serverErrors)],
  ]);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const perSecond = ({ mean }: Spread): string => `${(1_000 / mean).toFixed(2)} a second`;
const mib = (value: number): string => `${value.toFixed(0)} MiB`;
const times = (value: number): string => value.toFixed(2);
const spread = ({ median, min, max }: Spread): string => `${ms(median)} (${min.toFixed(0)}–${max.toFixed(0)})`;
const counts = (values: readonly number[]): string => values.join(' or ');
