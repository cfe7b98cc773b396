import { BlockList, isIPv4 } from 'node:net';

/** Whether one of the CIDRs holds the address. What is no CIDR holds nothing. */
export function covers(cidrs: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [net = '', prefix] = cidr.split('/');
    const family = isIPv4(net) ? 'ipv4' : 'ipv6';
    try {
      list.addSubnet(net, Number(prefix ?? (family === 'ipv4' ? 32 : 128)), family);
    } catch {
      continue;
    }
  }
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
