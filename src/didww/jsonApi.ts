import { z } from 'zod';

const identifier = z.object({ type: z.string(), id: z.string() });

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly hasNext: boolean;
}

/** Whether a page is followed by another: `links.next` is left out on the last. */
export const hasNext = z
  .object({ next: z.string().nullish() })
  .nullish()
  .transform((links) => links?.next != null);

/** An answer with one resource. */
export const oneOf = <T>(resource: z.ZodType<T>): z.ZodType<T> =>
  z.object({ data: resource }).transform(({ data }) => data);

/** An answer with a page of resources. */
export const pageOf = <T>(resource: z.ZodType<T>): z.ZodType<Page<T>> =>
  z
    .object({ data: z.array(resource), links: hasNext })
    .transform(({ data, links }) => ({ items: data, hasNext: links }));

/**
 * A relationship. Its `data` is there only where it was asked for by `include` (docs/providers/didww.md,
 * Queries and includes).
 */
const relationship = z.object({ data: z.union([identifier, z.array(identifier), z.null()]).optional() });

/** The relationships of a resource, by name. */
export const relationships = z.record(z.string(), relationship).default({});
export type Relationships = z.output<typeof relationships>;

/** Resources that came along. */
export const included = z
  .array(identifier.extend({ attributes: z.record(z.string(), z.unknown()).default({}) }))
  .default([]);
export type Included = z.output<typeof included>;

/** The id that a to-one relationship points to; null: to nothing; undefined: the answer does not say. */
export function linkedId(all: Relationships, name: string): string | null | undefined {
  const data = all[name]?.data;
  return Array.isArray(data) ? undefined : data === null ? null : data?.id;
}

/** The ids that a to-many relationship points to; undefined: the answer does not say. */
export function linkedIds(all: Relationships, name: string): readonly string[] | undefined {
  const data = all[name]?.data;
  return Array.isArray(data) ? data.map(({ id }) => id) : undefined;
}

/** A to-one relationship as it is written. */
export const toOne = (type: string, id: string | null): { readonly data: { type: string; id: string } | null } => ({
  data: id === null ? null : { type, id },
});

/** A to-many relationship as it is written: it replaces the whole set. */
export const toMany = (type: string, ids: readonly string[]): { readonly data: { type: string; id: string }[] } => ({
  data: ids.map((id) => ({ type, id })),
});
