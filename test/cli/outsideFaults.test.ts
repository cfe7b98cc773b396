/**
 * Every error that the file system, the network, the parser and Temporal's SDK are known for, thrown into
 * each command's start: it ends with 2, names what is in the way, and is no fault in Patchbay. The commands
 * run in this process; what throws is the door that they go out by.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { IllegalStateError } from '@temporalio/common';
import { afterAll, afterEach, describe, expect, inject, test, vi } from 'vitest';
import { YAMLParseError } from 'yaml';
import { ZodError } from 'zod';
import { whyOf } from '../../src/domain/reports/systemFault.js';
import { tell } from '../../src/cli/output/errorText.js';
import { grpcServer } from '../support/grpcServer.js';
import { KEYS, REQUEST, TEMPORAL_COMMANDS } from './commandLines.js';
import { runPatchbay, type Spoken } from './runPatchbay.js';

/**
 * The door that is shut: a function of Node's, for names that hold this text, what it throws, and how often
 * somebody came to it.
 */
const door = vi.hoisted(() => ({ call: '', at: '', error: new Error(), hits: 0 }));

/** A module whose functions throw where their door is shut. */
const guarded = vi.hoisted(
  () => (module: object, isAsync: boolean) =>
    Object.fromEntries(
      Object.entries(module).map(([name, member]: [string, unknown]) => {
        if (typeof member !== 'function' || /^[A-Z]/.test(name)) return [name, member];
        const call = (...args: unknown[]): unknown => {
          if (door.call !== name || !String(args[0]).includes(door.at)) return Reflect.apply(member, undefined, args);
          door.hits++;
          if (isAsync) return Promise.reject(door.error);
          throw door.error;
        };
        return [name, Object.defineProperties(call, Object.getOwnPropertyDescriptors(member))]; // `promisify` needs them
      }),
    ),
);

vi.mock('node:fs', async (original) => guarded(await original<object>(), false));
vi.mock('node:fs/promises', async (original) => guarded(await original<object>(), true));
vi.mock('node:child_process', async (original) => guarded(await original<object>(), false));
vi.mock('yaml', async (original) => guarded(await original<object>(), false));
vi.mock('../../src/worker.js', async (original) => guarded(await original<object>(), true));

afterEach(() => {
  door.call = '';
  vi.restoreAllMocks();
});

const folder = mkdtempSync(join(tmpdir(), 'patchbay-outside-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
/** Files with which nothing is wrong, so that only the door is in the way. */
function given(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const scenario = given('given-file-scenario', 'latencyMs: 0\n');
const request = given('given-file-request', REQUEST);
const key = given('given-file-key', 'key\n');
const config = given('given-file-config', '[profile.default]\nnamespace = "default"\n');
const authority = join(folder, 'given-file-authority');
execFileSync('openssl', [
  ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=patchbay-test'],
  ...['-keyout', join(folder, 'key.pem'), '-out', authority],
]);
const program = join(folder, 'temporal-program');
writeFileSync(program, '#!/bin/sh\necho "temporal version 1.9.0 (x)"\n', { mode: 0o755 });
mkdirSync(join(folder, 'data', 'patchbay'), { recursive: true });
writeFileSync(join(folder, 'data', 'patchbay', 'temporal.db'), '');

const HERE = { HOME: folder, XDG_DATA_HOME: join(folder, 'data'), TEMPORAL_CLI_PATH: program };
/** Nobody listens on the discard port. */
const NOWHERE = { TEMPORAL_ADDRESS: '127.0.0.1:9' };

/** As Node throws them (https://nodejs.org/api/errors.html#common-system-errors), with path or address. */
const ERRNOS = [
  ...['EACCES', 'EADDRINUSE', 'EADDRNOTAVAIL', 'EAGAIN', 'EAI_AGAIN', 'EBUSY', 'ECONNREFUSED', 'ECONNRESET', 'EDQUOT'],
  ...['EEXIST', 'EHOSTUNREACH', 'EINVAL', 'EIO', 'EISDIR', 'ELOOP', 'EMFILE', 'ENAMETOOLONG', 'ENETUNREACH', 'ENFILE'],
  ...[
    'ENODEV',
    'ENOENT',
    'ENOEXEC',
    'ENOMEM',
    'ENOSPC',
    'ENOTDIR',
    'ENOTEMPTY',
    'ENOTFOUND',
    'ENXIO',
    'EPERM',
    'EPIPE',
  ],
  ...['EROFS', 'ESTALE', 'ETIMEDOUT', 'ETXTBSY', 'EXDEV', 'EOVERFLOW'],
] as const;

const systemError = (code: string, besides: object = { path: `/somewhere/${code}` }): Error =>
  Object.assign(new Error(`${code}: as Node puts it`), { code, errno: -1, syscall: 'open', ...besides });

/** Shuts a door for what follows. */
const shut = (call: string, at: string, error: Error): void => void Object.assign(door, { call, at, error, hits: 0 });

function noFault(spoken: Spoken, ...names: readonly string[]): void {
  expect(spoken).toMatchObject({ code: 2, stdout: '' });
  for (const name of names) expect(spoken.stderr).toContain(name);
  expect(spoken.stderr).not.toMatch(/fault in Patchbay|as Node puts it|E[A-Z]{3,}: /);
}

/** The command came to the shut door, and says of it what the door said. */
function noFaultAtDoor(spoken: Spoken, ...names: readonly string[]): void {
  noFault(spoken, whyOf(door.error), ...names);
  expect(door.hits).toBeGreaterThan(0);
}

/** Where a start goes out to the file system, and what has to be named where it is refused there. */
const DOORS: readonly (readonly [
  command: string,
  call: string,
  at: string,
  env: Readonly<Record<string, string>>,
  named: string,
  /** The one error that is no fault there: no database yet. */
  expected?: string,
])[] = [
  ...[`onboard ${request}`, `retry acme ${request}`, `verify acme ${request}`].flatMap((command) =>
    ['openSync', 'statSync'].map(
      (call) => [command, call, 'given-file', NOWHERE, 'given-file-request cannot be read'] as const,
    ),
  ),
  [`sandbox --scenario ${scenario}`, 'openSync', 'given-file', {}, 'given-file-scenario'],
  [`onboard ${request}`, 'readSync', '', NOWHERE, 'given-file-request cannot be read'],
  ...['worker', 'dev --live'].map(
    (command) =>
      [
        command,
        'openSync',
        'given-file',
        { ...HERE, DIDWW_API_KEY: '', DIDWW_API_KEY_FILE: key },
        'DIDWW_API_KEY_FILE',
      ] as const,
  ),
  ...['list', 'status acme', 'watch acme', 'cancel acme', 'resume acme', 'retry acme', 'offboard acme', 'worker'].map(
    (command) => [command, 'openSync', 'given-file', { TEMPORAL_CONFIG_FILE: config }, 'TEMPORAL_CONFIG_FILE'] as const,
  ),
  [
    'list',
    'openSync',
    'given-file',
    { TEMPORAL_TLS_SERVER_CA_CERT_PATH: authority },
    'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  ],
  ...['demo', 'dev', 'dev --live'].flatMap((command) => [
    [command, 'statSync', 'temporal-program', HERE, 'TEMPORAL_CLI_PATH'] as const,
    [command, 'mkdir', 'kept', { ...HERE, TEMPORAL_CLI_PATH: '', XDG_CACHE_HOME: '/kept' }, 'XDG_CACHE_HOME'] as const,
  ]),
  ...['mkdir', 'chmod'].map((call) => ['dev --live', call, 'patchbay', HERE, 'XDG_DATA_HOME'] as const),
  ['dev --live', 'access', 'temporal.db', HERE, 'XDG_DATA_HOME', 'ENOENT'],
  ['dev --live', 'open', 'temporal.db.lock', HERE, 'XDG_DATA_HOME'],
];

describe.each(
  DOORS.map(([command, call, at, env, named, expected = '']) => [command, call, at, env, named, expected] as const),
)('patchbay %s, refused at %s of %s', (command, call, at, env, named, expected) => {
  test('by every error of the file system ends with 2 and says what to set or mend', async () => {
    vi.stubEnv('PATH', join(folder, 'no-bin'));
    for (const code of ERRNOS.filter((one) => one !== expected)) {
      shut(call, at, systemError(code));
      noFaultAtDoor(await runPatchbay(command.split(' '), { env: { HOME: folder, ...KEYS, ...env } }), named);
    }
    vi.unstubAllEnvs();
  });
});

describe('ports that cannot be listened on', () => {
  const refuse = (error: Error) =>
    vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
      process.nextTick(() => this.emit('error', error));
      return this;
    });

  test.each([
    ['sandbox', '127.0.0.1:7'],
    ['sandbox --port-base 8000', '--port-base'],
    ['demo', '127.0.0.1:7'],
    ['dev', '127.0.0.1:7'],
    ['dev --live', '127.0.0.1:7'],
  ])('end patchbay %s with 2', async (command, named) => {
    for (const code of ['EACCES', 'EADDRINUSE', 'EADDRNOTAVAIL', 'EMFILE']) {
      refuse(systemError(code, { syscall: 'listen', address: '127.0.0.1', port: 7 }));
      noFault(await runPatchbay(command.split(' '), { env: { ...KEYS, ...HERE } }), named);
    }
  });
});

test.each(['demo', 'dev', 'dev --live'])('a server that cannot be started ends patchbay %s with 2', async (command) => {
  for (const code of ERRNOS) {
    shut('spawn', '/bin/sh', systemError(code, { syscall: 'spawn /bin/sh', path: '/bin/sh' }));
    noFaultAtDoor(await runPatchbay(command.split(' '), { env: { ...KEYS, ...HERE } }), '/bin/sh');
  }
});

test.each([
  ['onboard', '-'],
  ['retry', 'acme', '-'],
  ['verify', 'acme', '-'],
])('a standard input that fails ends patchbay %s with 2', async (...args) => {
  for (const code of ERRNOS) {
    const input = new Readable({ read: () => undefined });
    input.destroy(systemError(code, {}));
    noFault(await runPatchbay(args, { env: NOWHERE, input }), 'Standard input cannot be read');
  }
});

test.each([`onboard ${request}`, `retry acme ${request}`, `verify acme ${request}`, `sandbox --scenario ${scenario}`])(
  'a text that the parser fails on ends patchbay %s with 2',
  async (command) => {
    const errors = [
      new YAMLParseError([0, 1], 'IMPOSSIBLE', 'as the parser puts it'),
      new RangeError('Maximum call stack size exceeded'),
      new ReferenceError('Unresolved alias'),
    ];
    for (const error of errors) {
      shut('parseAllDocuments', '', error);
      noFault(await runPatchbay(command.split(' '), { env: NOWHERE }), 'given-file', 'is neither YAML nor JSON');
      expect(door.hits).toBeGreaterThan(0);
    }
  },
);

const NOT_FOUND = 5;

describe('what Temporal and its SDK throw', () => {
  test('every gRPC status but 0 ends every command with 2', async () => {
    const statuses = Array.from({ length: 16 }, (_, at) => at + 1);
    const told = statuses.map(async (status) => {
      const address = await grpcServer({ status, letsConnect: true });
      const env = { ...KEYS, TEMPORAL_ADDRESS: address };
      const ran = await Promise.all(
        TEMPORAL_COMMANDS.map(async (command) => ({
          status,
          command,
          ...(await runPatchbay(command.split(' '), { env, input: REQUEST })),
        })),
      );
      // A connection of which nothing is found is none to act on.
      return { named: status === NOT_FOUND ? '' : address, ran };
    });

    for (const { named: address, ran } of await Promise.all(told)) {
      for (const { status, command, ...spoken } of ran) {
        expect({ status, command, code: spoken.code }).toEqual({ status, command, code: 2 });
        noFault(spoken, address);
      }
    }
  });

  const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
  const NATIVE = [
    named('TransportError', 'Server connection error: tonic::transport::Error(Transport, ConnectError("refused"))'),
    ...['PermissionDenied', 'Unauthenticated', 'NotFound', 'Internal', 'Unavailable'].map((code) =>
      named('TransportError', `failed to call: Status { code: ${code}, message: "its own words", metadata: {} }`),
    ),
    named('UnexpectedError', 'Worker validation failed: Status { code: PermissionDenied, message: "its own words" }'),
    named('UnexpectedError', 'Failed to initialize the worker'),
    named('NativePromiseDroppedError', 'The promise was dropped'),
    named('ShutdownError', 'The worker has been shut down'),
    new IllegalStateError('Runtime has been shut down'),
  ];

  test.each(NATIVE.map((error) => [error.name, error.message, error] as const))(
    'an error of the native core ends the worker with 2: %s, %s',
    async (_name, _message, error) => {
      const address = inject('temporalAddress');
      shut('startWorker', '', error);
      const spoken = await runPatchbay(['worker'], { env: { ...KEYS, TEMPORAL_ADDRESS: address } });
      noFault(spoken, address);
      expect(door.hits).toBe(1);
    },
  );
});

describe('whatever else comes from outside', () => {
  test.each(ERRNOS)('%s is no fault in Patchbay, nor as the cause of another error', (code) => {
    const ends = [systemError(code), new Error('fetch failed', { cause: systemError(code) })].map(tell);
    for (const { exitCode, lines } of ends) {
      expect(exitCode).toBe(2);
      expect(lines[0]).toContain(`/somewhere/${code}`);
      expect(lines[1]).not.toBe('');
    }
  });

  test('a form that is another one is told by its members', () => {
    const error = new ZodError([{ code: 'custom', path: ['numbers', 0], message: 'must be text', input: 1 }]);
    expect(tell(error)).toMatchObject({
      exitCode: 2,
      lines: [expect.stringContaining('numbers.0: must be text'), expect.any(String)],
    });
  });

  test('a mistake in the code of Patchbay stays one', () => {
    expect(tell(new TypeError('x is undefined')).exitCode).toBe(70);
  });
});
