import { randomBytes } from 'node:crypto';

import type { FastifyInstance } from 'fastify';

import { type NumberSeed, addNumbers, addReceptionist, defaultNumbers } from './content.js';
import { type Scenario, createControlServer, placeFault } from './control/index.js';
import { applySwitches } from './control/applySwitches.js';
import { type DidwwVersion, createDidwwServer, DidwwAccount } from './didww/index.js';
import { PhoneNetwork } from './network/index.js';
import type { SandboxParts } from './parts.js';
import {
  type Duplicating,
  type Renaming,
  type TrunkCopying,
  copyTrunkBySomebody,
  duplicateBySomebody,
  renameBySomebody,
} from './people.js';
import {
  type LoggedRequest,
  type SandboxClock,
  FaultBoard,
  listenOnLoopback,
  RequestLog,
  systemClock,
} from './plumbing/index.js';
import { type SandboxState, snapshot } from './snapshot.js';
import { createVapiServer, VapiAccount } from './vapi/index.js';

export interface SandboxOptions {
  /** Milliseconds that every answer of a provider takes; default 0, or the scenario's. */
  readonly latencyMs?: number | undefined;
  /**
   * DIDWW listens here, Vapi US, Vapi EU and the control API on the three ports after it; default: free
   * ports.
   */
  readonly portBase?: number | undefined;
  /** The numbers of the account; default: the scenario's, or `defaultNumbers`. */
  readonly numbers?: readonly NumberSeed[] | undefined;
  readonly scenario?: Scenario | undefined;
  /** The DIDWW account's assigned API version; default: the scenario's, or 2026-11-19. */
  readonly didwwVersion?: DidwwVersion | undefined;
  readonly clock?: SandboxClock | undefined;
  /** Milliseconds of a call's phase; default: the network's. */
  readonly callPhaseMs?: number | undefined;
}

/** A running sandbox: both providers, the phone network between them, and every handle on them. */
export interface Sandbox extends Omit<SandboxParts, 'requests'> {
  /** Ends in `/v3`. */
  readonly didwwUrl: string;
  /** Origin of DIDWW's token service, `POST /token`. */
  readonly didwwAuthUrl: string;
  readonly vapiUrl: string;
  readonly vapiEuUrl: string;
  readonly controlUrl: string;
  readonly didwwApiKey: string;
  readonly vapiApiKey: string;
  readonly vapiEuApiKey: string;
  readonly assistantId: string;
  readonly euAssistantId: string;
  /** E.164 with `+`: the numbers with which nothing is wrong and which are routed nowhere. */
  readonly numbers: readonly string[];
  /** Every request to a provider so far, in order of arrival. */
  requests(): readonly LoggedRequest[];
  /** What stands at the providers now. */
  state(): SandboxState;
  /** Renames an object as a person would. Throws where there is none, or where the name is refused. */
  rename(wanted: Renaming): void;
  /** Copies a trunk as a person would, and returns the copy's id. Throws where there is no such trunk. */
  copyTrunk(wanted: TrunkCopying): string;
  /**
   * Duplicates an object at Vapi as a person would, and returns its id. Throws where there is no such
   * object.
   */
  duplicate(wanted: Duplicating): string;
  stop(): Promise<void>;
}

/**
 * Starts DIDWW, Vapi in both regions, and the control API on loopback. Rejects where a port is taken,
 * leaving nothing open.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { scenario = {} } = options;
  let latency = options.latencyMs ?? scenario.latencyMs ?? 0;
  const parts = assemble(options, (milliseconds) => {
    latency = milliseconds;
  });
  const { didww, vapi, vapiEu, network, faults, requests } = parts;
  const assistants = fill(parts, options.numbers ?? scenario.numbers ?? defaultNumbers, scenario);
  parts.didww.switches.apiVersion = options.didwwVersion ?? parts.didww.switches.apiVersion;
  const plumbing = { faults, requests, latency: () => latency };
  const servers = [
    createDidwwServer(didww, plumbing),
    createVapiServer(vapi, network, plumbing),
    createVapiServer(vapiEu, network, plumbing),
    createControlServer(parts),
  ] as const;
  const [didwwUrl, vapiUrl, vapiEuUrl, controlUrl] = await listenAll(servers, options.portBase);
  return {
    ...parts,
    didwwUrl: `${didwwUrl}/v3`,
    didwwAuthUrl: didwwUrl,
    vapiUrl,
    vapiEuUrl,
    controlUrl,
    didwwApiKey: didww.apiKey,
    vapiApiKey: vapi.apiKey,
    vapiEuApiKey: vapiEu.apiKey,
    ...assistants,
    numbers: readyNumbers(didww, vapi),
    requests: () => requests.all(),
    state: () => snapshot(didww, vapi, vapiEu),
    rename: (wanted) => {
      renameBySomebody(parts, wanted);
    },
    copyTrunk: (wanted) => copyTrunkBySomebody(parts, wanted),
    duplicate: (wanted) => duplicateBySomebody(parts, wanted),
    stop: async () => {
      network.stop();
      faults.clear();
      await closeAll(servers);
    },
  };
}

function assemble(options: SandboxOptions, setLatency: (milliseconds: number) => void): SandboxParts {
  const clock = options.clock ?? systemClock;
  const didww = new DidwwAccount(newKey('didww'), clock);
  const vapi = new VapiAccount({ region: 'us', apiKey: newKey('vapi'), clock });
  const vapiEu = new VapiAccount({ region: 'eu', apiKey: newKey('vapi-eu'), clock });
  const network = new PhoneNetwork({ didww, accounts: [vapi, vapiEu] });
  network.phaseMs = options.callPhaseMs ?? network.phaseMs;
  return { didww, vapi, vapiEu, network, faults: new FaultBoard(), requests: new RequestLog(), setLatency };
}

/** Puts content, behaviour and faults in place; returns the assistants' ids. */
function fill(
  parts: SandboxParts,
  numbers: readonly NumberSeed[],
  scenario: Scenario,
): Pick<Sandbox, 'assistantId' | 'euAssistantId'> {
  const { didww, vapi, vapiEu, faults } = parts;
  addNumbers(didww, [vapi, vapiEu], numbers);
  applySwitches(parts, scenario.switches ?? {});
  for (const spec of scenario.faults ?? []) placeFault(faults, spec);
  return { assistantId: addReceptionist(vapi).id, euAssistantId: addReceptionist(vapiEu).id };
}

function newKey(name: string): string {
  return `sandbox-${name}-${randomBytes(12).toString('hex')}`;
}

type Servers = readonly [FastifyInstance, FastifyInstance, FastifyInstance, FastifyInstance];

async function listenAll(servers: Servers, portBase: number | undefined): Promise<[string, string, string, string]> {
  const port = (offset: number): number => (portBase === undefined ? 0 : portBase + offset);
  const [didww, vapi, vapiEu, control] = servers;
  try {
    // One after the other, so that none is still opening when another one's port turns out to be taken.
    return [
      await listenOnLoopback(didww, port(0)),
      await listenOnLoopback(vapi, port(1)),
      await listenOnLoopback(vapiEu, port(2)),
      await listenOnLoopback(control, port(3)),
    ];
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
}

async function closeAll(servers: Servers): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}

function readyNumbers(didww: DidwwAccount, vapi: VapiAccount): readonly string[] {
  const imported = new Set([...vapi.phoneNumbers.values()].map(({ number }) => number));
  return [...didww.dids.values()]
    .filter((did) => {
      const { features } = didww.didGroupOf(did);
      const callable = features.includes('voice_in') && features.includes('voice_out') && did.channelsIncludedCount > 0;
      const routed = did.voiceInTrunkId !== null || did.voiceInTrunkGroupId !== null;
      return callable && !did.blocked && !routed && !imported.has(`+${did.number}`);
    })
    .map(({ number }) => `+${number}`);
}
