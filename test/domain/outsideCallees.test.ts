import { expect, test } from 'vitest';
import { isOutboundRequested, outsideCallees } from '../../src/domain/calls/outsideCallees.js';

const transfer = { destination: '+12025550100' };
const numbers = [{ number: '+18648301018' }];

test('a transfer that is tested rings its destination', () => {
  expect(outsideCallees({ numbers, transfer })).toEqual([{ check: 'transfer', number: '+12025550100' }]);
});

test('nobody outside rings where the transfer is not tested, or there is none', () => {
  expect(outsideCallees({ numbers, transfer, verification: { transfer: false, outbound: true } })).toEqual([]);
  expect(outsideCallees({ numbers })).toEqual([]);
});

test('a destination that proves the way out rings, too', () => {
  const verification = { outbound: { destination: '+12025550111' }, transfer: false };
  expect(outsideCallees({ numbers, transfer, verification })).toEqual([{ check: 'outbound', number: '+12025550111' }]);
});

test('of what stands, the tool knows whom the transfer rings and nobody else does', () => {
  expect(outsideCallees({})).toEqual([{ check: 'transfer' }]);
});

test('on a schedule the way out is proven by the own numbers, whoever is named, and only where it was asked for', () => {
  expect(isOutboundRequested({ destination: '+12025550111' })).toBe(true);
  expect(isOutboundRequested(undefined)).toBe(true);
  expect(isOutboundRequested(false)).toBe(false);
});
