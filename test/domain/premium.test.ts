import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/metadata.max.json';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { expensiveAs } from '../../src/domain/sip/premium.js';
import { PREMIUM_RANGES } from '../../src/domain/sip/premiumRanges.js';
import { samplesOf } from '../support/patternSamples.js';

test.each([
  ['+19005551234', 'a premium-rate number of the calling code +1'],
  ['+449061234567', 'a premium-rate number of the calling code +44'],
  ['+499001234567', 'a premium-rate number of the calling code +49'],
  ['+33899123456', 'a premium-rate number of the calling code +33'],
  ['+3531520123456', 'a premium-rate number of the calling code +353'],
  ['+3531570123456', 'a premium-rate number of the calling code +353'],
  ['+41900123456', 'a premium-rate number of the calling code +41'],
  ['+39899123456', 'a premium-rate number of the calling code +39'],
  ['+870773123456', 'a satellite number (Inmarsat, +870)'],
  ['+878101234567890', 'a number of the international code for personal telecommunications (+878)'],
  ['+881612345678', 'a satellite number (+881)'],
  ['+8816123', 'a satellite number (+881)'],
  ['+88213123456', 'a number of the international networks, some of them satellite (+882)'],
  ['+883510012345678', 'a number of the international networks, some of them satellite (+883)'],
  ['+979123456789', 'an international premium-rate number (+979)'],
])('%s is %s', (number, kind) => {
  expect(expensiveAs(number)).toBe(kind);
});

describe('is no premium-rate number', () => {
  test.each([
    ['an ordinary number of New York', '+12125550100'],
    ['a local exchange that begins as premium-rate ones do', '+12129005551'],
    ['a toll-free number', '+18005550100'],
    ['a mobile of the United Kingdom', '+447911123456'],
    ['a personal number of the United Kingdom', '+447012345678'],
    ['a number of Berlin', '+493090012345'],
    ['a shared-cost number of France', '+33810123456'],
    ['a number of Dublin that begins as premium-rate ones do', '+35315201234'],
    ['one more of Dublin, of a length that premium-rate ones have not', '+353152012345'],
    ['a landline of India that begins as its premium-rate numbers do', '+911862123456'],
    ['a mobile of Lebanon', '+9613123456'],
    ['another mobile of Lebanon', '+96170123456'],
    ['a number of Hong Kong', '+85221234567'],
    ['an international toll-free number', '+80012345678'],
    ['an international shared-cost number', '+80812345678'],
    ['a number that begins as an American premium-rate one and is too short', '+1900555123'],
    ['and one that is too long', '+190055512345'],
    ['a British one that is too short', '+44906123456'],
    ['a German one that is too short', '+49900123456'],
    ['a French one that is too long', '+338991234567'],
    ['no number at all', ''],
  ])('%s: %s', (_, number) => {
    expect(expensiveAs(number)).toBeUndefined();
  });
});

/** How many numbers of each range are tried. */
const SAMPLES = 60;
/** The number types as libphonenumber's metadata has them in order; premium-rate is the fourth. */
const PREMIUM_RATE_AT = 3;
const typesSchema = z.array(z.union([z.literal(0), z.null(), z.tuple([z.string()], z.unknown())]));
const countries = z.record(z.string(), z.array(z.unknown())).parse(metadata.countries);

/** The patterns of every type that the country has. */
const typesOf = (country: string) =>
  (typesSchema.safeParse(countries[country]?.[11]).data ?? []).map((type) => type || undefined);
const codes = Object.entries(metadata.country_calling_codes);

describe('every country that libphonenumber knows', () => {
  test('has its premium-rate numbers refused, and no range more than those', () => {
    const tried = codes.map(([code, sharing]) => {
      const patterns = sharing.flatMap((country) => typesOf(country)[PREMIUM_RATE_AT]?.[0] ?? []);
      const numbers = patterns.flatMap((pattern) => samplesOf(pattern, SAMPLES)).map((rest) => `+${code}${rest}`);
      return { code, passed: numbers.filter((number) => expensiveAs(number) === undefined), count: numbers.length };
    });

    expect(tried.flatMap(({ passed }) => passed)).toEqual([]);
    expect(tried.filter(({ count }) => count > 0).map(({ code }) => code)).toEqual(Object.keys(PREMIUM_RANGES));
  });

  test('has no number of another type refused', () => {
    const others = codes.flatMap(([code, sharing]) =>
      sharing.flatMap((country) =>
        typesOf(country).flatMap((type, at) =>
          type === undefined || at === PREMIUM_RATE_AT
            ? []
            : samplesOf(type[0], SAMPLES).map((rest) => `+${code}${rest}`),
        ),
      ),
    );

    expect(others.length).toBeGreaterThan(20_000);
    expect(others.filter((number) => expensiveAs(number) !== undefined)).toEqual([]);
  });

  test('is judged as the library itself judges a number of a refused range, or does not judge it', () => {
    const judged = Object.entries(PREMIUM_RANGES).flatMap(([code, pattern]) =>
      samplesOf(pattern, SAMPLES).map((rest) => parsePhoneNumberFromString(`+${code}${rest}`)?.getType()),
    );

    expect([...new Set(judged)].sort()).toEqual(['PREMIUM_RATE', undefined]);
    expect(judged.filter((type) => type === 'PREMIUM_RATE').length / judged.length).toBeGreaterThan(0.98);
  });
});
