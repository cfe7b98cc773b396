/** Fields of a partial write; an undefined one counts as absent. */
export type Patch<T> = { readonly [K in keyof T]?: T[K] | undefined };

/**
 * Shallow: each key that is present replaces the whole of what stood there (docs/providers/vapi.md,
 * Assistants).
 */
export function merged<T extends object>(row: T, patch: Patch<T>): T {
  const present = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...row, ...Object.fromEntries(present) };
}
