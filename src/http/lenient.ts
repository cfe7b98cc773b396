import { z } from 'zod';

/** A number, also where it comes as text. */
export const numeric = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);

/** Text, also where it comes as a number: decimal amounts stay text, so that no digit is lost. */
export const textual = z.union([z.string(), z.number().transform(String)]);

/**
 * Absent, null and of another type are all the same: nothing. For what is evidence or a label, where a
 * surprise must not fail the whole answer.
 */
export const loose = <T>(schema: z.ZodType<T>): z.ZodType<T | undefined> =>
  schema
    .nullish()
    .transform((value) => value ?? undefined)
    .catch(undefined);

/** A list whose odd entries are left out. */
export const looseList = <T>(schema: z.ZodType<T>): z.ZodType<readonly T[]> =>
  z
    .array(z.unknown())
    .nullish()
    .catch([])
    .transform((entries) => (entries ?? []).flatMap((entry) => schema.safeParse(entry).data ?? []));

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its undefined members. */
export const present = <T extends object>(value: T): Present<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>;
