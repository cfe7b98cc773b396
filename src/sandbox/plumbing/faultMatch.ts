/**
 * Which requests a fault meets: `POST /phone-number`, `DELETE /voice_in_trunks/:id`, `GET /exports/*`,
 * `* /call`, or a pattern over `METHOD /path`. Paths are below the server's base address and without the
 * query.
 */
export type FaultMatch = string | RegExp;

/** Turns a match into a test of method and path. Throws where the text is not `METHOD /path`. */
export function matcher(match: FaultMatch): (method: string, path: string) => boolean {
  if (match instanceof RegExp) return (method, path) => new RegExp(match.source, match.flags).test(`${method} ${path}`);
  const [, method, template] = /^([A-Z]+|\*) (\/.*|\*)$/.exec(match) ?? [];
  if (method === undefined || template === undefined) {
    throw new Error(`A fault is matched as "METHOD /path", for example "DELETE /voice_in_trunks/:id"; got "${match}".`);
  }
  const pattern = new RegExp(`^${template.split('/').map(segmentPattern).join('/')}$`);
  return (requestMethod, path) => (method === '*' || method === requestMethod) && pattern.test(path);
}

function segmentPattern(segment: string): string {
  if (segment === '*') return '.*';
  if (segment.startsWith(':')) return '[^/]+';
  return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
