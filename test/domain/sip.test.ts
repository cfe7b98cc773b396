import { describe, expect, test } from 'vitest';

import { addressesIn, covers, normaliseCidr, unroutedRange } from '../../src/domain/sip/cidr.js';
import { portFor, transferUri } from '../../src/domain/sip/sip.js';
import {
  DIDWW_OUTBOUND_HOSTS,
  DIDWW_OUTBOUND_IPS,
  DIDWW_SIGNALLING_IPS,
  allowedSipIps,
  ingressHost,
} from '../../src/domain/sip/addresses.js';

describe('the allow-list of an outbound trunk', () => {
  test('holds the addresses of Vapi in the US and the seven of DIDWW, and nothing broader', () => {
    expect(allowedSipIps('us', [])).toEqual([
      '44.229.228.186/32',
      '44.238.177.138/32',
      '46.19.209.14/32',
      '46.19.210.14/32',
      '46.19.212.14/32',
      '46.19.213.14/32',
      '46.19.214.14/32',
      '46.19.215.14/32',
      '185.238.173.14/32',
    ]);
  });

  test('holds the current EU address, never the pair that Vapi withdrew', () => {
    const list = allowedSipIps('eu', []);
    expect(list[0]).toBe('63.182.83.170/32');
    expect(list).toHaveLength(1 + DIDWW_SIGNALLING_IPS.length);
    expect(list.some((address) => address.startsWith('44.233.34.'))).toBe(false);
  });

  test('takes further addresses last, once each, in the form that DIDWW gives back', () => {
    const list = allowedSipIps('eu', ['198.51.100.7', '198.51.100.7/32', '46.19.210.14', '203.0.113.0/24']);
    expect(list.slice(8)).toEqual(['198.51.100.7/32', '203.0.113.0/24']);
  });
});

test('a block is named by its network, whichever of its addresses names it', () => {
  expect(normaliseCidr('192.0.2.5/24')).toBe('192.0.2.0/24');
  expect(normaliseCidr('203.0.113.255/25')).toBe('203.0.113.128/25');
  expect(normaliseCidr('203.0.113.7/0')).toBe('0.0.0.0/0');
  expect(normaliseCidr('255.255.255.255')).toBe('255.255.255.255/32');
  expect(normaliseCidr('192.0.2.300/24')).toBe('192.0.2.300/24');
  expect(addressesIn('192.0.2.5/24')).toBe(256);
  expect(covers('192.0.2.5/24', '192.0.2.200')).toBe(true);
  expect(allowedSipIps('eu', ['192.0.2.5/24', '192.0.2.9/24', '192.0.2.0/24']).slice(8)).toEqual(['192.0.2.0/24']);
});

test('a range that the internet does not carry is known', () => {
  expect(['10.1.2.3', '172.31.0.0/16', '100.64.0.1', '239.0.0.1'].map(unroutedRange)).toEqual([
    '10.0.0.0/8',
    '172.16.0.0/12',
    '100.64.0.0/10',
    '224.0.0.0/4',
  ]);
  expect(['172.32.0.1', '0.0.0.0/0', '8.0.0.0/6', 'x'].map(unroutedRange)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a bare address is normalised as DIDWW does, a CIDR is kept', () => {
  expect(normaliseCidr('192.0.2.1')).toBe('192.0.2.1/32');
  expect(normaliseCidr(' 192.0.2.0/24 ')).toBe('192.0.2.0/24');
  expect(normaliseCidr('2001:DB8::1')).toBe('2001:db8::1/128');
});

test('the ingress host is that of the region, or that of one credential in it', () => {
  expect(ingressHost('us')).toBe('sip.vapi.ai');
  expect(ingressHost('eu')).toBe('sip.eu.vapi.ai');
  expect(ingressHost('eu', 'b1c2')).toBe('b1c2.sip.eu.vapi.ai');
});

test('TLS has a port of its own', () => {
  expect([portFor('udp'), portFor('tcp'), portFor('tls')]).toEqual([5060, 5060, 5061]);
});

test('each of the seven outbound hosts has an address, none of which is a signalling source', () => {
  const addresses = DIDWW_OUTBOUND_HOSTS.map((host) => DIDWW_OUTBOUND_IPS[host]);
  expect(new Set(addresses).size).toBe(7);
  expect(addresses.filter((address) => (DIDWW_SIGNALLING_IPS as readonly string[]).includes(address))).toEqual([]);
});

test('a transfer names the person at the outbound endpoint of DIDWW', () => {
  expect(transferUri('+12025550100', 'fra.eu.out.didww.com')).toBe('sip:+12025550100@fra.eu.out.didww.com');
});
