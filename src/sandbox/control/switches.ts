import { z } from 'zod';

import type { ListLag } from '../plumbing/index.js';

/**
 * What a switch takes where its default does not tell: one of a list of texts, or whatever a schema says.
 */
type Rule = readonly [string, ...string[]] | z.ZodType;

/** What is to change of some switches; where one is kept by kind, only the kinds that are named. */
export type SwitchChange<Switches> = {
  readonly [Name in keyof Switches]?:
    (Switches[Name] extends ListLag<string> ? Partial<Switches[Name]> : Switches[Name]) | undefined;
};

/**
 * A strict schema for part of some switches, told from their defaults and from the rules for those that need
 * one.
 */
export function switchesSchema<Switches extends object>(
  defaults: Switches,
  rules: { readonly [Name in keyof Switches]?: Rule } = {},
): z.ZodType<SwitchChange<Switches>> {
  const shape = Object.entries(defaults).map(([name, value]: [string, unknown]) => {
    const rule: Rule | undefined = rules[name as keyof Switches];
    const schema = rule === undefined ? schemaLike(value) : rule instanceof z.ZodType ? rule : z.enum(rule);
    return [name, schema.optional()] as const;
  });
  // The shape is the switches' own, member by member, which the type checker cannot follow through
  // `Object.entries`.
  return z.strictObject(Object.fromEntries(shape)) as unknown as z.ZodType<SwitchChange<Switches>>;
}

/** Milliseconds by which lists are late, of the kinds that are named. */
export function listLag(kinds: readonly [string, ...string[]]): z.ZodType {
  return z.partialRecord(z.enum(kinds), z.number().min(0));
}

function schemaLike(value: unknown): z.ZodType {
  if (Array.isArray(value)) return z.array(z.string());
  switch (typeof value) {
    case 'boolean':
      return z.boolean();
    case 'number':
      return z.number();
    case 'string':
      return z.string();
    default:
      return z.union([z.number(), z.string()]).nullable();
  }
}
