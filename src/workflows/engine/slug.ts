/** The connection that an input names, before it is read: the result of a bad one says whose it is, too. */
export function slugIn(input: unknown): string {
  const slug = typeof input === 'object' && input !== null && 'connection' in input ? input.connection : undefined;
  return typeof slug === 'string' ? slug.trim() : '';
}
