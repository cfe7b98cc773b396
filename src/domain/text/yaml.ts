/**
 * A YAML or JSON text that a person wrote, read into one plain value; what cannot be read is told by line,
 * in our own words. Belongs here: what a text may use of YAML, and its bounds. Does not: bytes
 * (`decoded.ts`), what the value means.
 */
import { type Document, type ErrorCode, LineCounter, parseAllDocuments, type ScalarTag, type Tags } from 'yaml';
import { yamlFault } from './yamlFault.js';

/**
 * The value, or why there is none, in words that follow the name of the file. An empty text has the value
 * null.
 */
export type ReadYaml = { readonly value: unknown } | { readonly problem: string };

/** A request of a thousand numbers has a tenth of it. */
const MOST_CHARACTERS = 2_000_000;
/** The parser recurses, and dies of too much. */
const DEEPEST_BRACKETS = 100;

/** Reads a text of one document: YAML 1.2 with merge keys, of which JSON is a part. Never throws. */
export function readYaml(text: string): ReadYaml {
  if (text.length > MOST_CHARACTERS) {
    return { problem: `is longer than ${MOST_CHARACTERS.toLocaleString('en-US')} characters` };
  }
  const deep = lineOfDeepBracket(text);
  if (deep !== undefined) return refused(deep, TOO_DEEP);
  try {
    return parsed(text);
  } catch {
    return { problem: `is neither YAML nor JSON: ${WORDS.IMPOSSIBLE}` }; // whatever it is, the text makes the parser fail
  }
}

function parsed(text: string): ReadYaml {
  const lines = new LineCounter();
  const documents: readonly Document[] = parseAllDocuments(text, {
    customTags: withPlainNumbers,
    lineCounter: lines,
    logLevel: 'silent',
    merge: true,
    prettyErrors: false,
  });
  return valueOf(documents, (offset) => lines.linePos(offset));
}

function valueOf(documents: readonly Document[], place: (offset: number) => { line: number; col: number }): ReadYaml {
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error?.code === 'DUPLICATE_KEY') return refused(place(error.pos[0]).line, WORDS.DUPLICATE_KEY);
  if (error !== undefined) {
    const { line, col } = place(error.pos[0]);
    return { problem: `is neither YAML nor JSON: line ${line}, column ${col}: ${WORDS[error.code]}` };
  }
  const [document, second] = documents.filter(
    ({ contents }) => contents !== null && contents.range?.[0] !== contents.range?.[1],
  );
  if (document === undefined) return { value: null };
  if (second !== undefined) return refused(place(second.contents?.range?.[0] ?? 0).line, SEVERAL);
  const [warning] = document.warnings;
  if (warning !== undefined) return refused(place(warning.pos[0]).line, WORDS[warning.code]);
  const fault = yamlFault(document);
  if (fault !== undefined) return refused(place(fault.offset).line, fault.words);
  // Aliases are bounded by what they stand for, above: the library would count them, and refuse honest
  // lists.
  return { value: document.toJS({ maxAliasCount: -1 }) };
}

const refused = (line: number, words: string): ReadYaml => ({ problem: `cannot be used: line ${line}: ${words}` });

const SEVERAL = 'a second document begins here; put each into a file of its own';
const TOO_DEEP = 'it is nested too deeply';

/** What is wrong, for every kind of fault that the parser knows. */
const WORDS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*name) takes neither an anchor nor a tag',
  BAD_ALIAS:
    'the name of an anchor (&name) or alias (*name) is missing or malformed; a text that begins so needs quotes',
  BAD_COLLECTION_TYPE: 'a tag does not fit what it is put on',
  BAD_DIRECTIVE: 'a line that begins with % is no directive that YAML knows',
  BAD_DQ_ESCAPE: 'a backslash between double quotes begins no known escape; write it twice, or use single quotes',
  BAD_INDENT: 'the indentation does not fit, or a bracket further up is not closed',
  BAD_PROP_ORDER: 'an anchor or a tag is in the wrong place',
  BAD_SCALAR_START: 'a value that begins with this character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second colon, or an indentation that does not fit; a text that holds a colon needs quotes',
  BLOCK_IN_FLOW: 'between [ ] or { } nothing can be written by dashes and indentation',
  DUPLICATE_KEY: 'a member is given twice; keep one of them',
  IMPOSSIBLE: 'it cannot be understood',
  KEY_OVER_1024_CHARS: "a member's name is longer than 1,024 characters",
  MISSING_CHAR: 'a closing quote or bracket, a comma or a space is missing here or further up',
  MULTILINE_IMPLICIT_KEY: "a member's name goes over several lines; a colon, a quote or a bracket may be missing",
  MULTIPLE_ANCHORS: 'a value has two anchors',
  MULTIPLE_DOCS: SEVERAL,
  MULTIPLE_TAGS: 'a value has two tags',
  NON_STRING_KEY: "a member's name is no text",
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAB_AS_INDENT: 'a tab indents it; YAML is indented by spaces',
  TAG_RESOLVE_FAILED:
    'a tag (!name) is not known or does not fit its value; write the value itself, in quotes if it is text',
  UNEXPECTED_TOKEN: 'something follows where nothing can; an indentation, a comma or quotes may be missing',
};

/** Brackets within texts count as well: nobody writes a hundred open ones. */
function lineOfDeepBracket(text: string): number | undefined {
  let depth = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > DEEPEST_BRACKETS) return text.slice(0, index).split('\n').length;
  }
  return undefined;
}

/**
 * `number: +18648301018` without quotes is a phone number to whoever writes it, and an integer to YAML: the
 * sign decides for the former.
 */
const withPlainNumbers = (tags: Tags): Tags => [PHONE_NUMBER, ...tags];

const PHONE_NUMBER: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  test: /^\+[0-9]+$/,
  resolve: (text) => text,
};
