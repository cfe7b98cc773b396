/** Command lines that talk to Temporal, and what they need to get that far. */

/** Those of a client. */
const CLIENTS: readonly string[] = [
  ...['list', 'status acme', 'watch acme', 'cancel acme', 'resume acme', 'retry acme'],
  ...['offboard acme', 'offboard acme --region us', 'verify acme --region us'],
  ...['verify acme --every 24h --region us', 'verify acme --stop', 'onboard -'],
];

/** Those of a client, and the worker; the words of each are parted by single spaces. */
export const TEMPORAL_COMMANDS: readonly string[] = [...CLIENTS, 'worker'];

/** Keys of nobody, for commands that read them. */
export const KEYS = { DIDWW_API_KEY: 'a', VAPI_API_KEY: 'b' };

/** A request of this connection with which nothing is wrong. */
export const requestText = (connection: string): string =>
  JSON.stringify({
    connection,
    region: 'us',
    assistantId: '3b8d1f0e-6c5a-4b52-9a53-6f1f1e0d7c11',
    numbers: [{ number: '+12025550123' }],
  });

/** The request that `onboard -` reads. */
export const REQUEST = requestText('acme');
