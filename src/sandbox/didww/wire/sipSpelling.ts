import { z } from 'zod';

import { integer, uniqueList } from '../jsonapi/rules.js';

/** How a version writes a member of a SIP configuration that the account keeps as a number or as numbers. */
export interface Spelling {
  /** As `snake` takes it. */
  readonly name: string;
  /** From what is sent to what is kept. */
  readonly rule: z.ZodType;
  /** From what is kept to what is shown. */
  readonly show: (kept: unknown) => unknown;
}

/** By the member's inner name. What is not here is written as it is kept. */
export type SipSpelling = Readonly<Record<string, Spelling>>;

/** Names and numbers of docs/providers/didww.md, Inbound trunks. */
const numberedCodecs = new Map([
  ['telephone_event', 6],
  ['g723', 7],
  ['g729', 8],
  ['pcmu', 9],
  ['pcma', 10],
  ['speex', 12],
  ['gsm', 13],
  ['g726_32', 14],
  ['g721', 15],
  ['g726_24', 16],
  ['g726_40', 17],
  ['g726_16', 18],
  ['l16', 19],
]);

/** All codecs; the last two have no number there, so that these are ours. */
const codecs = new Map([...numberedCodecs, ['amr', 101], ['amr_wb', 102]]);

const codecIds = new Set(numberedCodecs.values());

/** Numbers everywhere. That a codec without a number is left out of reads is assumed. */
export const numericSpelling: SipSpelling = {
  codecIds: {
    name: 'codecIds',
    rule: uniqueList(integer(0).refine((id) => codecIds.has(id), 'is not included in the list')),
    show: (kept) => numbersIn(kept).filter((id) => codecIds.has(id)),
  },
};

/** Codecs by name, everything else as before. */
export const codecNameSpelling: SipSpelling = { codecIds: namedList('codecs', codecs) };

/**
 * What a rename of the other members might look like: names are assumed, values are those of DIDWW's own
 * SDKs.
 */
export const allNamesSpelling: SipSpelling = {
  ...codecNameSpelling,
  transportProtocolId: named('transportProtocol', ['udp', 'tcp', 'tls'], 1),
  rxDtmfFormatId: named('rxDtmfFormat', ['rfc_2833', 'sip_info', 'rfc_2833_or_sip_info'], 1),
  txDtmfFormatId: named('txDtmfFormat', ['none', 'disabled', 'rfc_2833', 'sip_info_relay', 'sip_info_dtmf'], 0),
  sstRefreshMethodId: named('sstRefreshMethod', ['invite', 'update', 'update_fallback_invite'], 1),
  reroutingDisconnectCodeIds: {
    name: 'reroutingDisconnectCodes',
    rule: uniqueList(z.string('is invalid').regex(/^\d+$/, 'is invalid').transform(Number)).nullable(),
    show: (kept) => (kept === null ? null : numbersIn(kept).map(String)),
  },
};

/** One of several names, which stand for the numbers from `first` on. */
function named(name: string, names: readonly string[], first: number): Spelling {
  const numbers = new Map(names.map((text, index) => [text, first + index]));
  return { name, rule: numberOf(numbers), show: (kept) => nameOf(numbers, kept) };
}

/** Names in order of preference, at least one, none twice. */
function namedList(name: string, numbers: ReadonlyMap<string, number>): Spelling {
  return {
    name,
    rule: uniqueList(numberOf(numbers)).refine((list) => list.length > 0, "can't be blank"),
    show: (kept) => numbersIn(kept).map((number) => nameOf(numbers, number)),
  };
}

function numberOf(numbers: ReadonlyMap<string, number>): z.ZodType<number> {
  return z
    .string('is invalid')
    .transform((text) => numbers.get(text))
    .pipe(z.int('is not included in the list'));
}

function nameOf(numbers: ReadonlyMap<string, number>, kept: unknown): string | undefined {
  return [...numbers].find(([, number]) => number === kept)?.[0];
}

function numbersIn(kept: unknown): readonly number[] {
  return z.array(z.number()).parse(kept);
}
