import { notFound } from './errors.js';

/** The object of this id. Throws 404, in which `kind` stands, where there is none. */
export function find<T>(table: ReadonlyMap<string, T>, kind: string, id: string): T {
  const row = table.get(id);
  if (row === undefined) throw notFound(kind, id);
  return row;
}
