/**
 * Points of presence as 2026-11-19 writes them, by the names that 2026-04-16 gives them
 * (docs/providers/didww.md, Inbound trunks). That they are the same seven places is assumed.
 */
export const popCodes: ReadonlyMap<string, string> = new Map([
  ['US, NY', 'NYC'],
  ['DE, FRA', 'FRA'],
  ['US, LA', 'LAC'],
  ['US, MIA', 'MIA'],
  ['SG, SIN', 'SG'],
  ['HK, HKG', 'HK'],
  ['NL, AMS', 'AMS'],
]);
