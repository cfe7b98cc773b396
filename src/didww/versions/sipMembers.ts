/**
 * Members of an inbound trunk's SIP configuration whose names or values differ between API versions
 * (docs/providers/didww.md, Inbound trunks). One table a version; above it there is one form of each value.
 */
import { z } from 'zod';
import type { SipTransport } from '../../domain/sip.js';
import { loose, numeric, type ProviderError } from '../../http/index.js';
import type { Codec } from '../resources.js';
import type { ApiVersion } from './settings.js';

/** How a value is written: under which name, in which form. */
interface MemberForm<T> {
  readonly name: string;
  readonly encode: (value: T) => unknown;
}

/** The forms of each member that a version is known or guessed to take, the known one first. */
interface MemberTable {
  readonly transport: readonly MemberForm<SipTransport>[];
  readonly codecs: readonly MemberForm<readonly Codec[]>[];
}

const CODEC_NUMBERS = {
  telephone_event: 6,
  g723: 7,
  g729: 8,
  pcmu: 9,
  pcma: 10,
  speex: 12,
  gsm: 13,
  g726_32: 14,
  g721: 15,
  g726_24: 16,
  g726_40: 17,
  g726_16: 18,
  l16: 19,
} as const satisfies Record<Codec, number>;

const TRANSPORT_NUMBERS = { udp: 1, tcp: 2, tls: 3 } as const satisfies Record<SipTransport, number>;

const transportNumber: MemberForm<SipTransport> = {
  name: 'transport_protocol_id',
  encode: (transport) => TRANSPORT_NUMBERS[transport],
};
const transportName: MemberForm<SipTransport> = { name: 'transport_protocol', encode: (transport) => transport };
const codecNumbers: MemberForm<readonly Codec[]> = {
  name: 'codec_ids',
  encode: (codecs) => codecs.map((codec) => CODEC_NUMBERS[codec]),
};
const codecNames: MemberForm<readonly Codec[]> = { name: 'codecs', encode: (codecs) => codecs };

/** 2026-11-19 turned codecs into names; whether it renamed other `_id` members as well is not documented. */
const TABLES: Readonly<Record<ApiVersion, MemberTable>> = {
  '2026-04-16': { transport: [transportNumber], codecs: [codecNumbers] },
  '2026-11-19': { transport: [transportNumber, transportName], codecs: [codecNames, codecNumbers] },
};

type Member = keyof MemberTable;
const MEMBERS = ['transport', 'codecs'] as const satisfies readonly Member[];

/** Values of the members, in the one form that is used above. */
export interface SipMemberValues {
  readonly transport?: SipTransport | undefined;
  readonly codecs?: readonly Codec[] | undefined;
}

/** The values as the account takes them, by the names that they have there. */
export type EncodeSipMembers = (values: SipMemberValues) => Readonly<Record<string, unknown>>;

/** Writes the members in the form that the account takes, and remembers which one that is. */
export class SipMembers {
  /** Which form of the table is written, by version and member; 0 where nothing is noted. */
  private readonly chosen = new Map<string, number>();

  /** The members as they are written now. What is not given is not written. */
  encode(version: ApiVersion, { transport, codecs }: SipMemberValues): Readonly<Record<string, unknown>> {
    const table = TABLES[version];
    return {
      ...encoded(table.transport[this.choice(version, 'transport')], transport),
      ...encoded(table.codecs[this.choice(version, 'codecs')], codecs),
    };
  }

  /**
   * Takes the next form of every member that DIDWW refuses by name in this error. False where it names none, or no other
   * form is left: the known form is then written again the next time.
   */
  adapt(version: ApiVersion, error: ProviderError): boolean {
    const refused = refusedNames(error);
    const changes = MEMBERS.map((member) => this.adaptMember(version, member, refused));
    return changes.includes('changed') && !changes.includes('exhausted');
  }

  private adaptMember(
    version: ApiVersion,
    member: Member,
    refused: ReadonlySet<string>,
  ): 'same' | 'changed' | 'exhausted' {
    const names = TABLES[version][member].map(({ name }) => name);
    const choice = this.choice(version, member);
    if (!names.some((name) => refused.has(name))) return 'same';
    // A request that was on its way at the same time has been answered already: what is chosen now is not what it sent.
    if (!refused.has(names[choice] ?? '')) return 'changed';
    const next = choice + 1 < names.length ? choice + 1 : 0;
    this.chosen.set(`${version} ${member}`, next);
    return next === 0 ? 'exhausted' : 'changed';
  }

  private choice(version: ApiVersion, member: Member): number {
    return this.chosen.get(`${version} ${member}`) ?? 0;
  }
}

const encoded = <T>(form: MemberForm<T> | undefined, value: T | undefined): Readonly<Record<string, unknown>> =>
  form === undefined || value === undefined ? {} : { [form.name]: form.encode(value) };

/** Names of members in DIDWW's `Param not allowed` (docs/providers/didww.md, Errors). */
function refusedNames({ status, problems }: ProviderError): ReadonlySet<string> {
  if (status !== 400) return new Set();
  return new Set(problems.flatMap(({ detail, pointer }) => `${detail} ${pointer ?? ''}`.match(/[a-z0-9_]+/gi) ?? []));
}

/** The members as any version shows them; spread into the schema of a configuration. */
export const sipMemberShape = {
  transport_protocol_id: loose(numeric),
  transport_protocol: loose(z.string()),
  codec_ids: loose(z.array(numeric)),
  codecs: loose(z.array(z.string())),
};

/** What any version showed, in the one form that is used above. A codec or transport without a name here keeps its number as text. */
export function decodeSipMembers(shown: {
  readonly transport_protocol_id?: number | undefined;
  readonly transport_protocol?: string | undefined;
  readonly codec_ids?: readonly number[] | undefined;
  readonly codecs?: readonly string[] | undefined;
}): { readonly transport: string | null; readonly codecs: readonly string[] } {
  const { transport_protocol_id: number, transport_protocol: name, codec_ids: numbers, codecs } = shown;
  return {
    transport: name?.toLowerCase() ?? (number === undefined ? null : nameOf(TRANSPORT_NUMBERS, number)),
    codecs: codecs ?? (numbers ?? []).map((codec) => nameOf(CODEC_NUMBERS, codec)),
  };
}

const nameOf = (numbers: Readonly<Record<string, number>>, number: number): string =>
  Object.keys(numbers).find((name) => numbers[name] === number) ?? String(number);
