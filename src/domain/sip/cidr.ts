/** Addresses and blocks of addresses (CIDR), as allow-lists hold them. */

/**
 * The one form in which an address is sent and compared: a bare one gets its full prefix length, `/32` or
 * `/128`, as DIDWW gives it back (docs/providers/didww.md, Outbound trunks); of an IPv4 block the bits
 * behind its prefix are zero, whichever of its addresses named it. Judges nothing: what is no address comes
 * back as it is. Never throws.
 */
export function normaliseCidr(address: string): string {
  const text = address.trim().toLowerCase();
  const block = parse(text);
  if (block !== undefined) return textOf(block);
  return text === '' || text.includes('/') || !text.includes(':') ? text : `${text}/128`;
}

/** How many IPv4 addresses a bare address or CIDR stands for. */
export const addressesIn = (cidr: string): number => 2 ** (32 - (parse(cidr)?.bits ?? 32));

/** Whether a CIDR block holds all of another address or block. IPv4. */
export function covers(block: string, address: string): boolean {
  const [outer, inner] = [parse(block), parse(address)];
  if (outer === undefined || inner === undefined || outer.bits > inner.bits) return false;
  return masked(outer.value, outer.bits) === masked(inner.value, outer.bits);
}

/**
 * The range that no packet of the internet comes from, in which an address or block lies; undefined where
 * there is none.
 */
export const unroutedRange = (cidr: string): string | undefined => UNROUTED.find((range) => covers(range, cidr));

/** Of RFC 6890: private, shared, loopback, link-local, multicast and reserved addresses. */
const UNROUTED = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

interface Block {
  readonly value: number;
  readonly bits: number;
}

function parse(text: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = match.slice(1, 5).map(Number);
  const bits = Number(match[5] ?? 32);
  if (bits > 32 || Math.max(a, b, c, d) > 255) return undefined;
  return { value: ((a << 24) | (b << 16) | (c << 8) | d) >>> 0, bits };
}

function textOf({ value, bits }: Block): string {
  const network = masked(value, bits);
  return `${[24, 16, 8, 0].map((shift) => String((network >>> shift) & 255)).join('.')}/${String(bits)}`;
}

const masked = (value: number, bits: number): number => (bits === 0 ? 0 : (value & (0xffffffff << (32 - bits))) >>> 0);
