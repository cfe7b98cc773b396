/**
 * What is wrong with an input, in our own words. Belongs here: reading an unknown value by a schema, naming
 * every problem with its path.
 * Does not: the schemas and the rules between members (`requestShape.ts`, `requestRules.ts`).
 */
import type { z } from 'zod';
import type { Problem } from './failure.js';
import { shorten } from '../domain/text/cut.js';
import { oddIn, oddInNumber, unseenIn } from '../domain/text/input.js';
import { NUMBER_PATTERN } from './requestShape.js';

/**
 * A thousand numbers may each be wrong; of more, and of longer paths, a Result would not fit Temporal's
 * payload limit.
 */
const MOST_PROBLEMS = 1_000;
const LONGEST_PATH = 100;

/** Either what the schema makes of an input, or every problem of it with its path. Never throws. */
export function readAs<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): { readonly data: z.output<Schema> } | { readonly problems: readonly Problem[] } {
  const parsed = schema.safeParse(input, { error: words, reportInput: true });
  if (parsed.success) return { data: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue));
  const unnamed = problems.length - MOST_PROBLEMS;
  if (unnamed <= 0) return { problems };
  const rest = { path: '', message: `has ${String(unnamed)} more problems`, action: 'Correct those listed first.' };
  return { problems: [...problems.slice(0, MOST_PROBLEMS), rest] };
}

/** What is wrong, in words that follow a member's path; undefined where the schema says it itself. */
function words(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}${quotesText(issue)}`;
    case 'too_small':
    case 'too_big':
      return `must ${limit(issue)}`;
    case 'invalid_value':
      return `must be ${anyOf(issue.values.map(String))}`;
    case 'invalid_union':
      return 'has none of the forms that are known';
    case 'invalid_format':
      return `must be a valid ${issue.format}`;
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`;
    case 'unrecognized_keys':
      return 'is not a known member';
    case 'invalid_key':
    case 'invalid_element':
      return 'has a member that is wrong';
    case 'custom':
      return undefined;
    default:
      return issue satisfies never;
  }
}

/** YAML takes `10` for a number and `"10"` for text: neither shows in what a person reads of them. */
function quotesText({ expected, input }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string {
  if (expected === 'string') {
    return typeof input === 'number' || typeof input === 'boolean' ? ': put it into quotes' : '';
  }
  const looksRight = { number: /^-?\d+(?:\.\d+)?$/, int: /^-?\d+$/, boolean: /^(?:true|false)$/ }[String(expected)];
  return typeof input === 'string' && looksRight?.test(input) === true ? ', and is text: write it without quotes' : '';
}

/** A member's path as a caller would write it: `numbers[0].label`. */
function pathText(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>(
    (before, part) =>
      typeof part === 'number' ? `${before}[${String(part)}]` : `${before}${before && '.'}${String(part)}`,
    '',
  );
  return shorten(text, LONGEST_PATH);
}

/** What zod calls a type, as somebody calls it who writes YAML. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with members',
};

function problemsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const action = 'Remove it, or check its spelling.';
    return issue.keys.map((key) => ({
      path: pathText([...path, key]),
      message: keyMessage(issue.message, key),
      action,
    }));
  }
  const meant = issue.code === 'invalid_union' ? meantForm(issue.errors) : undefined;
  if (meant !== undefined) return meant.flatMap((inner) => problemsOf(inner, path));
  const named = pathText(path);
  const action = actionOf(issue) ?? `Correct ${named === '' ? 'the request' : named}.`;
  return [{ path: named, message: messageOf(issue), action }];
}

/** What is wrong with a value; of one that looks right, what is wrong with its characters. */
function messageOf(issue: z.core.$ZodIssue): string {
  const { code, input, message } = issue;
  if (code === 'custom') return message;
  if (input === undefined) return 'is missing';
  if (code === 'too_small' || code === 'too_big') return message;
  const odd = code === 'invalid_type' ? undefined : isOfNumber(issue) ? oddInNumber(input) : oddIn(input);
  return unseenIn(input) ?? (odd === undefined ? message : `${message}; ${odd}`);
}

const isOfNumber = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_format' && issue.pattern === String(NUMBER_PATTERN);

const keyMessage = (message: string, key: string): string => {
  const odd = unseenIn(key)?.replace(/^/, 'it ') ?? oddIn(key);
  return odd === undefined ? message : `${message}: ${odd}`;
};

/** What a rule of ours says to do. */
function actionOf(issue: z.core.$ZodIssue): string | undefined {
  const action: unknown = issue.code === 'custom' ? issue.params?.action : undefined;
  return typeof action === 'string' ? action : undefined;
}

/**
 * Of several forms the only one that the input has in the main: what is wrong within it is told, rather than
 * that it has no form.
 */
function meantForm(forms: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const [meant, ...others] = forms.filter((issues) => issues.every(isWithin));
  return others.length === 0 ? meant : undefined;
}

const isWithin = ({ code, path }: z.core.$ZodIssue): boolean => code === 'unrecognized_keys' || path.length > 0;

function limit(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig>): string {
  const isMost = issue.code === 'too_big';
  const bound = Number(isMost ? issue.maximum : issue.minimum);
  const [verb, unit] = UNITS[issue.origin] ?? ['be', undefined];
  if (unit !== undefined && !isMost && bound === 1) return 'not be empty';
  const amount = unit === undefined ? String(bound) : `${String(bound)} ${bound === 1 ? unit.one : unit.many}`;
  if (issue.exact === true) return `${verb} exactly ${amount}`;
  const isIncluded = issue.inclusive ?? true;
  if (isMost) return `${verb} ${isIncluded ? 'at most' : 'less than'} ${amount}`;
  return `${verb} ${isIncluded ? 'at least' : 'more than'} ${amount}`;
}

/** What is counted of an input that has a length. */
const UNITS: Readonly<Record<string, readonly [verb: string, unit: { readonly one: string; readonly many: string }]>> =
  {
    string: ['be', { one: 'character', many: 'characters' }],
    array: ['hold', { one: 'entry', many: 'entries' }],
  };

const anyOf = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
