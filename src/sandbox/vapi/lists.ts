import { z } from 'zod';

import { type Table, listsNothing } from '../plumbing/index.js';
import type { Stored } from './objects.js';
import { validate } from './validation.js';

const dateFilters = {
  createdAtGt: z.string().optional(),
  createdAtLt: z.string().optional(),
  createdAtGe: z.string().optional(),
  createdAtLe: z.string().optional(),
  updatedAtGt: z.string().optional(),
  updatedAtLt: z.string().optional(),
  updatedAtGe: z.string().optional(),
  updatedAtLe: z.string().optional(),
};

const listQuery = z.strictObject({ limit: z.coerce.number().min(0).max(1000).optional(), ...dateFilters });

/** GET /call narrows by these as well, and by nothing else (docs/providers/vapi.md, Lists). */
const callListQuery = listQuery.extend({
  id: z.string().optional(),
  assistantId: z.string().optional(),
  phoneNumberId: z.string().optional(),
});

const pageQuery = z.strictObject({
  search: z.string().max(100).optional(),
  page: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().min(0).max(1000).optional(),
  sortOrder: z.enum(['ASC', 'DESC']).optional(),
  sortBy: z.enum(['createdAt', 'duration', 'cost']).optional(),
  ...dateFilters,
});

type DateFilters = Partial<Record<keyof typeof dateFilters, string | undefined>>;

/** What a list depends on beside what stands. */
export interface ListRequest {
  readonly query: unknown;
}

/**
 * A bare list: newest first (assumed), at most `limit`, 100 by default, no cursor (docs/providers/vapi.md,
 * Lists).
 */
export function bareList<T extends Stored>(table: Table<T>, request: ListRequest): T[] {
  const { limit = 100, ...dates } = validate(listQuery, request.query);
  return newestFirst(visible(table, request, dates)).slice(0, limit);
}

/** GET /call. */
export function callList<T extends Stored & { readonly assistantId?: string; readonly phoneNumberId: string }>(
  table: Table<T>,
  request: ListRequest,
): T[] {
  const { limit = 100, id, assistantId, phoneNumberId, ...dates } = validate(callListQuery, request.query);
  const wanted = visible(table, request, dates).filter(
    (row) =>
      (id === undefined || row.id === id) &&
      (assistantId === undefined || row.assistantId === assistantId) &&
      (phoneNumberId === undefined || row.phoneNumberId === phoneNumberId),
  );
  return newestFirst(wanted).slice(0, limit);
}

interface Page<T> {
  readonly results: readonly T[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * GET /v2/phone-number: pages, newest first unless asked otherwise; `search` is part of name, number or SIP
 * URI (docs/providers/vapi.md, Lists).
 */
export function pagedList<
  T extends Stored & { readonly name?: string | undefined; readonly number?: string | undefined },
>(table: Table<T>, request: ListRequest): Page<T> {
  const wanted = validate(pageQuery, request.query);
  const { limit = 100, page = 1, search, sortOrder = 'DESC', sortBy: _sortBy, ...dates } = wanted;
  const needle = search?.toLowerCase();
  const found = visible(table, request, dates).filter(
    ({ name, number }) => needle === undefined || [name, number].some((text) => text?.toLowerCase().includes(needle)),
  );
  const ordered = sortOrder === 'DESC' ? newestFirst(found) : newestFirst(found).reverse();
  const totalPages = Math.ceil(found.length / Math.max(limit, 1));
  return {
    results: ordered.slice((page - 1) * limit, page * limit),
    metadata: {
      itemsPerPage: limit,
      totalItems: found.length,
      currentPage: page,
      totalPages,
      hasNextPage: page < totalPages,
      sortOrder,
    },
  };
}

function visible<T extends Stored>(table: Table<T>, request: ListRequest, dates: DateFilters): T[] {
  const rows = listsNothing(request) ? [] : table.listed();
  return rows.filter(
    ({ createdAt, updatedAt }) =>
      within(createdAt, dates.createdAtGt, dates.createdAtLt, dates.createdAtGe, dates.createdAtLe) &&
      within(updatedAt, dates.updatedAtGt, dates.updatedAtLt, dates.updatedAtGe, dates.updatedAtLe),
  );
}

function within(at: string, gt?: string, lt?: string, ge?: string, le?: string): boolean {
  const time = Date.parse(at);
  return (
    (gt === undefined || time > Date.parse(gt)) &&
    (lt === undefined || time < Date.parse(lt)) &&
    (ge === undefined || time >= Date.parse(ge)) &&
    (le === undefined || time <= Date.parse(le))
  );
}

function newestFirst<T extends Stored>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}
