import { describe, expect, onTestFinished, test } from 'vitest';
import { createDidww, type DidwwClient } from '../../src/didww/index.js';
import { createRedactor } from '../../src/http/index.js';
import { DIDWW_KEY, didwwErrors, errorOf } from './given.js';
import { givenProvider, type Reply, type Seen } from './provider.js';

const OLD = '2026-04-16';
const NEW = '2026-11-19';

/** An account at DIDWW as its API and its token service show it; tests change it while it is used. */
class Account {
  /** Which version it has. */
  version: string = OLD;
  key = DIDWW_KEY;
  lifeSeconds = 900;
  /** Answers of the token service that come before any other. */
  readonly mints: Reply[] = [];
  /** Answers of the API that come before any other, to requests that were let in. */
  readonly answers: Reply[] = [];
  readonly issued: string[] = [];
  readonly good = new Set<string>();

  answer(request: Seen): Reply {
    return request.path === '/token' ? this.mint(request) : this.serve(request);
  }

  private mint({ headers }: Seen): Reply {
    const scripted = this.mints.shift();
    if (scripted !== undefined) return scripted;
    if (headers['api-key'] !== this.key) return { status: 401, body: { error: 'invalid_client' } };
    const token = `token-canary-${String(this.issued.length + 1)}`;
    this.issued.push(token);
    this.good.add(token);
    return { body: granted(token, this.version, this.lifeSeconds) };
  }

  private serve({ headers }: Seen): Reply {
    const isLetIn =
      this.version === OLD
        ? headers['api-key'] === this.key
        : this.good.has((headers.authorization ?? '').replace('Bearer ', ''));
    if (!isLetIn) return { status: 401 };
    return this.answers.shift() ?? { body: { data: BALANCE, meta: { api_version: this.version } } };
  }
}

const BALANCE = { id: 'b', type: 'balances', attributes: { balance: '1.00', credit: '0.00', total_balance: '1.00' } };

const granted = (token: string, version: string, seconds = 900): object => ({
  access_token: token,
  token_type: 'Bearer',
  expires_in: seconds,
  aud: 'api.didww.com',
  scope: 'full',
  api_version: version,
});

interface Given {
  readonly account: Account;
  readonly didww: DidwwClient;
  readonly seen: readonly Seen[];
  /** `METHOD path` of every request so far; a request that was let in by a token says so. */
  readonly requests: () => readonly string[];
  /** Moves the client's clock. */
  readonly advance: (ms: number) => void;
}

async function givenAccount(
  members: Partial<Pick<Account, 'version' | 'key' | 'lifeSeconds'>> = {},
  settings: Partial<Parameters<typeof createDidww>[0]> = {},
): Promise<Given> {
  const account = Object.assign(new Account(), members);
  const { url, seen } = await givenProvider((request) => account.answer(request));
  let now = 1_000_000;
  const didww = createDidww({ apiUrl: `${url}/v3`, apiKey: DIDWW_KEY, now: () => now, ...settings });
  onTestFinished(() => didww.close());
  return {
    account,
    didww,
    seen,
    requests: () =>
      seen.map(({ method, path, headers }) => `${method} ${path}${'authorization' in headers ? ' by token' : ''}`),
    advance: (ms) => {
      now += ms;
    },
  };
}

const byKey = 'GET /v3/balance';
const byToken = 'GET /v3/balance by token';
const mint = 'POST /token';

describe('the API version of an account', () => {
  test('that the key serves is found out by one request for all that wait, and no token is bought', async () => {
    const { didww, requests, seen } = await givenAccount();

    await Promise.all([didww.getBalance(), didww.getBalance(), didww.getBalance()]);
    await didww.getBalance();

    expect(requests()).toEqual([byKey, byKey, byKey, byKey, byKey]); // the first is the look
    expect(seen[1]?.headers).toMatchObject({ 'api-key': DIDWW_KEY, 'x-didww-api-version': OLD });
    expect(await didww.apiVersion()).toBe(OLD);
  });

  test('that refuses the key is served with one token, bought once for all that wait', async () => {
    const { didww, requests, seen } = await givenAccount({ version: NEW });

    await Promise.all([didww.getBalance(), didww.getBalance(), didww.getBalance()]);

    expect(requests()).toEqual([byKey, mint, byToken, byToken, byToken, byToken]);
    expect(seen[1]?.body).toEqual({ aud: 'api.didww.com', scope: 'full', api_version: NEW });
    expect(seen.at(-1)?.headers).toMatchObject({ authorization: 'Bearer token-canary-1' });
    expect(seen.at(-1)?.headers).not.toHaveProperty('api-key');
    expect(seen.at(-1)?.headers).not.toHaveProperty('x-didww-api-version');
    expect(await didww.apiVersion()).toBe(NEW);
  });

  test.each([
    ['limits its requests', { status: 429, headers: { 'retry-after': '7' } }, 'rate-limited'],
    ['has a fault', { status: 503 }, 'provider-fault'],
  ])('is not concluded from while DIDWW %s, and found out by the next request', async (_, reply, errorClass) => {
    const { account, didww, requests } = await givenAccount();
    account.answers.push(reply);

    expect(await errorOf(didww.getBalance())).toMatchObject({ errorClass, operation: 'GET /balance' });
    await didww.getBalance();

    expect(requests()).toEqual([byKey, byKey, byKey]);
  });

  test.each([
    ['later', '2027-05-20', 'install a newer one'],
    ['between the two', '2026-10-22', 'Upgrade the account to 2026-11-19'],
  ])('that is %s and unknown is named, with what to do', async (_, version, action) => {
    const { didww } = await givenAccount({ version });

    const error = await errorOf(didww.getBalance());

    expect(error).toMatchObject({ errorClass: 'unexpected-answer', isLasting: true });
    expect(error.message).toContain(`DIDWW serves this account in API version ${version}`);
    expect(error.action).toContain(action);
    expect(error.mayHaveTakenEffect).toBe(false);
  });

  test('that DIDWW refuses to mint a token of is asked for by name', async () => {
    const { account, didww, seen } = await givenAccount({ version: '2027-05-20' });
    account.mints.push({
      status: 400,
      body: { error: 'invalid_request', error_description: 'api_version is not valid' },
    });

    const error = await errorOf(didww.getBalance());

    expect(error.message).toContain('2027-05-20');
    expect(seen.at(-1)?.body).toEqual({ aud: 'api.didww.com', scope: 'full' });
  });

  test('that was set by hand is not looked for, and an account of another one is told apart from a wrong key', async () => {
    const fixed = await givenAccount({ version: NEW }, { version: NEW });
    await fixed.didww.getBalance();
    expect(fixed.requests()).toEqual([mint, byToken]);

    const stale = await givenAccount({ version: NEW }, { version: OLD });
    const error = await errorOf(stale.didww.getBalance());
    expect(error).toMatchObject({ errorClass: 'authentication' });
    expect(error.action).toContain('DIDWW_API_VERSION is 2026-04-16: where the account was upgraded, set it to auto');
    expect(stale.requests()).toEqual([byKey]);
  });
});

describe('a key', () => {
  test('that the token service refuses is wrong: all three causes are named', async () => {
    const { didww, requests } = await givenAccount({ version: NEW, key: 'another' });

    const error = await errorOf(didww.getBalance());

    expect(error).toMatchObject({ errorClass: 'authentication', operation: 'POST /token', mayHaveTakenEffect: false });
    expect(error.message).toBe('DIDWW did not accept the API key for POST /token (401): invalid_client.');
    expect(error.action).toMatch(/DIDWW_API_KEY.+same environment.+allowed IP addresses/);
    expect(requests()).toEqual([byKey, mint]);
  });

  test('that is refused where there is no token service is told with the setting that names one', async () => {
    const { account, didww } = await givenAccount({ version: NEW });
    account.mints.push({ status: 404, body: 'Not found' });

    const error = await errorOf(didww.getBalance());

    expect(error).toMatchObject({ errorClass: 'authentication' });
    expect(error.message).toMatch(
      /no token service of DIDWW at \S+ \(POST \/token: 404\), and the API key alone is not/,
    );
    expect(error.action).toContain('DIDWW_AUTH_URL');
  });

  test('of an account that is upgraded meanwhile buys a token: one for all, and each request once more', async () => {
    const versions: string[] = [];
    const { account, didww, requests } = await givenAccount({}, { onVersion: (version) => versions.push(version) });
    await didww.getBalance();
    account.version = NEW;
    const before = requests().length;

    await Promise.all([didww.getBalance(), didww.getBalance()]);

    expect(requests().slice(before).sort()).toEqual([byKey, byKey, byToken, byToken, byToken, mint].sort());
    expect(await didww.apiVersion()).toBe(NEW);
    expect(versions).toEqual([OLD, NEW]);
  });

  test('goes to no other address, although the token service redirects there', async () => {
    const elsewhere = await givenProvider(() => ({ body: granted('token-of-a-stranger', NEW) }));
    const { account, didww } = await givenAccount({ version: NEW });
    account.mints.push({ status: 307, headers: { location: `${elsewhere.url}/token` } });

    expect(await errorOf(didww.getBalance())).toMatchObject({ errorClass: 'unexpected-answer', status: 307 });
    expect(elsewhere.seen).toEqual([]);
  });
});

describe('an access token', () => {
  test('that the API refuses is replaced once for all who had it, and their requests are sent once more', async () => {
    const { account, didww, requests } = await givenAccount({ version: NEW });
    await didww.getBalance();
    account.good.clear();
    const before = requests().length;

    await Promise.all([didww.getBalance(), didww.getBalance()]);

    expect(requests().slice(before).sort()).toEqual([byToken, byToken, byToken, byToken, mint].sort());
    expect(account.issued).toHaveLength(2);
  });

  test('that is refused as soon as it was bought ends in an error, not in a loop', async () => {
    const { account, didww, requests } = await givenAccount({ version: NEW });
    await didww.getBalance();
    const before = requests().length;
    account.answers.push({ status: 401 }, { status: 401 }, { status: 401 });

    const error = await errorOf(didww.deleteInboundTrunk('in-1'));

    expect(requests().slice(before)).toEqual([
      'DELETE /v3/voice_in_trunks/in-1 by token',
      mint,
      'DELETE /v3/voice_in_trunks/in-1 by token',
    ]);
    expect(error).toMatchObject({ errorClass: 'authentication', mayHaveTakenEffect: false });
    expect(error.action).toMatch(/same environment.+allowed IP addresses/);
  });

  test('that is refused while the version is found out is not used again', async () => {
    const { account, didww, requests } = await givenAccount({ version: NEW });
    account.answers.push({ status: 401 }, { status: 401 });

    expect(await errorOf(didww.getBalance())).toMatchObject({
      errorClass: 'authentication',
      operation: 'GET /balance',
    });
    expect(requests()).toEqual([byKey, mint, byToken, mint, byToken]);
    await didww.getBalance();

    expect(account.issued).toHaveLength(3);
  });

  test('is renewed before it runs out, while requests go on with the old one', async () => {
    const { account, didww, requests, advance } = await givenAccount({ version: NEW });
    await didww.getBalance();
    advance(719_000); // 181 s of 900 are left
    await didww.getBalance();
    expect(account.issued).toHaveLength(1);

    advance(2_000);
    await didww.getBalance();
    await expect.poll(() => account.issued.length).toBe(2);
    await expect.poll(async () => (await didww.getBalance(), requests().at(-1))).toBe(byToken);
    expect(account.issued).toHaveLength(2);
  });

  test.each([
    [60, 47_000, 49_000],
    [300, 239_000, 241_000],
    [3_600, 2_879_000, 2_881_000],
  ])('of %i s is renewed when a fifth of its life is left', async (lifeSeconds, tooEarly, late) => {
    const { account, didww, advance } = await givenAccount({ version: NEW, lifeSeconds });
    await didww.getBalance();
    advance(tooEarly);
    await didww.getBalance();
    expect(account.issued).toHaveLength(1);

    advance(late - tooEarly);
    await didww.getBalance();
    await expect.poll(() => account.issued.length).toBe(2);
  });

  test('that cannot be renewed yet is used as long as it is good, and the token service is left alone as it asks', async () => {
    const { account, didww, requests, advance } = await givenAccount({ version: NEW });
    await didww.getBalance();
    account.mints.push({ status: 429, headers: { 'retry-after': '60' }, body: { error: 'rate_limit_exceeded' } });
    advance(730_000);

    await didww.getBalance();
    await expect.poll(() => requests().filter((one) => one === mint).length).toBe(2);
    await didww.getBalance();
    await didww.getBalance();
    expect(requests().filter((one) => one === mint)).toHaveLength(2);

    advance(61_000);
    await didww.getBalance();
    await expect.poll(() => account.issued.length).toBe(2);
  });

  test('that has run out is bought anew before the request is sent', async () => {
    const { account, didww, requests, advance } = await givenAccount({ version: NEW });
    await didww.getBalance();
    advance(901_000);
    const before = requests().length;

    await didww.getBalance();

    expect(requests().slice(before)).toEqual([mint, byToken]);
    expect(account.issued).toHaveLength(2);
  });

  test.each([
    ['429', { status: 429, headers: { 'retry-after': '9' } }, { errorClass: 'rate-limited', retryAfterMs: 9_000 }],
    ['500', { status: 500 }, { errorClass: 'provider-fault' }],
    ['a form that nobody knows', { body: { token: 'x' } }, { errorClass: 'unexpected-answer' }],
    ['400', { status: 400, body: { error: 'invalid_scope' } }, { errorClass: 'unexpected-answer' }],
    ['404', { status: 404 }, { errorClass: 'authentication' }],
    ['409', { status: 409 }, { errorClass: 'unexpected-answer' }],
    ['410', { status: 410 }, { errorClass: 'authentication' }],
  ])(
    'that is answered with %s fails without a word on what the request is about, and nothing was written',
    async (_, reply, expected) => {
      const { account, didww } = await givenAccount({ version: NEW });
      account.mints.push(reply, reply);

      expect(await errorOf(didww.deleteInboundTrunk('in-1'))).toMatchObject({
        ...expected,
        operation: 'POST /token',
        mayHaveTakenEffect: false,
      });
    },
  );

  test('is bought for all although one of them gives up, who is told of its own reason', async () => {
    const account = new Account();
    account.version = NEW;
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const { url, seen } = await givenProvider((request, response) => {
      if (request.path !== '/token') return account.answer(request);
      void released.then(() => response.end(JSON.stringify(account.answer(request).body)));
      return 'silence';
    });
    const didww = createDidww({ apiUrl: `${url}/v3`, apiKey: DIDWW_KEY, version: NEW });
    onTestFinished(() => didww.close());
    const stopped = new AbortController();
    const givesUp = expect(didww.getBalance({ signal: stopped.signal })).rejects.toThrow('a person stopped it');
    const runsOut = errorOf(didww.getBalance({ signal: AbortSignal.timeout(50) }));
    const waits = didww.getBalance();
    await expect.poll(() => seen.length).toBe(1);

    stopped.abort(new Error('a person stopped it'));
    await givesUp;
    expect(await runsOut).toMatchObject({ errorClass: 'network', operation: 'POST /token' });
    release();

    expect((await waits).total).toBe('1.00');
    expect(account.issued).toHaveLength(1);
  });

  test('is known to the redactor before it is used, and in no message', async () => {
    const redactor = createRedactor();
    const { account, didww } = await givenAccount({ version: NEW }, { redactor });
    const leak = { status: 422, body: didwwErrors({ title: 'x', detail: 'no: token-canary-1 / didww-canary-key-01' }) };
    account.answers.push({ body: { data: BALANCE, meta: { api_version: NEW } } }, leak);

    const error = await errorOf(didww.getBalance());

    expect(JSON.stringify([error.message, error.problems])).not.toContain('canary');
    expect(redactor.redact('token-canary-1')).toBe('[redacted]');
  });
});

describe('a refusal with 403', () => {
  test.each<[string, Reply & { readonly path?: string }, RegExp]>([
    [
      'for a token that may only read',
      { headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' } },
      /may only read/,
    ],
    ['by its title alone', { body: didwwErrors({ title: 'Insufficient scope', detail: 'x' }) }, /may only read/],
    ['of outbound trunks', { path: 'out' }, /"Outbound API".+outbound calls/],
    ['of anything else', {}, /read-only/],
  ])('%s says which right is missing', async (_, { path, ...reply }, advice) => {
    const { account, didww } = await givenAccount({ version: NEW }, { version: NEW });
    account.answers.push({ status: 403, ...reply });

    const refused = path === 'out' ? didww.findOutboundTrunks({}) : didww.deleteInboundTrunk('in-1');

    const error = await errorOf(refused);
    expect(error.errorClass).toBe('permission');
    expect(error.action).toMatch(advice);
  });

  test('of outbound trunks at 2026-04-16 names the one product that is to be enabled', async () => {
    const { account, didww } = await givenAccount({}, { version: OLD });
    account.answers.push({ status: 403 });

    expect((await errorOf(didww.findOutboundTrunks({}))).action).toBe(
      'Ask DIDWW support to enable "Outbound" for this account.',
    );
  });
});

test('no key is ever forgotten by the redactor, however many other secrets it has seen', () => {
  const redactor = createRedactor(['didww-canary-key-01']);
  redactor.keep('vapi-canary-key-02');
  for (let n = 0; n < 25_000; n += 1) redactor.add(`secret-${String(n)}`);

  expect(redactor.redact('didww-canary-key-01 vapi-canary-key-02 secret-24999')).toBe(
    '[redacted] [redacted] [redacted]',
  );
});

test('a secret that was seen again lately outlives those that were not', () => {
  const redactor = createRedactor();
  redactor.add('digest-canary');
  for (let n = 0; n < 15_000; n += 1) redactor.add(`secret-${String(n)}`);
  redactor.add('digest-canary');
  for (let n = 15_000; n < 30_000; n += 1) redactor.add(`secret-${String(n)}`);

  expect(redactor.redact('digest-canary')).toBe('[redacted]');
});
