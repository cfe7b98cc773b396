import { z } from 'zod';
import { type CallOptions, loose } from '../http/index.js';
import type { Query, VapiApi } from './api.js';

/** The most that Vapi gives at once (docs/providers/vapi.md, Lists). */
const PAGE_SIZE = 1000;

/** A list to be read whole. */
export interface ListRequest<T> {
  readonly path: string;
  readonly query?: Query;
  readonly schema: z.ZodType<T>;
  /** The entries to read; the others are never looked at by the schema. Default: all. */
  readonly isWanted?: (entry: Readonly<Record<string, unknown>>) => boolean;
}

interface Row<T> {
  readonly id: string;
  readonly createdAt: string | undefined;
  readonly item: T | undefined;
}

/**
 * Every entry of a list. Lists have no cursor: the next page is asked for by date of creation, from where
 * the last page ended, whichever way it was ordered; the date itself is asked for again, since several
 * objects may bear it.
 */
export async function listAll<T>(api: VapiApi, list: ListRequest<T>, options?: CallOptions): Promise<readonly T[]> {
  const page = pageOf(list);
  const found = new Map<string, T | undefined>();
  let window: Query = {};
  for (;;) {
    const query = { ...list.query, ...window, limit: String(PAGE_SIZE) };
    const rows = await api.get(list.path, query, page, options);
    const before = found.size;
    for (const { id, item } of rows) found.set(id, item);
    if (rows.length < PAGE_SIZE) return [...found.values()].filter((item) => item !== undefined);
    const next = nextWindow(rows);
    if (next === undefined || found.size === before) {
      const request = { method: 'GET', operation: `GET ${list.path}` } as const;
      throw api.http.unexpected(request, 200, 'it is too long and cannot be read on from its last entry');
    }
    window = next;
  }
}

/** Newest first is what is seen, though no source promises it. */
function nextWindow(rows: readonly Row<unknown>[]): Query | undefined {
  const first = rows.at(0)?.createdAt;
  const last = rows.at(-1)?.createdAt;
  if (first === undefined || last === undefined) return undefined;
  return last <= first ? { createdAtLe: last } : { createdAtGe: last };
}

const key = z.looseObject({ id: z.string(), createdAt: loose(z.string()) });

/** Both shapes occur: a bare array, and `{ results }` (docs/providers/vapi.md, Lists). */
function pageOf<T>({ schema, isWanted = () => true }: ListRequest<T>): z.ZodType<readonly Row<T>[]> {
  const row = key.transform((raw, context): Row<T> => {
    const read = isWanted(raw) ? schema.safeParse(raw) : undefined;
    for (const issue of read?.error?.issues ?? []) context.addIssue({ code: 'custom', path: [...issue.path] });
    return { id: raw.id, createdAt: raw.createdAt, item: read?.data };
  });
  return z.preprocess((answer) => results.safeParse(answer).data?.results ?? answer, z.array(row));
}

const results = z.object({ results: z.array(z.unknown()) });
