import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';

const entry = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
});
const { packages } = z
  .object({ packages: z.record(z.string(), entry) })
  .parse(JSON.parse(readFileSync(fileURLToPath(new URL('../package-lock.json', import.meta.url)), 'utf8')));
const installed = Object.entries(packages).filter(([path]) => path !== '');

test('every package is locked by a SHA-512, so that nothing else can be installed in its place', () => {
  const open = installed.filter(([, { integrity = '' }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity));

  expect(installed.length).toBeGreaterThan(400);
  expect(open.map(([path]) => path)).toEqual([]);
});

test('every package comes from the registry in one exact version', () => {
  const odd = installed.filter(
    ([, { version = '', resolved, link }]) =>
      !/^\d+\.\d+\.\d+/.test(version) || resolved !== undefined || link === true,
  );

  expect(odd.map(([path]) => path)).toEqual([]);
});
