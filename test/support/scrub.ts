/** Members of a history that say where it was recorded, and nothing that a replay looks at. */
const OF_THE_MACHINE = ['identity', 'stackTrace', 'buildId', 'binaryChecksum'];
/** A worker's own queue is named after its process and host. */
const WORKERS_QUEUE = /^\d+@.+-[0-9a-f]{32}$/;

/**
 * A history as JSON text, one event a line, without what tells of the machine that it was recorded on:
 * process ids, host, paths, hash of the bundle.
 */
export function scrubbed(json: string): string {
  const { events } = JSON.parse(json) as { readonly events: readonly unknown[] };
  return `{"events":[\n${events.map((event) => JSON.stringify(event, scrub)).join(',\n')}\n]}\n`;
}

function scrub(key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return value;
  return OF_THE_MACHINE.includes(key) || WORKERS_QUEUE.test(value) ? 'recorded' : value;
}
