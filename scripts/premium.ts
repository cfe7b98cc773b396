// Writes src/domain/sip/premiumRanges.ts from the metadata of libphonenumber-js; with --check it only says
// whether the file is current.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import metadata from 'libphonenumber-js/metadata.max.json';
import { format } from 'prettier';
import { z } from 'zod';

const FILE = fileURLToPath(new URL('../src/domain/sip/premiumRanges.ts', import.meta.url));

/**
 * Where a country's metadata has its number types, and these the premium-rate one (METADATA.md of the
 * package).
 */
const TYPES_AT = 11;
const PREMIUM_RATE_AT = 3;

const typesSchema = z.array(z.union([z.literal(0), z.null(), z.tuple([z.string()], z.unknown())]));

/** The patterns of premium-rate numbers of all countries that share a calling code, none twice. */
function patternsOf(countries: readonly string[]): readonly string[] {
  const all = z.record(z.string(), z.array(z.unknown())).parse(metadata.countries);
  const patterns = countries.flatMap((country) => {
    const types = typesSchema.safeParse(all[country]?.[TYPES_AT]).data;
    const premium = types?.[PREMIUM_RATE_AT];
    return premium ? [premium[0]] : [];
  });
  return [...new Set(patterns)];
}

const rows = Object.entries(metadata.country_calling_codes)
  .map(([code, countries]) => [code, patternsOf(countries).join('|')] as const)
  .filter(([, pattern]) => pattern !== '')
  .map(([code, pattern]) => `  ${code}: String.raw\`${pattern}\`,`);

const wanted = await format(
  `/**
 * Premium-rate numbers by calling code: a pattern of the whole number after the code, its length included.
 * Written by \`npm run premium\` from the metadata of libphonenumber-js; not to be edited by hand.
 */
export const PREMIUM_RANGES: Readonly<Record<string, string>> = {
${rows.join('\n')}
};
`,
  { parser: 'typescript', printWidth: 120, singleQuote: true },
);

if (process.argv.includes('--check')) {
  const current = await readFile(FILE, 'utf8').catch(() => '');
  if (current !== wanted) {
    process.stderr.write('src/domain/sip/premiumRanges.ts is not what libphonenumber-js says. Run: npm run premium\n');
    process.exit(1);
  }
} else {
  await writeFile(FILE, wanted);
}
