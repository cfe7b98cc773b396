import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { RefusedByTemporalError, temporalFault, UnreachableError } from '../../src/client.js';
import { certificateFor, grpcServer } from '../support/grpcServer.js';

beforeAll(() => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
  });
});

const WORDS = 'Request "one" unauthorized.';

/** What the native core throws where a worker is made on this Temporal, as a person is told of it. */
async function told(address: string, namespace = 'default', tls = false): Promise<unknown> {
  try {
    const connection = await NativeConnection.connect({ address, tls });
    onTestFinished(() => connection.close());
    await Worker.create({ connection, namespace, taskQueue: 'q', activities: { act: () => undefined } });
    return undefined;
  } catch (error) {
    return temporalFault(error, { address, namespace });
  }
}

test.each([
  [2, RefusedByTemporalError, 'refuses the request'],
  [3, RefusedByTemporalError, 'refuses the request'],
  [5, RefusedByTemporalError, 'does not find'],
  [7, RefusedByTemporalError, 'does not allow this'],
  [8, UnreachableError, 'takes no more requests'],
  [13, RefusedByTemporalError, 'refuses the request'],
  [14, UnreachableError, 'does not answer'],
  [16, RefusedByTemporalError, 'does not accept the credentials'],
])(
  'status %i at the connection of the native core is told with the own words of the server',
  async (status, kind, what) => {
    const error = await told(await grpcServer({ status, words: WORDS }));

    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({
      message: expect.stringMatching(new RegExp(`${what}.*It says: ${WORDS}$`)) as string,
    });
  },
);

// What may pass the native core asks again for minutes when a worker is made.
test.each([
  [3, 'refuses the request'],
  [7, 'does not allow this'],
  [16, 'does not accept the credentials'],
])('status %i where a worker is made is told with the own words of the server', async (status, what) => {
  const error = await told(await grpcServer({ status, words: WORDS, letsConnect: true }));

  expect(error).toBeInstanceOf(RefusedByTemporalError);
  expect(error).toMatchObject({ message: expect.stringMatching(new RegExp(`${what}.*It says: ${WORDS}$`)) as string });
});

test('a namespace that is not there is known in the errors of the native core', async () => {
  expect(await told(inject('temporalAddress'), 'of-nobody')).toMatchObject({
    message: expect.stringMatching(/has no namespace of-nobody/) as string,
  });
});

test('what is wrong below any answer is told without the words of the native core', async () => {
  const tls = await certificateFor('IP:127.0.0.1');
  const faults = await Promise.all([
    told('127.0.0.1:1'),
    told(await grpcServer({ status: 16 }), 'default', true),
    told(await grpcServer({ status: 16, tls }), 'default', true),
  ]);

  expect(faults.map((fault) => (fault as Error).message.replace(/^.*at 127\.0\.0\.1:\d+: /, ''))).toEqual([
    'it cannot be reached.',
    'it does not speak TLS there.',
    "its certificate is an authority's own, which the worker's TLS does not take for a server.",
  ]);
});
