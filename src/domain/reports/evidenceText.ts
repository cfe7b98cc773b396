/**
 * How evidence is read and put into words. Belongs here: what several screens share. Does not: the screens
 * (`failureReport.ts`, `provenText.ts`).
 */
import type { Evidence } from '../../contract/result.js';

/** A fact as text; undefined where the evidence lacks it or has it empty. */
export function factOf(evidence: Evidence, key: string): string | undefined {
  const value = evidence[key];
  return value === undefined || value === '' ? undefined : String(value);
}

/**
 * Parts as one text: the first as it is, each further one as a sentence of its own. What is undefined is
 * left out.
 */
export const sentences = (parts: readonly (string | undefined)[]): string =>
  parts
    .filter((part) => part !== undefined && part !== '')
    .map((part = '', at) => (at === 0 ? part : upperFirst(part)))
    .join('. ');

/** A sentence as what follows a colon. */
export const asClause = (sentence: string): string =>
  BEGINS_WITH_A_NAME.test(sentence) ? sentence : sentence.charAt(0).toLowerCase() + sentence.slice(1);

/** A clause as the beginning of a text. */
export const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A provider's answer or a wrong setting may hold line breaks; a screen gives each row one text. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const BEGINS_WITH_A_NAME = /^(Vapi|DIDWW|Patchbay|SIP|RTP)\b/;
