import { createHash, randomUUID } from 'node:crypto';

import type { Region } from '../../domain/sip/addresses.js';
import { type Row, type SandboxClock, aheadOf, systemClock, Table } from '../plumbing/index.js';
import type { AssistantDto } from './assistantDto.js';
import type { CredentialDto } from './credentialDto.js';
import { type Patch, merged } from './merge.js';
import type { Stored, VapiAssistant, VapiCall, VapiCredential, VapiPhoneNumber, VapiTool } from './objects.js';
import { type VapiListKind, newVapiSwitches } from './switches.js';
import type { ToolDto } from './toolDto.js';

export interface VapiAccountOptions {
  readonly region: Region;
  /** The private key that the organisation's API accepts. */
  readonly apiKey: string;
  readonly clock?: SandboxClock;
}

/** One Vapi organisation, which belongs to one region. Mutable on purpose: it is the simulated database. */
export class VapiAccount {
  readonly region: Region;
  readonly orgId: string = randomUUID();
  /** Mutable, so that a test can revoke it. */
  apiKey: string;
  readonly clock: SandboxClock;
  /** Where the organisation's API listens; calls name it in their control URL. */
  baseUrl = 'http://127.0.0.1';
  readonly assistants = this.#table<VapiAssistant>('assistants');
  readonly tools = this.#table<VapiTool>('tools');
  readonly credentials = this.#table<VapiCredential>('credentials');
  readonly phoneNumbers = this.#table<VapiPhoneNumber>('phoneNumbers');
  readonly calls = this.#table<VapiCall>('calls');
  readonly switches = newVapiSwitches();
  /**
   * Who pins an assistant or tool, by its id: while anybody does, its deletion is 409. Pins by `toolRefs`
   * count on their own.
   */
  readonly pins = new Map<string, readonly string[]>();
  /** The clock that its own is ahead of. */
  readonly #machine: SandboxClock;
  /** Of `#machine`, as its own may be set back. */
  #lastTimestamp = 0;

  constructor({ region, apiKey, clock = systemClock }: VapiAccountOptions) {
    this.region = region;
    this.apiKey = apiKey;
    this.#machine = clock;
    this.clock = aheadOf(clock, () => this.switches.clockAheadMs);
  }

  /**
   * Identity and times of a new object. No two objects of the organisation share a `createdAt`, so that
   * lists have one order.
   */
  stored(): Stored {
    const createdAt = this.#nextTimestamp();
    return { id: randomUUID(), orgId: this.orgId, createdAt, updatedAt: createdAt };
  }

  /** The present moment as Vapi writes it. */
  timestamp(): string {
    return new Date(this.clock.now()).toISOString();
  }

  addAssistant(fields: AssistantDto): VapiAssistant {
    const assistant = { ...this.stored(), ...fields, latestVersion: this.firstVersion() };
    this.assistants.set(assistant.id, assistant);
    return assistant;
  }

  /**
   * Shallow: each key that is present replaces what stood there, and an equal content makes no version
   * (docs/providers/vapi.md, Assistants).
   */
  patchAssistant(assistant: VapiAssistant, patch: Patch<AssistantDto>): VapiAssistant {
    const patched = this.#versioned(assistant, merged<VapiAssistant>(assistant, patch));
    this.assistants.set(assistant.id, patched);
    return patched;
  }

  addTool(fields: ToolDto): VapiTool {
    const tool = { ...this.stored(), ...fields, latestVersion: this.firstVersion() };
    this.tools.set(tool.id, tool);
    return tool;
  }

  patchTool(tool: VapiTool, patch: Patch<ToolDto>): VapiTool {
    const patched = this.#versioned(tool, merged<VapiTool>(tool, patch));
    this.tools.set(tool.id, patched);
    return patched;
  }

  addCredential(fields: CredentialDto): VapiCredential {
    const credential = { ...this.stored(), ...fields };
    this.credentials.set(credential.id, credential);
    return credential;
  }

  /** For seeding; over HTTP only numbers on SIP trunks can be added. */
  addPhoneNumber(fields: Omit<VapiPhoneNumber, keyof Stored | 'status'>): VapiPhoneNumber {
    const number = { ...this.stored(), ...fields, status: 'active' as const };
    this.phoneNumbers.set(number.id, number);
    return number;
  }

  /**
   * What a person does who opens an assistant's draft in the dashboard now and publishes it later: the
   * returned function overwrites whatever was written through the API since (docs/providers/vapi.md,
   * Assistants).
   */
  openDashboardDraft(assistantId: string): { publish(): void } {
    const draft = this.assistants.get(assistantId);
    if (draft === undefined) throw new Error(`Sandbox: no assistant ${assistantId} to draft from.`);
    return {
      publish: () => {
        const {
          latestVersion: _version,
          id: _id,
          orgId: _orgId,
          createdAt: _created,
          updatedAt: _updated,
          ...fields
        } = draft;
        const current = this.assistants.get(assistantId);
        if (current !== undefined) this.patchAssistant(current, fields);
      },
    };
  }

  firstVersion(): string | null {
    return this.switches.versioning ? 'v1' : null;
  }

  #versioned<T extends Stored & { readonly latestVersion: string | null }>(row: T, next: T): T {
    const changed = contentHash(next) !== contentHash(row);
    const latestVersion = changed && this.switches.versioning ? nextVersion(row.latestVersion) : row.latestVersion;
    return { ...next, latestVersion, updatedAt: this.timestamp() };
  }

  #table<T extends Row>(kind: VapiListKind): Table<T> {
    return new Table<T>({ now: () => this.clock.now(), lagMs: () => this.switches.listLagMs[kind] });
  }

  #nextTimestamp(): string {
    this.#lastTimestamp = Math.max(this.#machine.now(), this.#lastTimestamp + 1);
    return new Date(this.#lastTimestamp + this.switches.clockAheadMs).toISOString();
  }
}

/** Equal for equal content, whatever the order of keys; identity, times and version do not count. */
function contentHash(row: object): string {
  const { updatedAt: _updated, latestVersion: _version, ...content } = row as Stored & { latestVersion: string | null };
  return createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function nextVersion(version: string | null): string {
  return version === null ? 'v1' : `v${String(Number(version.slice(1)) + 1)}`;
}
