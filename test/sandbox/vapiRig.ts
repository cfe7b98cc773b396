import { type Dispatcher, request } from 'undici';

import { createVapiServer, noTelephony, VapiAccount } from '../../src/sandbox/vapi/index.js';
import { FaultBoard, listenOnLoopback, RequestLog } from '../../src/sandbox/plumbing/index.js';

export interface VapiRig {
  readonly account: VapiAccount;
  readonly faults: FaultBoard;
  readonly url: string;
  /** Sends a request with key and user agent; header values of undefined leave a header out. */
  send(
    method: Dispatcher.HttpMethod,
    path: string,
    body?: unknown,
    headers?: Record<string, string | undefined>,
  ): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The parsed body; undefined where it is not JSON. */
  readonly body: unknown;
}

/** One organisation's API on loopback, with a network in which nothing rings unless one is given. */
export async function givenVapi(
  account = new VapiAccount({ region: 'us', apiKey: 'key-of-the-us-organisation' }),
  telephony = noTelephony,
): Promise<VapiRig> {
  const faults = new FaultBoard();
  const app = createVapiServer(account, telephony, { faults, requests: new RequestLog(), latency: () => 0 });
  const url = await listenOnLoopback(app);
  return {
    account,
    faults,
    url,
    send: async (method, path, body, headers = {}) => {
      const all: Readonly<Record<string, string | undefined>> = {
        authorization: `Bearer ${account.apiKey}`,
        'user-agent': 'patchbay-test',
        ...headers,
      };
      const present = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const answer = await request(`${url}${path}`, {
        method,
        headers: Object.fromEntries([...present, ['content-type', 'application/json']]),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.body.text();
      return { status: answer.statusCode, text, body: parsed(text) };
    },
    stop: async () => {
      faults.clear();
      await app.close();
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
