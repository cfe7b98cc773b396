/**
 * Removes secrets from text that leaves an activity: messages, logs. One is shared by both provider clients
 * of a worker.
 */
export interface Redactor {
  /**
   * Registers a secret that became known at run time, e.g. a digest password. Values too short to be told
   * from ordinary words are ignored.
   */
  add(secret: string | null | undefined): void;
  /** Registers a secret that is never forgotten, however many others come: an API key. */
  keep(secret: string): void;
  /** The text without any registered secret, and without whatever looks like a credential. */
  redact(text: string): string;
}

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Shorter values occur in ordinary words; DIDWW's generated passwords have 10 to 16 characters. */
const SHORTEST_SECRET = 6;

/**
 * A worker may see secrets of its connections and access tokens for years; beyond this the longest unseen
 * are forgotten.
 */
const MOST_SECRETS = 20_000;

/**
 * What looks like a credential although nobody registered it. Each keeps its first group, the part that
 * says what was removed.
 */
const SUSPECTS: readonly RegExp[] = [
  /\b(bearer\s+)[^\s"',;]{8,}/gi,
  /\b(authorization["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\n"',;]+)/gi,
  /((?:password|passwd|secret|api[-_ ]?key|token)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s"',;}]+)/gi,
  /\b((?:sips?|https?|wss?):(?:\/\/)?[^\s:@/]+:)[^\s@/]+(?=@)/gi,
  /\b((?:https?|wss?):\/\/[^\s?"'<>]+\?)[^\s"'<>]+/gi,
];

/** A redactor that knows these secrets from the start and never forgets them. */
export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const kept = new Set<string>();
  /** In the order in which they were last seen. */
  const known = new Set<string>();

  const keep = (secret: string): void => {
    for (const spelling of spellings(secret)) kept.add(spelling);
  };
  for (const secret of secrets) keep(secret);

  const add = (secret: string | null | undefined): void => {
    if (secret == null) return;
    for (const spelling of spellings(secret)) {
      known.delete(spelling);
      known.add(spelling);
    }
    for (const oldest of known) {
      if (known.size <= MOST_SECRETS) break;
      known.delete(oldest);
    }
  };

  return {
    add,
    keep,
    redact(text) {
      let clean = text;
      for (const secrets of [kept, known]) {
        for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, REDACTED);
      }
      for (const suspect of SUSPECTS) clean = clean.replace(suspect, `$1${REDACTED}`);
      return clean;
    },
  };
}

/** A secret can come back as it is, inside JSON text, or inside a URL. None of a value that is too short. */
function spellings(secret: string): ReadonlySet<string> {
  if (secret.length < SHORTEST_SECRET) return new Set();
  return new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
}
