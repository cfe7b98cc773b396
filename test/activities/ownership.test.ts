import { describe, expect, test } from 'vitest';
import { currentTrunk, trunksOf } from '../../src/activities/discovery/ownTrunks.js';

const NAME = 'patchbay acme out';
const OURS = { id: 'ours', name: NAME, createdAt: '2026-01-01T00:00:00Z' };
const RENAMED = { ...OURS, name: 'office line' };
const COPY = { id: 'copy', name: `${NAME} copy`, createdAt: '2026-02-01T00:00:00Z' };
const TAKEN = { ...COPY, name: NAME };

const ids = (trunks: readonly { readonly id: string }[]): readonly string[] => trunks.map(({ id }) => id);

describe('among trunks with our reference', () => {
  test.each([
    { case: 'one with our name is ours', found: [OURS], inUse: [], ours: ['ours'], copies: [] },
    { case: 'one with another name is a copy', found: [COPY, OURS], inUse: ['ours'], ours: ['ours'], copies: ['copy'] },
    { case: 'a renamed one that is in use is ours', found: [RENAMED], inUse: ['ours'], ours: ['ours'], copies: [] },
    { case: 'a renamed one that nothing uses is left', found: [RENAMED], inUse: [], ours: [], copies: ['ours'] },
    {
      case: 'a younger one is a copy, in use or not',
      found: [COPY, RENAMED],
      inUse: ['ours', 'copy'],
      ours: ['ours'],
      copies: ['copy'],
    },
    {
      case: 'an older one that is in use is ours beside a copy that took our name',
      found: [TAKEN, RENAMED],
      inUse: ['ours'],
      ours: ['ours', 'copy'],
      copies: [],
    },
  ])('$case', ({ found, inUse, ours, copies }) => {
    const told = trunksOf(found, NAME, { isInUse: ({ id }) => inUse.includes(id) });

    expect({ ours: ids(told.ours), copies: ids(told.copies) }).toEqual({ ours, copies });
  });

  test('one that a run made is ours under whatever name', () => {
    const told = trunksOf([COPY, RENAMED], NAME, { isKnown: ({ id }) => id === 'ours', isInUse: () => false });

    expect({ ours: ids(told.ours), copies: ids(told.copies) }).toEqual({ ours: ['ours'], copies: ['copy'] });
  });

  test.each([
    { case: 'a copy that is listed first is not', found: [COPY, OURS], known: [], inUse: [] },
    { case: 'where ours was renamed, the oldest is', found: [COPY, RENAMED], known: [], inUse: [] },
    { case: 'one that is in use counts more than our name', found: [TAKEN, RENAMED], known: [], inUse: ['ours'] },
    { case: 'so does one that a run made', found: [TAKEN, RENAMED], known: ['ours'], inUse: [] },
    { case: 'a copy may be in use as well', found: [TAKEN, RENAMED], known: [], inUse: ['copy', 'ours'] },
    { case: 'in use or not, a copy is not', found: [TAKEN, RENAMED], known: ['ours'], inUse: ['copy'] },
  ])('the one that a connection works with: $case', ({ found, known, inUse }) => {
    const evidence = {
      isKnown: ({ id }: { readonly id: string }) => known.some((one) => one === id),
      isInUse: ({ id }: { readonly id: string }) => inUse.some((one) => one === id),
    };

    expect(currentTrunk(found, trunksOf(found, NAME, evidence), evidence)?.id).toBe('ours');
  });
});
