/**
 * One attribute of an existing object that is not as wanted, in words for people. Holds no secret: of one it
 * says that it differs.
 */
export interface Difference {
  /**
   * Path in the request where a member decides it (`limits.channels`), else the provider's own name for it.
   */
  readonly attribute: string;
  /** Null: none. */
  readonly desired: string | null;
  readonly found: string | null;
}

type Value = string | number | boolean | null | undefined;

/** Differences in one line: `limits.channels is 5, not 10; …`. */
export const describeDifferences = (differences: readonly Difference[]): string =>
  differences
    .map(({ attribute, desired, found }) => `${attribute} is ${valueText(found)}, not ${valueText(desired)}`)
    .join('; ');

/** A value of an attribute in a sentence. */
export const valueText = (value: string | null): string => value ?? 'none';

/** Compares one plain value. Null, absent and empty text are the same. At most one difference. */
export const compareValue = (attribute: string, desired: Value, found: Value): readonly Difference[] =>
  shown(desired) === shown(found) ? [] : [{ attribute, desired: shown(desired), found: shown(found) }];

/** Compares two lists, order counting. */
export const compareList = (
  attribute: string,
  desired: readonly (string | number)[],
  found: readonly (string | number)[],
): readonly Difference[] => compareValue(attribute, desired.join(', '), found.join(', '));

/** Compares two lists of texts as sets. */
export const compareSet = (
  attribute: string,
  desired: readonly string[],
  found: readonly string[],
): readonly Difference[] => compareList(attribute, [...new Set(desired)].sort(), [...new Set(found)].sort());

/** Says that a secret differs, and nothing of either. */
export const compareSecret = (attribute: string, same: boolean): readonly Difference[] =>
  same ? [] : [{ attribute, desired: 'the expected one', found: 'another one' }];

const shown = (value: Value): string | null =>
  value === undefined || value === null || value === '' ? null : String(value);
