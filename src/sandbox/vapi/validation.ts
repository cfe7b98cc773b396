import type { z } from 'zod';

import { invalid } from './errors.js';

/**
 * Parses a request body the way Vapi's validation does: unknown properties are refused, and every finding
 * is reported at once. Throws `VapiProblem` 400 (docs/providers/vapi.md, Errors). Texts other than the
 * documented ones are assumed.
 */
export function validate<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap((issue) => findings(issue)));
}

type Issue = z.core.$ZodIssue;

function findings(issue: Issue, parents: readonly PropertyKey[] = []): string[] {
  const path = [...parents, ...issue.path];
  const property = path.map(String).join('.');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `${[...path.map(String), 'property'].join('.')} ${key} should not exist`);
    case 'too_big':
      return [
        issue.origin === 'string'
          ? `${property} must be shorter than or equal to ${String(issue.maximum)} characters`
          : `${property} must not be greater than ${String(issue.maximum)}`,
      ];
    case 'too_small':
      return [
        issue.origin === 'string'
          ? `${property} must be longer than or equal to ${String(issue.minimum)} characters`
          : `${property} must not be less than ${String(issue.minimum)}`,
      ];
    case 'invalid_type':
      return [`${property} must be ${article(issue.expected)}`];
    case 'invalid_value':
      return [`${property} must be one of the following values: ${issue.values.map(String).join(', ')}`];
    case 'invalid_union':
      return (issue.errors[0] ?? []).flatMap((inner) => findings(inner, path));
    default:
      return [`${property} ${issue.message}`];
  }
}

function article(expected: string): string {
  return expected === 'array' || expected === 'object' ? `an ${expected}` : `a ${expected}`;
}
