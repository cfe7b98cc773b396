import { expect, test } from 'vitest';
import { allPages, anchorOf, filesUnder, headingsOf, isThere, linksOf, pageAt } from './pages.js';

const PROVIDERS = ['didww', 'vapi'] as const;
const headings = new Map(PROVIDERS.map((name) => [name, headingsOf(pageAt(`docs/providers/${name}.md`))]));
const sources = filesUnder(['src', 'test', 'bench', 'scripts'], /\.(ts|mjs)$/);

test('every page that the code points to is there', () => {
  const dangling = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/(?<![\w/])docs\/[\w/-]+\.md/g)]
      .filter(([page]) => !isThere(page))
      .map(([page]) => `${path}: ${page}`),
  );

  expect(dangling).toEqual([]);
});

test('every heading of a provider page that the code points to is there', () => {
  const dangling = sources.flatMap(({ path, text }) => danglingCitations(text).map((cited) => `${path}: ${cited}`));

  expect(dangling).toEqual([]);
});

test('a citation of a heading that is not there is found, in the middle of a list and over the end of a line, too', () => {
  const page = ['docs/providers', 'vapi.md'].join('/'); // in one piece it would be a citation itself

  expect(danglingCitations(`// (${page}, Calls; Call control)`)).toEqual([]);
  expect(danglingCitations(`/** ${page}, Phone\n * numbers and Tools: prose that follows. */`)).toEqual([]);
  expect(danglingCitations(`// ${page}, Errors; the texts are assumed`)).toEqual([]);
  expect(danglingCitations(`// ${page} as a whole`)).toEqual([]);
  expect(danglingCitations(`// (${page}, Callings)`)).toHaveLength(1);
  expect(danglingCitations(`// (${page}, Calls; Nonsense)`)).toHaveLength(1);
});

test('every relative link of every page leads to a file, and its anchor to a heading', () => {
  const dangling = allPages().flatMap((page) =>
    linksOf(page)
      .filter(
        ({ to, anchor }) =>
          !isThere(to) || (anchor !== undefined && !headingsOf(pageAt(to)).map(anchorOf).includes(anchor)),
      )
      .map(({ to, anchor }) => `${page.path}: ${to}${anchor === undefined ? '' : `#${anchor}`}`),
  );

  expect(dangling).toEqual([]);
});

/**
 * Citations `docs/providers/<name>.md, <Heading>` whose heading is not there; further headings follow after
 * `;`, `,` or `and`.
 */
function danglingCitations(text: string): string[] {
  const joined = text.replace(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' ');
  return PROVIDERS.flatMap((name) => {
    const known = [...(headings.get(name) ?? [])].sort((one, other) => other.length - one.length);
    return [...joined.matchAll(new RegExp(`docs/providers/${name}\\.md, `, 'g'))].flatMap(({ index, 0: prefix }) =>
      unknownHeadings(joined.slice(index + prefix.length), known).map((rest) => `${prefix}${rest}`),
    );
  });
}

function unknownHeadings(cited: string, known: readonly string[]): string[] {
  const heading = known.find((one) => cited.startsWith(one) && !/^[\w-]/.test(cited.slice(one.length)));
  if (heading === undefined) return [cited.slice(0, 40)];
  // What goes on with a capital letter is a further heading; anything else is prose.
  const more = /^(?:; |, | and )(?=[A-Z])/.exec(cited.slice(heading.length));
  return more === null ? [] : unknownHeadings(cited.slice(heading.length + more[0].length), known);
}
