/** Phone numbers, however a provider spells them. */

/** Whether two spellings, with or without `+`, are one number. */
export const isSameNumber = (one: string | undefined, other: string): boolean => digits(one ?? '') === digits(other);

/** The digits of a number: Vapi stores some with and some without `+`. */
export const digits = (number: string): string => number.replace(/\D/g, '');
