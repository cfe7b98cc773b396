import { describe, expect, test } from 'vitest';

import {
  DIDWW_OUTBOUND_HOSTS,
  DIDWW_OUTBOUND_IPS,
  DIDWW_SIGNALLING_IPS,
  allowedSipIps,
  ingressHost,
  normaliseCidr,
  portFor,
  transferUri,
} from '../../src/domain/sip.js';

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
