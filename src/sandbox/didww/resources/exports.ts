import { z } from 'zod';

import { allowOnly, readAttributes, readBody, wireNames } from '../jsonapi/body.js';
import { type Problem, attributeProblem, invalid, notFound } from '../jsonapi/errors.js';
import {
  type Context,
  type Filter,
  type ResourceType,
  type View,
  attributeText,
  exact,
  idFilter,
} from '../jsonapi/resource.js';
import * as rule from '../jsonapi/rules.js';
import type { DidwwAccount, Export } from '../state.js';
import type { ExportListFilter } from '../wire/index.js';
import { callRecordFile } from './callRecordFile.js';
import { exportFilterProblem } from './exportFilters.js';

const TYPE = 'exports';

/** docs/providers/didww.md, Exports (call records). */
const shape = {
  exportType: rule.oneOf(['cdr_in', 'cdr_out', 'sms_in', 'sms_out']),
  filters: z.record(z.string(), z.string(), 'is invalid'),
  externalReferenceId: rule.externalReference(),
  callbackUrl: rule.callbackUrl(),
  callbackMethod: rule.oneOf(['get', 'post']).nullable(),
};

/** What a version may find exports by. */
const listFilters: Readonly<Record<ExportListFilter, Filter>> = {
  id: idFilter,
  external_reference_id: exact('external_reference_id'),
  export_type: exact('export_type'),
  status: exact('status'),
  created_at_gteq: createdAt((created, limit) => created >= limit),
  created_at_lteq: createdAt((created, limit) => created <= limit),
};

export const exportsResource: ResourceType = {
  type: TYPE,
  all: (context) => context.account.exports.listed().map((row) => view(row, context)),
  find: (context, id) => {
    const row = context.account.exports.get(id);
    return row && view(row, context);
  },
  filters: ({ form }) => Object.fromEntries(form.exportListFilters.map((name) => [name, listFilters[name]])),
  sortKeys: ['created_at', 'external_reference_id', 'status'],
  includes: () => [],
  maxPageSize: 100,
};

function createdAt(passes: (created: number, limit: number) => boolean): Filter {
  return (row, value) => passes(Date.parse(attributeText(row, 'created_at')), Date.parse(value));
}

/** POST /exports. */
export function createExport({ account, form }: Context, raw: unknown): string {
  const body = readBody(raw, TYPE);
  allowOnly(body.attributes, wireNames(shape));
  allowOnly(body.relationships, []);
  const { values, problems: shapeProblems } = readAttributes(body.attributes, shape);
  const problems: Problem[] = [...shapeProblems];
  const { exportType, filters } = values;
  if (exportType !== undefined && form.exportFilters[exportType] === undefined) {
    problems.push(attributeProblem('export_type', 'is not included in the list'));
  }
  if (exportType === undefined && problems.length === 0)
    problems.push(attributeProblem('export_type', "can't be blank"));
  if (filters === undefined && problems.length === 0) problems.push(attributeProblem('filters', "can't be blank"));
  if (Boolean(values.callbackUrl) !== Boolean(values.callbackMethod)) {
    problems.push(attributeProblem(values.callbackUrl ? 'callback_method' : 'callback_url', "can't be blank"));
  }
  if (exportType === undefined || filters === undefined || problems.length > 0) throw invalid(...problems);
  const problem = exportFilterProblem(form, exportType, filters, account.clock.now());
  if (problem !== undefined) throw invalid(attributeProblem('filters', problem));
  const row: Export = {
    id: account.newId(),
    fileId: account.newId(),
    exportType,
    filters,
    callbackUrl: values.callbackUrl ?? null,
    callbackMethod: values.callbackMethod ?? null,
    externalReferenceId: values.externalReferenceId ?? null,
    createdAt: account.timestamp(),
    createdIn: form.version,
  };
  account.exports.set(row.id, row);
  return row.id;
}

/** PATCH /exports/:id takes nothing but the reference. */
export function updateExport({ account }: Context, id: string, raw: unknown): void {
  const row = account.exports.get(id);
  if (row === undefined) throw notFound(id);
  const body = readBody(raw, TYPE, id);
  allowOnly(body.attributes, ['external_reference_id']);
  allowOnly(body.relationships, []);
  const { values, problems } = readAttributes(body.attributes, shape);
  if (problems.length > 0) throw invalid(...problems);
  Object.assign(row, values);
}

/** The gzip bytes of a completed export, by the name of its file. Throws 404 for any other name. */
export function downloadExport({ account }: Context, fileName: string): Buffer {
  const row = [...account.exports.values()].find(({ fileId }) => `${fileId}.csv.gz` === fileName);
  if (row === undefined || status(row, account) !== 'completed') throw notFound(fileName);
  return callRecordFile(account.callRecords, row, completedAt(row, account), account.switches);
}

function view(row: Export, { account, baseUrl }: Context): View {
  const state = status(row, account);
  return {
    id: row.id,
    type: TYPE,
    attributes: {
      status: state,
      url: state === 'completed' ? `${baseUrl}/exports/${row.fileId}.csv.gz` : null,
      export_type: row.exportType,
      filters: row.filters,
      callback_url: row.callbackUrl,
      callback_method: row.callbackMethod,
      external_reference_id: row.externalReferenceId,
      created_at: row.createdAt,
    },
    relationships: {},
  };
}

function status(row: Export, account: DidwwAccount): 'pending' | 'processing' | 'completed' {
  const now = account.clock.now();
  if (now >= completedAt(row, account)) return 'completed';
  return now >= Date.parse(row.createdAt) + account.switches.exportPendingMs ? 'processing' : 'pending';
}

function completedAt(row: Export, { switches }: DidwwAccount): number {
  return Date.parse(row.createdAt) + switches.exportPendingMs + switches.exportProcessingMs;
}
