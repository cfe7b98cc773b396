/**
 * Controls (but for tab and line feed), marks that turn the direction of text, and Unicode's own line ends.
 */
const CONTROLS = /[^\P{Cc}\t\n]|[\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * A text of a provider or a request without characters that act on a terminal or a page, rather than being
 * read.
 */
export const withoutControls = (text: string): string => text.replace(CONTROLS, '');

/** JSON that says the same, with the characters that JSON itself leaves as they are written as `\u009b`. */
export const escapedJson = (json: string): string =>
  json.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * A text as Markdown that shows it as it is, on one line: emphasis, links, HTML, entities, and what would
 * begin a heading or a list.
 */
export const literal = (text: string): string =>
  withoutControls(text.replace(/\s+/g, ' '))
    .trim()
    .replace(/[\\`*_~<[\]#|&]/g, '\\$&')
    .replace(/^[-+>]|^(\d+)(?=[.)])/, (start, digits?: string) =>
      digits === undefined ? `\\${start}` : `${digits}\\`,
    );
