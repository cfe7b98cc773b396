import { z } from 'zod';

/** A strict schema for part of some switches, told from their defaults; texts with a closed list of values name it. */
export function switchesSchema<Switches extends object>(
  defaults: Switches,
  choices: { readonly [Name in keyof Switches]?: readonly [string, ...string[]] } = {},
): z.ZodType<Partial<Switches>> {
  const shape = Object.entries(defaults).map(([name, value]: [string, unknown]) => {
    const choice = choices[name as keyof Switches];
    return [name, (choice === undefined ? schemaLike(value) : z.enum(choice)).optional()] as const;
  });
  // The shape is the switches' own, member by member, which the type checker cannot follow through `Object.entries`.
  return z.strictObject(Object.fromEntries(shape)) as unknown as z.ZodType<Partial<Switches>>;
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
