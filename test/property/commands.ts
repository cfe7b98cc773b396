/**
 * What sequences are made of, as plain data, and how fast-check makes it up. Not here: what a command does
 * (`stage.ts`).
 */
import fc from 'fast-check';

/**
 * Whose keys the worker has: of a DIDWW account and a Vapi organisation. `otherVapi`: two organisations
 * share one DIDWW account.
 */
export type KeySet = 'own' | 'other' | 'otherVapi' | 'otherDidww';

/** Kinds of object that people rename. */
export type RenamedKind = 'outboundTrunks' | 'inboundTrunks' | 'credentials' | 'tools';

/** What somebody does by hand, past Patchbay. `nth` picks among what connections have at that moment. */
export type ByHand =
  | { readonly act: 'rename'; readonly kind: RenamedKind; readonly nth: number }
  | { readonly act: 'copy'; readonly kind: RenamedKind; readonly nth: number }
  /**
   * Somebody's assistant lists the tool; somebody's own number is imported on the credential for calls out.
   */
  | { readonly act: 'use'; readonly kind: 'tools' | 'credentials'; readonly nth: number }
  /**
   * Somebody puts the inbound trunk into a trunk group and has a number of his own come in through that
   * group, imported at Vapi on the connection's credential for calls in.
   */
  | { readonly act: 'group'; readonly nth: number }
  | { readonly act: 'route'; readonly number: number; readonly to: 'office' | 'nowhere' };

/** Something that happens to a run. `after`: how many requests of that kind pass first. */
export type Trouble =
  | { readonly trouble: 'refused'; readonly request: string; readonly after: number; readonly lasting: boolean }
  /**
   * The request takes effect, its answer is lost; during the run all lists are late by so much, in
   * milliseconds.
   */
  | { readonly trouble: 'lost'; readonly request: string; readonly after: number; readonly lagMs: number }
  | { readonly trouble: 'burst'; readonly request: string; readonly times: number }
  | { readonly trouble: 'empty'; readonly list: string; readonly after: number }
  /** Nobody hears anybody on test calls. */
  | { readonly trouble: 'silence' }
  | {
      readonly trouble: 'moment';
      readonly request: string;
      readonly after: number;
      readonly effect: 'before' | 'after';
      readonly then: Happening;
    };

/** What happens while a request is held. */
export type Happening = { readonly act: 'cancel' } | { readonly act: 'keys'; readonly keys: KeySet } | ByHand;

/** An order to Patchbay. */
export type Order = { readonly slug: 0 | 1; readonly troubles: readonly Trouble[] } & (
  | {
      readonly order: 'onboard';
      /** By their place among the numbers of the DIDWW account that the worker has the key of. */
      readonly numbers: readonly number[];
      /** `elsewhere`: to another person than most. */
      readonly transfer: boolean | 'elsewhere';
      readonly combined: boolean;
      readonly takeOver: boolean;
      /** Whether numbers are called. */
      readonly verify: boolean;
    }
  | { readonly order: 'offboard' }
  | { readonly order: 'retry' }
);

/** One command of a sequence. */
export type Command =
  | Order
  | { readonly order: 'by-hand'; readonly what: ByHand }
  | { readonly order: 'keys'; readonly keys: KeySet }
  | { readonly order: 'lag'; readonly list: LaggingList; readonly ms: number };

/** How late lists are at the most, in milliseconds. */
export const LONGEST_LAG_MS = 2_000;

/** Kinds of list that lag, in all accounts. */
export type LaggingList =
  'all' | 'outboundTrunks' | 'inboundTrunks' | 'tools' | 'credentials' | 'phoneNumbers' | 'assistants';

/** Accounts, and what is done to them. */
export interface Sequence {
  /** Whether the own DIDWW account is still at the older API version. */
  readonly olderVersion: boolean;
  readonly commands: readonly Command[];
}

const WRITES = [
  'POST /voice_out_trunks',
  'POST /tool',
  'POST /credential',
  'POST /voice_in_trunks',
  'PATCH /assistant/:id',
  'POST /phone-number',
  'PATCH /dids/:id',
  'PATCH /voice_out_trunks/:id',
  'PATCH /voice_in_trunks/:id',
];
const REMOVALS = [
  'DELETE /voice_out_trunks/:id',
  'DELETE /voice_in_trunks/:id',
  'DELETE /credential/:id',
  'DELETE /tool/:id',
  'DELETE /phone-number/:id',
];
/** All that a preflight reads of one provider, or of both. */
const EVERY_LIST = ['every list', 'every list of DIDWW', 'every list of Vapi'];
const LISTS = [
  'GET /voice_out_trunks',
  'GET /voice_in_trunks',
  'GET /credential',
  'GET /tool',
  'GET /phone-number',
  'GET /assistant',
  'GET /dids',
];

const use = fc.record({
  act: fc.constant('use' as const),
  kind: fc.constantFrom('tools' as const, 'credentials' as const),
  nth: fc.nat(1),
});

const byHand: fc.Arbitrary<ByHand> = fc.oneof(
  fc.record({
    act: fc.constant('rename' as const),
    kind: fc.constantFrom<RenamedKind>('outboundTrunks', 'inboundTrunks', 'credentials', 'tools'),
    nth: fc.nat(3),
  }),
  fc.record({
    act: fc.constant('copy' as const),
    kind: fc.constantFrom<RenamedKind>('inboundTrunks', 'outboundTrunks', 'credentials', 'tools'),
    nth: fc.nat(3),
  }),
  use,
  fc.record({ act: fc.constant('group' as const), nth: fc.nat(1) }),
  fc.record({
    act: fc.constant('route' as const),
    number: fc.nat(2),
    to: fc.constantFrom('office' as const, 'nowhere' as const),
  }),
);

const keySet = fc.constantFrom<KeySet>('own', 'other', 'otherVapi', 'otherDidww');

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ act: 'cancel' } as const) },
  { weight: 3, arbitrary: byHand },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('keys' as const), keys: keySet }) },
);

const nth = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) });

const refused = (requests: readonly string[], lasting: fc.Arbitrary<boolean>): fc.Arbitrary<Trouble> =>
  fc.record({
    trouble: fc.constant('refused' as const),
    request: fc.constantFrom(...requests),
    after: nth,
    lasting,
  });

const lost = (requests: readonly string[]): fc.Arbitrary<Trouble> =>
  fc.record({
    trouble: fc.constant('lost' as const),
    request: fc.constantFrom(...requests),
    after: nth,
    lagMs: fc.constantFrom(0, 300),
  });

const moment = (requests: readonly string[], then: fc.Arbitrary<Happening>): fc.Arbitrary<Trouble> =>
  fc.record({
    trouble: fc.constant('moment' as const),
    request: fc.constantFrom(...requests),
    after: nth,
    effect: fc.constantFrom('before' as const, 'after' as const),
    then,
  });

const cancelled = fc.constant<Happening>({ act: 'cancel' });

/** What makes an onboarding fail, most of the time. */
const failing = fc.oneof(
  { weight: 3, arbitrary: refused(WRITES, fc.constant(false)) },
  { weight: 1, arbitrary: moment(WRITES, cancelled) },
);

const anything: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 5, arbitrary: refused(REMOVALS, fc.boolean()) },
  { weight: 3, arbitrary: lost([...WRITES, ...REMOVALS]) },
  {
    weight: 2,
    arbitrary: fc.record({
      trouble: fc.constant('burst' as const),
      request: fc.constantFrom(...WRITES, ...REMOVALS, ...LISTS),
      times: fc.constantFrom(1, 2, 12),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      trouble: fc.constant('empty' as const),
      list: fc.constantFrom(...LISTS, ...EVERY_LIST, ...EVERY_LIST),
      after: nth,
    }),
  },
  { weight: 4, arbitrary: moment([...WRITES, ...REMOVALS], happening) },
  { weight: 1, arbitrary: fc.constant({ trouble: 'silence' } as const) },
);

const slug = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0 as const) },
  { weight: 1, arbitrary: fc.constant(1 as const) },
);

/** Requests that make an object. */
export const CREATES = WRITES.filter((write) => write.startsWith('POST'));

const REFUSED_ONCE = { trouble: 'refused', after: 0, lasting: false } as const;

/** The answer of the first such create was lost, and lists do not show in time what it made. */
const lostAtFirst = (requests: readonly string[]): fc.Arbitrary<Trouble> =>
  fc.record({
    trouble: fc.constant('lost' as const),
    request: fc.constantFrom(...requests),
    after: fc.constant(0),
    lagMs: fc.constant(300),
  });

const undoneAtCutOver: fc.Arbitrary<readonly Trouble[]> = fc
  .oneof(
    lostAtFirst(CREATES),
    fc.record({
      trouble: fc.constant('moment' as const),
      request: fc.constant('PATCH /dids/:id'),
      after: fc.constant(0),
      effect: fc.constant('before' as const),
      then: use,
    }),
  )
  .map((first) => [first, { ...REFUSED_ONCE, request: 'PATCH /dids/:id' }]);

/**
 * A run that is undone although a create of it had no answer: its cut-over is refused once everything is
 * built, or the import of one of two numbers is refused while nobody knows of the other. Or somebody comes
 * to use what it made while the first of two numbers is cut over.
 */
const undone: fc.Arbitrary<readonly Trouble[]> = fc.oneof(
  { weight: 2, arbitrary: undoneAtCutOver },
  {
    weight: 1,
    arbitrary: lostAtFirst(['POST /phone-number']).map((first): readonly Trouble[] => [
      first,
      { ...REFUSED_ONCE, request: 'POST /phone-number' },
    ]),
  },
);

/** Put together so that fast-check can leave out each of them while it looks for a shorter sequence. */
const anyTroubles = fc
  .record({
    first: fc.option(failing, { freq: 2 }),
    others: fc.array(anything, { maxLength: 2 }),
  })
  .map(({ first, others }): readonly Trouble[] => (first === null ? others : [first, ...others]));

const troubles = fc.oneof({ weight: 5, arbitrary: anyTroubles }, { weight: 1, arbitrary: undone });

const onboard: fc.Arbitrary<Command> = fc.record({
  order: fc.constant('onboard' as const),
  slug,
  numbers: fc.uniqueArray(fc.nat(2), { minLength: 1, maxLength: 2 }),
  transfer: fc.constantFrom(false, true, 'elsewhere' as const),
  combined: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  takeOver: fc.oneof({ weight: 1, arbitrary: fc.constant(false) }, { weight: 4, arbitrary: fc.constant(true) }),
  verify: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  troubles,
});

const lag = fc.record({
  order: fc.constant('lag' as const),
  list: fc.constantFrom<LaggingList>(
    'all',
    'outboundTrunks',
    'inboundTrunks',
    'tools',
    'credentials',
    'phoneNumbers',
    'assistants',
  ),
  ms: fc.constantFrom(0, 100, 300, LONGEST_LAG_MS),
});

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: onboard },
  { weight: 3, arbitrary: fc.record({ order: fc.constant('offboard' as const), slug, troubles }) },
  { weight: 2, arbitrary: fc.record({ order: fc.constant('retry' as const), slug, troubles }) },
  { weight: 3, arbitrary: fc.record({ order: fc.constant('by-hand' as const), what: byHand }) },
  { weight: 1, arbitrary: fc.record({ order: fc.constant('keys' as const), keys: keySet }) },
  { weight: 2, arbitrary: lag },
);

/**
 * Sequences that begin with an onboarding, as nothing else acts on empty accounts; lists may be late from
 * the start.
 */
export const sequences = (mostCommands: number): fc.Arbitrary<Sequence> =>
  fc
    .record({
      olderVersion: fc.boolean(),
      late: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: lag }),
      first: onboard,
      others: fc.array(command, { minLength: 0, maxLength: mostCommands - 1, size: 'max' }),
    })
    .map(({ olderVersion, late, first, others }) => ({
      olderVersion,
      commands: [...(late === null ? [] : [late]), first, ...others],
    }));
