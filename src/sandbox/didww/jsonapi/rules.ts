import { isIP } from 'node:net';

import { z } from 'zod';

/** DIDWW coerces `"true"` and `"1"` (docs/providers/didww.md, Inbound trunks). */
export const flag = (): z.ZodType<boolean> =>
  z.preprocess((value) => ({ true: true, false: false })[String(value)] ?? value, z.boolean('is not a boolean'));

/** A whole number; texts that are one are taken as such. */
export const integer = (min: number, max = Number.MAX_SAFE_INTEGER): z.ZodType<number> =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
    z
      .int('is not a number')
      .min(min, `must be greater than or equal to ${String(min)}`)
      .max(max, `must be less than or equal to ${String(max)}`),
  );

/** A text that must not be empty. */
export const text = (max = 255): z.ZodType<string> =>
  z
    .string("can't be blank")
    .trim()
    .min(1, "can't be blank")
    .max(max, `is too long (maximum is ${String(max)} characters)`);

export const freeText = (max = 255): z.ZodType<string> =>
  z.string('is invalid').max(max, `is too long (maximum is ${String(max)} characters)`);

/**
 * An address that is called back: `http` or `https` (docs/providers/didww.md, Outbound trunks). That its
 * scheme may be left out is assumed.
 */
export const callbackUrl = (): z.ZodType<string | null> =>
  pattern(/^(?:https?:\/\/|(?![a-z][a-z0-9+.-]*:\/\/))\S+$/i).nullable();

export const pattern = (regex: RegExp): z.ZodType<string> => z.string('is invalid').regex(regex, 'is invalid');

export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values): z.ZodType<Values[number]> =>
  z.enum(values, 'is not included in the list');

export const externalReference = (): z.ZodType<string | null> => freeText(100).nullable();

export const capacityLimit = (): z.ZodType<number | null> => integer(1, 32_767).nullable();

export const mediaEncryptionMode = () => oneOf(['disabled', 'srtp_sdes', 'srtp_dtls', 'zrtp']);

/**
 * Unique addresses with or without prefix length; a bare one gets `/32` or `/128` (docs/providers/didww.md,
 * Outbound trunks).
 */
export const addresses = (max: number): z.ZodType<string[]> =>
  z
    .array(z.string('is invalid').transform(normalizedAddress), 'is invalid')
    .max(max, `is too long (maximum is ${String(max)} addresses)`)
    .refine((list) => list.every((address) => address !== ''), 'is invalid')
    .refine((list) => new Set(list).size === list.length, 'must be unique');

export const uniqueList = <T>(item: z.ZodType<T>): z.ZodType<T[]> =>
  z.array(item, 'is invalid').refine((list) => new Set(list).size === list.length, 'must be unique');

/** Empty where it is no address. */
function normalizedAddress(value: string): string {
  const [address = '', length, ...more] = value.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return '';
  const bits = version === 4 ? 32 : 128;
  if (length === undefined) return `${address}/${String(bits)}`;
  return /^\d+$/.test(length) && Number(length) <= bits ? value : '';
}

/** Destination prefixes: digits; duplicates are kept once (docs/providers/didww.md, Outbound trunks). */
export const prefixes = (): z.ZodType<string[]> =>
  z.array(pattern(/^\d+$/), 'is invalid').transform((list) => [...new Set(list)]);

/** Blank means `e164` (docs/providers/didww.md, Inbound trunks). */
export const cliFormat = (): z.ZodType<'raw' | 'e164' | 'local'> =>
  z.preprocess((value) => (value === null || value === '' ? 'e164' : value), oneOf(['raw', 'e164', 'local']));
