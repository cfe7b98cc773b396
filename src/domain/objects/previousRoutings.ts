/**
 * The memory of what numbers were routed to before a connection took them over: text in the description of
 * its inbound trunk, where a later run finds it (docs/providers/didww.md, Inbound trunks). A person may
 * write into the same description: what is not ours is kept as it is.
 */

/** What a number was routed to before it was taken over. */
export interface PreviousRouting {
  /** `+E.164`. */
  readonly number: string;
  readonly routing: { readonly kind: 'trunk' | 'group'; readonly id: string };
}

/** Numbers that one description remembers at the most: its greatest length is not documented. */
export const MOST_PREVIOUS_ROUTINGS = 40;

/** The text of these routings, one a line; empty where there are none. */
export const renderPreviousRoutings = (routings: readonly PreviousRouting[]): string =>
  routings.map(({ number, routing }) => `[patchbay] ${number} was routed to ${routing.kind} ${routing.id}`).join('\n');

/**
 * The routings that a description remembers, each number once, the last mention counting. Other text is
 * passed over; never throws.
 */
export function readPreviousRoutings(description: string | null): readonly PreviousRouting[] {
  const byNumber = new Map<string, PreviousRouting>();
  for (const match of (description ?? '').matchAll(ENTRY)) {
    const [, number, kind, id] = match;
    if (number === undefined || id === undefined) continue;
    byNumber.set(number, { number, routing: { kind: kind === 'group' ? 'group' : 'trunk', id } });
  }
  return [...byNumber.values()];
}

/**
 * The description with these routings added, each in place of what it remembered of that number; a person's
 * text stays. Null where nothing is left.
 */
export function mergePreviousRoutings(description: string | null, added: readonly PreviousRouting[]): string | null {
  const byNumber = new Map(readPreviousRoutings(description).map((routing) => [routing.number, routing]));
  for (const routing of added) byNumber.set(routing.number, routing);
  return write(description, [...byNumber.values()]);
}

/** The description without what it remembers of these numbers. Null where nothing is left. */
export const forgetNumbers = (description: string | null, numbers: readonly string[]): string | null =>
  write(
    description,
    readPreviousRoutings(description).filter(({ number }) => !numbers.includes(number)),
  );

/**
 * The description without these routings; an entry that says something else of such a number stays. Null
 * where nothing is left.
 */
export function removePreviousRoutings(description: string | null, removed: readonly PreviousRouting[]): string | null {
  const gone = new Set(removed.map((routing) => renderPreviousRoutings([routing])));
  const kept = readPreviousRoutings(description).filter((routing) => !gone.has(renderPreviousRoutings([routing])));
  return write(description, kept);
}

/**
 * The description with each of these routings taken back to what it remembered of that number before, if
 * anything; what says something else by now stays.
 */
export function restorePreviousRoutings(
  description: string | null,
  added: readonly PreviousRouting[],
  before: readonly PreviousRouting[],
): string | null {
  const ours = new Set(added.map((routing) => renderPreviousRoutings([routing])));
  const current = readPreviousRoutings(description);
  const taken = current.filter((routing) => ours.has(renderPreviousRoutings([routing])));
  const back = before.filter(({ number }) => taken.some((routing) => routing.number === number));
  return mergePreviousRoutings(removePreviousRoutings(description, taken), back);
}

/** Not bound to lines: a form field may have joined them. */
const ENTRY = /\[patchbay\] (\+[1-9]\d{6,14}) was routed to (trunk|group) ([\w-]+)/g;

function write(description: string | null, routings: readonly PreviousRouting[]): string | null {
  const people = (description ?? '')
    .replace(ENTRY, '')
    .replace(/\n{2,}/g, '\n')
    .trim();
  const text = [people, renderPreviousRoutings(routings)].filter((part) => part !== '').join('\n');
  return text === '' ? null : text;
}
