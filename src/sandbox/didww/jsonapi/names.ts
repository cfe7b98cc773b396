/** `external_reference_id` → `externalReferenceId`; `max_30x_redirects` → `max30xRedirects`. */
export function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The inverse of `camel` for every attribute name of the API. */
export function snake(name: string): string {
  return name.replace(/([a-z])(?=\d)|([a-z0-9])(?=[A-Z])/g, '$&_').toLowerCase();
}

/** Renames the keys of one level; values stay as they are. */
export function snakeKeys(record: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]: [string, unknown]) => [snake(name), value]));
}
