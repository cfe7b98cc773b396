import { z } from 'zod';

import { badRequest, missingParam, paramsNotAllowed, type Problem } from './errors.js';
import { camel, snake } from './names.js';

/** The `data` of a write. */
export interface Body {
  readonly id: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, unknown>>;
}

const dataShape = z.object({
  id: z.string().optional(),
  type: z.string().optional(),
  attributes: z.record(z.string(), z.unknown()).optional(),
  relationships: z.record(z.string(), z.object({ data: z.unknown() })).optional(),
});

/**
 * Reads `data` of a write to `type`. `id` is the resource's own for a PATCH, which must repeat it, and
 * undefined for a POST, which must not have one. Texts and codes but 105 and 106 are assumed.
 */
export function readBody(raw: unknown, type: string, id?: string): Body {
  const document = z.object({ data: z.unknown() }).safeParse(raw);
  if (!document.success || document.data.data === undefined) throw missingParam('data');
  const parsed = dataShape.safeParse(document.data.data);
  if (!parsed.success) throw badRequest('115', 'Invalid data format', 'Data is not a resource object.');
  const data = parsed.data;
  if (data.type === undefined) throw missingParam('type');
  if (data.type !== type)
    throw badRequest('116', 'Type Mismatch', `${data.type} is not a valid type for this operation.`);
  if (id === undefined && data.id !== undefined) throw paramsNotAllowed(['id']);
  if (id !== undefined && data.id === undefined) throw missingParam('id');
  if (id !== undefined && data.id !== id)
    throw badRequest('110', 'Key not included in URL', `The URL does not support the key ${data.id ?? ''}`);
  const relationships = Object.entries(data.relationships ?? {}).map(([name, value]) => [name, value.data] as const);
  return { id: data.id, attributes: data.attributes ?? {}, relationships: Object.fromEntries(relationships) };
}

/** Refuses members that cannot be written, all at once. */
export function allowOnly(members: Readonly<Record<string, unknown>>, allowed: readonly string[]): void {
  const strangers = Object.keys(members).filter((name) => !allowed.includes(name));
  if (strangers.length > 0) throw paramsNotAllowed(strangers);
}

/** The names of a shape's members on the wire. */
export function wireNames(shape: object): readonly string[] {
  return Object.keys(shape).map(snake);
}

/**
 * What came of validating attributes: values under their inner names, members that were not sent left out.
 */
export type Read<T> = { readonly values: Partial<T>; readonly problems: readonly Problem[] };

/**
 * Validates sent attributes against a shape whose keys are the inner names and whose messages are DIDWW's.
 * Members that were sent and are wrong become problems at `pointer`/name.
 */
export function readAttributes<Shape extends Readonly<Record<string, z.core.$ZodType>>>(
  sent: Readonly<Record<string, unknown>>,
  shape: Shape,
  pointer = '/attributes',
): Read<z.output<z.ZodObject<Shape>>> {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(sent)) {
    const schema: z.core.$ZodType | undefined = shape[camel(name)];
    if (schema === undefined) continue;
    const result = z.safeParse(schema, value);
    if (result.success) values[camel(name)] = result.data;
    else {
      for (const { message } of result.error.issues.slice(0, 1)) {
        problems.push({ field: name, message, pointer: `${pointer}/${name}` });
      }
    }
  }
  return { values: values as Partial<z.output<z.ZodObject<Shape>>>, problems };
}

const identifierShape = z.object({ type: z.string(), id: z.string() });

/** A to-one relationship: undefined where it was not sent, null where it was cleared. */
export function toOne(body: Body, name: string, type: string): string | null | undefined {
  const data = body.relationships[name];
  if (data === undefined) return undefined;
  if (data === null) return null;
  return identifier(data, name, type);
}

/** A to-many relationship, which replaces the whole set: undefined where it was not sent. */
export function toMany(body: Body, name: string, type: string): readonly string[] | undefined {
  const data = body.relationships[name];
  if (data === undefined) return undefined;
  if (!Array.isArray(data)) throw invalidLinks(name);
  return data.map((item: unknown) => identifier(item, name, type));
}

function identifier(data: unknown, name: string, type: string): string {
  const parsed = identifierShape.safeParse(data);
  if (!parsed.success || parsed.data.type !== type) throw invalidLinks(name);
  return parsed.data.id;
}

function invalidLinks(name: string): Error {
  return badRequest('123', 'Invalid relationship', `${name} is not a valid relationship object.`);
}
