/**
 * What lists show: they lag, so that an object whose create was never answered is looked for once they have
 * caught up.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { activityInfo } from '@temporalio/activity';
import type { MarkedTarget } from '../domain/contract.js';
import type { ListedObjects } from '../domain/discovery.js';
import { trunkReference } from '../domain/marks.js';
import type { CallOptions, ProviderClock } from '../http/index.js';
import { activity } from './activity.js';
import { isFirstAttempt } from './attempt.js';
import type { Dependencies } from './dependencies.js';
import type { Found } from './ensureMarked.js';
import { StepError } from './failures.js';
import { listPhoneNumbersTogether } from './phoneNumberList.js';
import { unlessGone } from './refusals.js';

/** A lag is waited out once more after the lists have caught up, but no longer than an attempt may last. */
const LONGEST_LAG_MS = 10_000;

/** Objects that this run knows to have made, and where to look for them. */
export interface ListsWanted extends MarkedTarget {
  readonly known: ListedObjects;
}

interface List {
  readonly clock: ProviderClock;
  readonly ids: readonly string[];
  readonly read: (id: string) => Promise<Found>;
  readonly list: () => Promise<readonly Found[]>;
}

export const listActivities = ({ didww, vapi }: Pick<Dependencies, 'didww' | 'vapi'>) => ({
  /**
   * Throws `StepError`, to be repeated, until lists show these objects where they still exist. Where they
   * did not at first, it also waits for as long as the youngest of them is older than the first look:
   * whatever was made until then shows as late as it did.
   */
  awaitLists: activity(async ({ connection, region, known }: ListsWanted, options): Promise<void> => {
    const looks = listsOf({ didww, vapi: vapi(region) }, connection, known, options);
    const shown = await Promise.all(looks.map((look) => shownOf(look)));
    const unseen = shown.flatMap(({ missing }) => missing);
    if (unseen.length > 0) throw lagging(unseen);
    if (isFirstAttempt()) return;
    const youngest = Math.min(...shown.flatMap(({ ages }) => ages));
    const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = activityInfo();
    const lag = youngest - (currentAttemptScheduledTimestampMs - scheduledTimestampMs);
    if (Number.isFinite(lag)) await pause(Math.min(Math.max(lag, 0), LONGEST_LAG_MS), undefined, options);
  }),
});

function listsOf(
  { didww, vapi }: { readonly didww: Dependencies['didww']; readonly vapi: ReturnType<Dependencies['vapi']> },
  connection: string,
  known: ListedObjects,
  options: CallOptions,
): readonly List[] {
  const reference = trunkReference(connection);
  return [
    {
      clock: didww.clock,
      ids: known.outboundTrunks,
      read: (id) => didww.getOutboundTrunk(id, options),
      list: () => didww.findOutboundTrunks({ reference }, options),
    },
    {
      clock: didww.clock,
      ids: known.inboundTrunks,
      read: (id) => didww.getInboundTrunk(id, options),
      list: () => didww.findInboundTrunks({ reference }, options),
    },
    {
      clock: vapi.clock,
      ids: known.credentials,
      read: (id) => vapi.getCredential(id, options),
      list: () => vapi.listCredentials(options),
    },
    {
      clock: vapi.clock,
      ids: known.phoneNumbers,
      read: (id) => vapi.getPhoneNumber(id, options),
      list: () => listPhoneNumbersTogether(vapi, options),
    },
    {
      clock: vapi.clock,
      ids: known.tools,
      read: (id) => vapi.getTool(id, options),
      list: () => vapi.listTools(options),
    },
  ];
}

/**
 * Which of them a list does not show, and how old the others are on its provider's clock, in milliseconds.
 */
async function shownOf({
  clock,
  ids,
  read,
  list,
}: List): Promise<{ readonly ages: readonly number[]; readonly missing: readonly string[] }> {
  if (ids.length === 0) return { ages: [], missing: [] };
  const found = (await list()).filter(({ id }) => ids.includes(id));
  const unlisted = ids.filter((id) => !found.some((one) => one.id === id));
  const there = await Promise.all(unlisted.map((id) => unlessGone(read(id))));
  const { latest } = clock.now();
  const ages = found.map(({ createdAt }) => latest - Date.parse(createdAt ?? '')).filter(Number.isFinite);
  return { ages, missing: there.flatMap((one) => (one === undefined ? [] : [one.id])) };
}

const lagging = (ids: readonly string[]): StepError =>
  new StepError({
    provider: 'patchbay',
    class: 'unexpected-answer',
    message: `Lists of the providers do not show yet what was just made (${ids.join(', ')}).`,
    action: 'Look at DIDWW and Vapi for objects that carry the name of the connection.',
  });
