import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, inject, onTestFinished } from 'vitest';
import type { Activity } from '../../src/activities/engine/activity.js';
import type { Patience, ObservedAt } from '../../src/contract/attempts.js';
import { SipCredentialCache } from '../../src/activities/engine/sipCredentialCache.js';
import { FailureInterceptor } from '../../src/activities/engine/failures.js';
import { createDidww, type DidwwClient } from '../../src/didww/index.js';
import type { Failure } from '../../src/contract/failure.js';
import { createDidwwServer, DidwwAccount } from '../../src/sandbox/didww/index.js';
import { addDid, addReferenceData } from '../../src/sandbox/didww/seed.js';
import { FaultBoard, listenOnLoopback, type LoggedRequest, RequestLog } from '../../src/sandbox/plumbing/index.js';
import { createVapiServer, noTelephony, VapiAccount, type VapiAssistant } from '../../src/sandbox/vapi/index.js';
import { createVapi, type VapiClient } from '../../src/vapi/index.js';

export const NUMBER = '+18648301018';
export const OTHER_NUMBER = '+18648301019';
export const PROMPT = [{ role: 'system', content: 'You are the help desk of Acme.\nBe brief.' }];

const RUN_ID = 'a0000000-0000-4000-8000-000000000001';
const PATIENCE = { forMs: 60_000, firstRetryMs: 10 };

/** Both sandboxes behind HTTP, and the clients that activities work with. */
export interface World {
  readonly didwwAccount: DidwwAccount;
  readonly vapiAccount: VapiAccount;
  readonly assistant: VapiAssistant;
  readonly faults: FaultBoard;
  readonly didww: DidwwClient;
  readonly vapi: () => VapiClient;
  readonly sipCredentialCache: SipCredentialCache;
  /** Connects once somebody asks it for anything. */
  readonly temporal: Client;
  /**
   * Runs one attempt, to which a repeated one has left its notes, and makes sure that neither its result nor
   * its failure holds the SIP credentials.
   */
  attempt<I, O>(run: Activity<I, O>, input: I, attempt?: number): Promise<O>;
  /** What the attempt fails with, and whether it is worth another. */
  failure<I, O>(run: Activity<I, O>, input: I, attempt?: number): Promise<Omit<Failure, 'step'> & { retried: boolean }>;
  /** `METHOD path` of every write since the last call, ids left out. */
  writes(): readonly string[];
  /** The same of every request so far. */
  asked(): readonly string[];
}

/** What this run's preflight saw so many milliseconds ago. */
export const justSeen = (agoMs = 0): ObservedAt => {
  const at = Date.now() - agoMs;
  return { runId: RUN_ID, at: { didww: at, vapi: at } };
};

/** Its clients have heard of both providers, and so of the time there, unless told otherwise. */
export async function givenWorld({ haveHeard = true } = {}): Promise<World> {
  const didwwAccount = new DidwwAccount('didww-key');
  addReferenceData(didwwAccount);
  for (const number of [NUMBER, OTHER_NUMBER]) addDid(didwwAccount, { number });
  const vapiAccount = new VapiAccount({ region: 'us', apiKey: 'vapi-key' });
  const assistant = vapiAccount.addAssistant({
    name: 'Help desk',
    model: { provider: 'openai', model: 'gpt-4o', messages: PROMPT, toolIds: ['tool-of-somebody'] },
  });
  const faults = new FaultBoard();
  const requests = new RequestLog();
  const plumbing = { faults, requests, latency: () => 0 };
  const servers = [createDidwwServer(didwwAccount, plumbing), createVapiServer(vapiAccount, noTelephony, plumbing)];
  const [didwwUrl = '', vapiUrl = ''] = await Promise.all(servers.map((server) => listenOnLoopback(server)));
  const didww = createDidww({ apiUrl: `${didwwUrl}/v3`, apiKey: didwwAccount.apiKey });
  const vapi = createVapi({ apiUrl: vapiUrl, apiKey: vapiAccount.apiKey });
  onTestFinished(async () => {
    await Promise.all([didww.close(), vapi.close()]);
    faults.clear();
    await Promise.all(servers.map((server) => server.close()));
  });

  if (haveHeard) await Promise.all([didww.getBalance(), vapi.listTools()]);
  requests.clear();

  let noted: unknown;
  const attempt = async <I, O>(run: Activity<I, O>, input: I, number = 1): Promise<O> => {
    const environment = new MockActivityEnvironment(
      {
        attempt: number,
        startToCloseTimeoutMs: 30_000,
        heartbeatDetails: number === 1 ? undefined : noted,
        workflowExecution: { workflowId: 'connection/acme', runId: RUN_ID },
      },
      { interceptors: [() => ({ inbound: new FailureInterceptor() })], logger: new DefaultLogger('ERROR') },
    );
    environment.on('heartbeat', (details: unknown) => {
      noted = details;
    });
    const told = (what: unknown): void => {
      expectNoSecret(didwwAccount, what);
    };
    try {
      const result = await environment.run<[I, Patience], O, Activity<I, O>>(run, input, PATIENCE);
      told(result);
      return result;
    } catch (error) {
      told(error instanceof ApplicationFailure ? [error.message, error.details] : error);
      throw error;
    }
  };
  const connection = Connection.lazy({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  return {
    temporal: new Client({ connection }),
    didwwAccount,
    vapiAccount,
    assistant,
    faults,
    didww,
    vapi: () => vapi,
    sipCredentialCache: new SipCredentialCache(),
    attempt,
    failure: async (run, input, number) => {
      const error: unknown = await attempt(run, input, number).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (!(error instanceof ApplicationFailure)) throw new Error(`no failure of an activity: ${String(error)}`);
      const facts = error.details?.[0] as Omit<Failure, 'step'>;
      return { ...facts, retried: error.nonRetryable !== true };
    },
    asked: () => requests.all().map(lineOf),
    writes: () => {
      const lines = requests
        .all()
        .filter(({ write }) => write)
        .map(lineOf);
      requests.clear();
      return lines;
    },
  };
}

const lineOf = ({ method, path }: LoggedRequest): string => `${method} ${path.replace(/[0-9a-f-]{36}/, ':id')}`;

/** The only row of a table. */
export function only<T>(rows: ReadonlyMap<string, T>): T {
  expect(rows.size).toBe(1);
  const [row] = rows.values();
  if (row === undefined) throw new Error('no row');
  return row;
}

function expectNoSecret(account: DidwwAccount, told: unknown): void {
  const text = JSON.stringify([told]);
  for (const { authenticationMethod } of account.outboundTrunks.values()) {
    if (authenticationMethod.type !== 'credentials_and_ip') continue;
    expect(text).not.toContain(authenticationMethod.password);
    expect(text).not.toContain(authenticationMethod.username);
  }
}
