/**
 * Rows of a table: one thing that is wrong, or a condition, and what is then true of a number's call to
 * itself and of its transfer. Belongs here: the shape of a row, and how both accounts are spoiled. Does
 * not: the rows (`misconfiguredDidww.ts`, `misconfiguredVapi.ts`, `conditions.ts`).
 */
import type { Side } from '../../src/contract/result.js';
import type { Did, OutboundTrunk } from '../../src/sandbox/index.js';
import type { VapiAssistant, VapiCredential, VapiTool } from '../../src/sandbox/vapi/index.js';
import type { Accounts, World } from '../support/world.js';
import { givenConnection, type Order, REAL_TIMES, trunkIn } from './verifying.js';

/** What is true of one check. A set of sides only where more than one is guilty with the same right. */
export type Truth =
  | { readonly verdict: 'proven' }
  | {
      readonly verdict: 'failed' | 'inconclusive';
      readonly side: Side | readonly Side[];
      /** What the action has to name: the place and the attribute, or what a person has to do. */
      readonly action: RegExp;
    };

/** One row. */
export interface Misconfiguration {
  /** As an operator would say it. */
  readonly name: string;
  /**
   * What is done after a healthy connection stands. What `restoring` does not put back, it leaves to
   * `afterwards`.
   */
  readonly spoil: (world: World) => void;
  readonly inbound: Truth;
  readonly outbound: Truth;
  readonly transfer: Truth;
  /** Of the verification. */
  readonly order?: Order;
  /** Windows have to pass: such rows run beside each other. */
  readonly slow?: true;
  /** Looked at with production's own times of test calls, so that these are proven, too. */
  readonly realTimes?: true;
}

type Guilty = Side | readonly Side[];
export const proven: Truth = { verdict: 'proven' };
export const failed = (side: Guilty, action: RegExp): Truth => ({ verdict: 'failed', side, action });
export const open = (side: Guilty, action: RegExp): Truth => ({ verdict: 'inconclusive', side, action });

type Truths = Pick<Misconfiguration, 'inbound' | 'outbound' | 'transfer'>;
export const ALL_RIGHT: Truths = { inbound: proven, outbound: proven, transfer: proven };
/**
 * The way in is broken: a number that calls itself proves no way out, and whoever cannot be called cannot
 * transfer. The same side is guilty of all.
 */
export const wayIn = (side: Guilty, action: RegExp): Truths => ({
  inbound: failed(side, action),
  outbound: open(side, action),
  transfer: open(side, action),
});
/** The way in ends at somebody who answers. */
export const elsewhere = (side: Guilty, action: RegExp): Truths => ({ ...wayIn(side, action), outbound: proven });
/** The way out is broken: nothing leaves, so nothing arrives. */
export const wayOut = (side: Guilty, action: RegExp): Truths => ({
  inbound: open(side, action),
  outbound: failed(side, action),
  transfer: open(side, action),
});
/** Calls pass; transfers do not. */
export const transferOnly = (side: Guilty, action: RegExp): Truths => ({
  ...ALL_RIGHT,
  transfer: failed(side, action),
});
/** The person, not the set-up. */
export const person = (action: RegExp): Truths => ({ ...ALL_RIGHT, transfer: open('carrier', action) });
/** Nothing can be said of any check. */
export const nothingProven = (side: Guilty, action: RegExp): Truths => ({
  inbound: open(side, action),
  outbound: open(side, action),
  transfer: open(side, action),
});

type Spoil = Misconfiguration['spoil'];

/** The only number of the world. */
export const numberOf = (world: World): string => world.numbers[0] ?? '';
export const didOf = (world: World): Did => {
  const did = world.sandbox.didww.didByNumber(numberOf(world));
  if (did === undefined) throw new Error('the number is not there');
  return did;
};
/** The connection's outbound trunk at DIDWW. */
export const trunkOut = (world: World): OutboundTrunk => {
  const [trunk] = world.sandbox.didww.outboundTrunks.values();
  if (trunk === undefined) throw new Error('no outbound trunk');
  return trunk;
};

export const did =
  (members: object): Spoil =>
  (world) =>
    void Object.assign(didOf(world), members);
export const inboundTrunk =
  (members: object): Spoil =>
  (world) =>
    void Object.assign(trunkIn(world).configuration, members);
export const outboundTrunk =
  (members: Partial<OutboundTrunk>): Spoil =>
  (world) =>
    void Object.assign(trunkOut(world), members);
export const outboundAuth =
  (members: object): Spoil =>
  (world) =>
    void Object.assign(trunkOut(world).authenticationMethod, members);

export const credential =
  (role: 'in' | 'out', change: (credential: VapiCredential) => Partial<VapiCredential>): Spoil =>
  ({ sandbox: { vapi } }) => {
    for (const [id, one] of vapi.credentials) {
      if (one.name?.endsWith(` ${role}`) === true) vapi.credentials.set(id, { ...one, ...change(one) });
    }
  };
export const gateways = (role: 'in' | 'out', members: object): Spoil =>
  credential(role, (one) => ({ gateways: one.gateways.map((gateway) => ({ ...gateway, ...members })) }));
export const withoutCredential =
  (role: 'in' | 'out'): Spoil =>
  ({ sandbox: { vapi } }) => {
    for (const [id, one] of vapi.credentials) if (one.name?.endsWith(` ${role}`) === true) vapi.credentials.delete(id);
  };
export const phoneNumber =
  (members: object): Spoil =>
  (world) => {
    const { phoneNumbers } = world.sandbox.vapi;
    for (const [id, one] of phoneNumbers)
      if (one.number === numberOf(world)) phoneNumbers.set(id, { ...one, ...members });
  };
export const assistant =
  (change: (assistant: VapiAssistant) => Partial<VapiAssistant>): Spoil =>
  ({ sandbox: { vapi, assistantId } }) => {
    const standing = vapi.assistants.get(assistantId);
    if (standing !== undefined) vapi.assistants.set(assistantId, { ...standing, ...change(standing) });
  };
/** The transfer tool of the connection. */
export const tool =
  (change: (tool: VapiTool) => Partial<VapiTool>): Spoil =>
  ({ sandbox: { vapi } }) => {
    for (const [id, one] of vapi.tools) {
      if (one.type === 'transferCall') vapi.tools.set(id, { ...one, ...change(one) });
    }
  };
export const destination = (members: object): Spoil =>
  tool(({ destinations = [] }) => ({
    destinations: destinations.map((one) => ({ ...one, ...members })),
  }));
/** Takes ids away from the assistant's model. */
export const withoutTools = (): Spoil =>
  assistant(({ model }) => (model === undefined ? {} : { model: { ...model, toolIds: [] } }));
export const together =
  (...spoils: readonly Spoil[]): Spoil =>
  (world) => {
    for (const spoil of spoils) spoil(world);
  };
/** What a telephone does when it rings. */
export const farEnd =
  (...[who, does]: Parameters<World['sandbox']['network']['farEnd']>): Spoil =>
  (world) => {
    const { network } = world.sandbox;
    network.farEnd(who, does);
    afterwards(world, () => {
      network.farEnd(who, 'answers');
    });
  };
/** Other people's calls hold channels. */
export const occupied =
  (idOf: (world: World) => string, channels: number): Spoil =>
  (world) => {
    afterwards(world, world.sandbox.network.occupy(idOf(world), channels));
  };

const undos = new WeakMap<World, (() => void)[]>();

/** Done once the row has been looked at. */
function afterwards(world: World, undo: () => void): void {
  undos.set(world, [...(undos.get(world) ?? []), undo]);
}
export const didww =
  (members: Partial<World['sandbox']['didww']['switches']>): Spoil =>
  ({ sandbox }) =>
    void Object.assign(sandbox.didww.switches, members);
export const vapi =
  (members: Partial<World['sandbox']['vapi']['switches']>): Spoil =>
  ({ sandbox }) =>
    void Object.assign(sandbox.vapi.switches, members);
export const network =
  (members: Partial<World['sandbox']['network']['switches']>): Spoil =>
  ({ sandbox }) =>
    void Object.assign(sandbox.network.switches, members);

/**
 * Remembers what stands in both accounts; the function that comes back puts it all back, and takes faults
 * away. Calls stay, as they do.
 */
export function restoring({ sandbox }: World): () => void {
  const { didww, vapi, network, faults } = sandbox;
  const maps: readonly Map<string, unknown>[] = [
    didww.outboundTrunks,
    didww.inboundTrunks,
    didww.groups,
    didww.dids,
    didww.didGroups,
    vapi.assistants,
    vapi.tools,
    vapi.credentials,
    vapi.phoneNumbers,
  ];
  const settings = [didww.switches, didww.balance, vapi.switches, network.switches];
  const kept = structuredClone({ maps: maps.map((map) => [...map]), settings });
  return () => {
    faults.clear();
    const { maps: entries, settings: members } = structuredClone(kept);
    maps.forEach((map, at) => {
      map.clear();
      for (const [id, value] of entries[at] ?? []) map.set(id, value);
    });
    settings.forEach((one, at) => Object.assign(one, members[at]));
  };
}

/** Rows at the same time, beside those on real times, which wait and do little else. */
const LANES = 10;

/**
 * Looks at every row, in its order of results. Each lane has one healthy connection, which is spoiled for a
 * row and put back after it: setting one up for every row would take most of the time. The rows that come
 * first may take longest.
 */
export async function inLanes<Row extends Pick<Misconfiguration, 'spoil' | 'realTimes'>, Seen>(
  rows: readonly Row[],
  look: (world: World, row: Row) => Promise<Seen>,
): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  const lane = async (waiting: { row: Row; at: number }[], accounts: Accounts = {}): Promise<void> => {
    const world = await givenConnection(1, {}, accounts);
    const restore = restoring(world);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      next.row.spoil(world);
      seen[next.at] = await look(world, next.row);
      for (const undo of undos.get(world) ?? []) undo();
      undos.delete(world);
      restore();
    }
  };
  const all = rows.map((row, at) => ({ row, at }));
  const others = all.filter(({ row }) => row.realTimes !== true);
  await Promise.all([
    ...all.filter(({ row }) => row.realTimes === true).map((one) => lane([one], REAL_TIMES)),
    ...Array.from({ length: Math.min(LANES, others.length) }, () => lane(others)),
  ]);
  return seen;
}
