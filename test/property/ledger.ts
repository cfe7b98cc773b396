/**
 * Who made what, known from having watched, never from owner marks: the truth that Results are held against.
 * Belongs here: what is remembered from command to command. Does not: judging one (`oracle.ts`).
 */
import { isDeepStrictEqual } from 'node:util';
import { at, didOf, type Edit, type Place, placeOf, type Thing, type Things, toolsOf } from './things.js';

/** The connection that an object was made for: two pairs of accounts may have one of the same slug each. */
export interface Maker {
  readonly slug: string;
  readonly didww: string;
  readonly vapi: string;
}

/** Whether it is one of these connections. */
export const isOneOf = (makers: readonly Maker[], maker: Maker | undefined): boolean =>
  makers.some((one) => isDeepStrictEqual(one, maker));

/** A number's way through both providers, where every part of it stands. */
export interface Line {
  readonly number: string;
  readonly maker: Maker;
  /** Ids of what the number's calls need, the DID itself included. */
  readonly parts: readonly string[];
  readonly phoneNumberId: string;
  readonly didId: string;
  readonly assistantId: string;
}

/** What is remembered of all accounts. */
export class Ledger {
  private readonly makers = new Map<string, Maker>();
  /** Where each DID's calls went by somebody's own will, by id. */
  private readonly rightful = new Map<string, Place>();
  private readonly strangers = new Set<string>();
  /** Assistants that somebody had list a tool by hand, by the tool's id. */
  private readonly listing = new Map<string, Set<string>>();
  private atBegin: Things | undefined;

  constructor(things: Things) {
    for (const thing of things.values()) if (thing.kind === 'dids') this.rightful.set(thing.id, placeOf(thing));
  }

  /** A run begins: what is new from here on and not by hand is its own, though nobody knows yet whose. */
  begin(things: Things): void {
    this.atBegin = things;
  }

  /** Somebody has done this by hand. */
  byHand({ added, changed }: Edit, after: Things): void {
    for (const { id } of added) this.strangers.add(id);
    for (const { id } of changed) {
      const thing = after.get(id);
      if (thing?.kind === 'dids') this.rightful.set(id, placeOf(thing));
      if (thing?.kind !== 'assistants') continue;
      for (const tool of toolsOf(thing)) this.listing.set(tool, (this.listing.get(tool) ?? new Set()).add(id));
    }
  }

  /** What is new and not by hand, a run of this connection has made. */
  made(maker: Maker, before: Things, after: Things): void {
    for (const { id } of after.values()) if (!before.has(id)) this.makers.set(id, maker);
    this.atBegin = undefined;
  }

  /** Whether the run that is under way has just made it. */
  isJustMade(id: string): boolean {
    return this.atBegin !== undefined && !this.atBegin.has(id) && !this.strangers.has(id);
  }

  /** The connection that it was made for; nothing where it is somebody else's. */
  makerOf(id: unknown): Maker | undefined {
    return this.makers.get(String(id));
  }

  /** Whether any connection has it. */
  isMade(id: string): boolean {
    return this.makers.has(id);
  }

  /** Whether calls of this DID come in over a trunk of a connection, directly or through its group. */
  comesIn(did: Thing, things: Things): boolean {
    const { voiceInTrunkId, voiceInTrunkGroupId } = placeOf(did);
    const isReached = ({ id, kind, row }: Thing): boolean =>
      kind === 'inboundTrunks' &&
      this.isMade(id) &&
      (id === voiceInTrunkId || (voiceInTrunkGroupId !== null && row['groupId'] === voiceInTrunkGroupId));
    return [...things.values()].some(isReached);
  }

  /** Everything that was made for connections of this slug and still stands. */
  of(slug: string, things: Things): readonly Thing[] {
    return [...things.values()].filter(({ id }) => this.makers.get(id)?.slug === slug);
  }

  /** Where the DID's calls go when no connection has it. */
  rightfulPlaceOf(id: string): Place | undefined {
    return this.rightful.get(id);
  }

  /** The number's line, where all of it stands. */
  lineOf(things: Things, number: string): Line | undefined {
    const did = didOf(things, number);
    const trunk = things.get(String(at(did, 'voiceInTrunkId')));
    const maker = this.makerOf(trunk?.id);
    if (did === undefined || trunk === undefined || maker === undefined) return undefined;
    const own = [...things.values()].filter(({ id }) => isDeepStrictEqual(this.makers.get(id), maker));
    const credentials = own.filter(({ kind }) => kind === 'credentials');
    const imported = own.find(
      ({ kind, row }) =>
        kind === 'phoneNumbers' &&
        row['number'] === number &&
        credentials.some((one) => one.id === row['credentialId'] && receives(one)),
    );
    const pair = at(trunk, 'configuration', 'authUser');
    const outbound = own.find(
      (one) => one.kind === 'outboundTrunks' && at(one, 'authenticationMethod', 'username') === pair,
    );
    const holders = credentials.filter((one) => at(one, 'outboundAuthenticationPlan', 'authUsername') === pair);
    const bound = holders.find(({ id }) => id === imported?.row['credentialId']);
    const assistantId = String(imported?.row['assistantId']);
    if (imported === undefined || outbound === undefined || bound === undefined) return undefined;
    const parts = [did, trunk, imported, outbound, ...holders].map(({ id }) => id);
    return { number, maker, parts, phoneNumberId: imported.id, didId: did.id, assistantId };
  }

  /** The lines of all numbers that are live. */
  lines(things: Things): readonly Line[] {
    return [...things.values()].flatMap(({ kind, row }) =>
      kind === 'dids' ? (this.lineOf(things, `+${String(row['number'])}`) ?? []) : [],
    );
  }

  /** The connection's own tools that the assistant of a live number lists. */
  toolsOn({ assistantId, maker }: Line, things: Things): readonly string[] {
    const assistant = things.get(assistantId);
    const listed = assistant === undefined ? [] : toolsOf(assistant);
    return listed.filter((id) => things.has(id) && isDeepStrictEqual(this.makerOf(id), maker));
  }

  /** Assistants that list the tool at this moment, as somebody had them do by hand. */
  usersOf(toolId: string, things: Things): readonly Thing[] {
    return [...(this.listing.get(toolId) ?? [])].flatMap((id) => {
      const assistant = things.get(id);
      return assistant !== undefined && toolsOf(assistant).includes(toolId) ? [assistant] : [];
    });
  }

  /** The tools of connections that this assistant lists. */
  ownToolsOf(assistant: Thing): readonly string[] {
    return toolsOf(assistant).filter((id) => this.makers.has(id));
  }
}

/** Whether calls come in through this credential. */
export function receives(credential: Thing): boolean {
  const gateways = credential.row['gateways'];
  return Array.isArray(gateways) && gateways.some((one: { inboundEnabled?: unknown }) => one.inboundEnabled === true);
}
