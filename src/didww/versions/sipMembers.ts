/**
 * Members of an inbound trunk's SIP configuration whose names or values differ between API versions
 * (docs/providers/didww.md, Inbound trunks). One table a version; above it there is one form of each value.
 */
import { z } from 'zod';
import type { SipTransport } from '../../domain/sip/sip.js';
import { loose, numeric, ProviderError } from '../../http/index.js';
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

/** Which form of each member is written, as its place in the table. */
type Choice = Readonly<Record<Member, number>>;

const KNOWN_FORMS: Choice = { transport: 0, codecs: 0 };

/** Writes the members in the form that the account takes, and remembers which one that is. */
export class SipMembers {
  private readonly worked = new Map<ApiVersion, Choice>();

  /**
   * Carries out a write in the form that worked last, at first the known one. Where DIDWW refuses a member
   * by name, the write follows in another form, each once: it was refused whole, so nothing of it was
   * carried out. Throws the first refusal where no form is left, and any other error as it is.
   */
  async write<T>(version: ApiVersion, attempt: (encode: EncodeSipMembers) => Promise<T>): Promise<T> {
    let choice = this.worked.get(version) ?? KNOWN_FORMS;
    const tried: Choice[] = [];
    let refusal: ProviderError | undefined;
    for (;;) {
      const chosen = choice;
      try {
        const done = await attempt((values) => encoded(version, chosen, values));
        this.worked.set(version, chosen);
        return done;
      } catch (error) {
        tried.push(chosen);
        const next = error instanceof ProviderError ? otherChoice(version, tried, error) : undefined;
        if (next === undefined) throw error;
        refusal ??= error as ProviderError;
        if (next === 'none left') throw refusal;
        choice = next;
      }
    }
  }
}

function encoded(version: ApiVersion, choice: Choice, { transport, codecs }: SipMemberValues) {
  const table = TABLES[version];
  return {
    ...written(table.transport[choice.transport], transport),
    ...written(table.codecs[choice.codecs], codecs),
  };
}

const written = <T>(form: MemberForm<T> | undefined, value: T | undefined): Readonly<Record<string, unknown>> =>
  form === undefined || value === undefined ? {} : { [form.name]: form.encode(value) };

/**
 * The forms to write next: another one of each member that the refusal names. Undefined where it names
 * none.
 */
function otherChoice(
  version: ApiVersion,
  tried: readonly Choice[],
  error: ProviderError,
): Choice | 'none left' | undefined {
  const named = refusedNames(error);
  const refused = MEMBERS.filter((member) => TABLES[version][member].some(({ name }) => named.has(name)));
  if (refused.length === 0) return undefined;
  let next = tried.at(-1) ?? KNOWN_FORMS;
  for (const member of refused) {
    const left = TABLES[version][member].findIndex((_, at) => tried.every((choice) => choice[member] !== at));
    if (left < 0) return 'none left';
    next = { ...next, [member]: left };
  }
  return next;
}

/**
 * Names in a 400 that is about members as such: one that is not known, or one that is not there
 * (docs/providers/didww.md, Errors).
 */
function refusedNames({ status, problems }: ProviderError): ReadonlySet<string> {
  const about = problems.filter(({ title, detail }) => /not allowed|missing/i.test(`${title ?? ''} ${detail}`));
  if (status !== 400) return new Set();
  return new Set(about.flatMap(({ detail, pointer }) => `${detail} ${pointer ?? ''}`.match(/[a-z0-9_]+/gi) ?? []));
}

/** The members as any version shows them; spread into the schema of a configuration. */
export const sipMemberShape = {
  transport_protocol_id: loose(numeric),
  transport_protocol: loose(z.string()),
  codec_ids: loose(z.array(numeric)),
  codecs: loose(z.array(z.string())),
};

/**
 * What any version showed, in the one form that is used above. A codec or transport without a name here
 * keeps its number as text.
 */
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
