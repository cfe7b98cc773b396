/**
 * test/docs/: what the pages of this repository say, held against the code. This file reads pages:
 * headings, links, commands, names. Not here: what is claimed of them (`*.test.ts`).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A file of the repository, by its path from the root. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** A command line that a page shows: `patchbay` or the worker's `node dist/cli/main.js`. */
export interface ShownCommand {
  readonly page: string;
  readonly name: string;
  /** Options with two dashes, without their values. */
  readonly options: readonly string[];
}

/** The file of this path. Throws where there is none. */
export const pageAt = (path: string): Page => ({ path, text: readFileSync(join(ROOT, path), 'utf8') });

/** Every file under these folders whose name ends so; a folder that is not there has none. */
export function filesUnder(folders: readonly string[], ending: RegExp): readonly Page[] {
  return folders
    .filter(isThere)
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((path) => ending.test(path))
    .map(pageAt);
}

/** Everything written for people. */
export const allPages = (): readonly Page[] => [
  ...['README.md', 'CONTRIBUTING.md'].map(pageAt),
  ...filesUnder(['docs'], /\.md$/),
];

/** Whether the repository has this file or folder. */
export const isThere = (path: string): boolean => existsSync(join(ROOT, path));

/** The text of every heading, without its dashes. */
export const headingsOf = ({ text }: Page): readonly string[] =>
  [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading.trim());

/** The cells of the first table under a heading, without its head; the first of a row in plain text. */
export function rowsUnder({ text }: Page, heading: string): readonly (readonly string[])[] {
  const from = text.search(new RegExp(`^#+ ${heading}$`, 'm'));
  const section = text.slice(from).split(/\n#+ /)[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => {
    const [first = '', ...rest] = row.split('|').slice(1, -1);
    return [first.replaceAll('`', '').trim(), ...rest.map((cell) => cell.trim())];
  });
}

/** Relative links as paths from the root, with the heading's anchor where one is named. */
export function linksOf({ path, text }: Page): readonly { readonly to: string; readonly anchor: string | undefined }[] {
  return [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : relative(ROOT, resolve(ROOT, dirname(path), file));
      return { to, anchor };
    });
}

/** The anchor that a heading gets where pages are shown. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

/** What stands in backticks or in a block, which is where commands, paths and names are. */
export function codeOf({ text }: Page): readonly string[] {
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.split('\n'));
  const spans = [...withoutBlocks(text).matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  return [...blocks, ...spans];
}

/** The command lines of a page. */
export function commandsOf(page: Page): readonly ShownCommand[] {
  return codeOf(page).flatMap((code) =>
    [...code.matchAll(/(?<![=/\w[-])(?:patchbay|dist\/cli\/main\.js) ([a-z]+)\b([^#|;&]*)/g)].map(
      ([, name = '', rest = '']) => ({
        page: page.path,
        name,
        options: [...rest.matchAll(/--[a-z-]+/g)].map(([option]) => option),
      }),
    ),
  );
}

/** The scripts of `package.json` that a page runs. */
export const scriptsOf = (page: Page): readonly string[] =>
  codeOf(page).flatMap((code) =>
    [...code.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(([, run, own]) => run ?? own ?? ''),
  );

const withoutBlocks = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '');
