/** The connection that an input names, before the input is read: of a bad one too its result says whose it is. */
export function slugIn(input: unknown): string {
  const slug = typeof input === 'object' && input !== null && 'connection' in input ? input.connection : undefined;
  return typeof slug === 'string' ? slug.trim() : '';
}
