/**
 * Whether a worker has the keys of the accounts that a run works on. Another account shows nothing of ours,
 * which would pass for success. Belongs here: asking both providers. Does not: what tells an account
 * (`contract/accounts.ts`).
 */
import { activityInfo } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import type { Accounts, DidwwAccountMark, VapiOrganisationMark } from '../../contract/accounts.js';
import type { CallOptions } from '../../http/index.js';
import { httpDeadline } from './attempt.js';
import type { Dependencies } from './dependencies.js';
import { readPatience, StepError } from './failures.js';
import { unlessGone } from './refusals.js';

type Needs = Pick<Dependencies, 'didww' | 'vapi'>;

/**
 * Throws `StepError` of class `authentication` where the worker's keys are of other accounts, and
 * `ProviderError`.
 */
export async function confirmAccounts(
  { didww, vapi }: Needs,
  { didww: account, vapi: organisation }: Accounts,
  options: CallOptions,
): Promise<void> {
  await Promise.all([
    account === undefined ? undefined : confirmDidww(didww, account, options),
    organisation === undefined ? undefined : confirmVapi(vapi(organisation.region), organisation, options),
  ]);
}

/** Confirms the accounts of whatever work names some, before the first of it that this worker does. */
export class AccountsInterceptor implements ActivityInboundCallsInterceptor {
  /** By what was confirmed, or is being confirmed. A worker keeps its keys as long as it lives. */
  private readonly confirmed = new Map<string, Promise<void>>();

  constructor(private readonly dependencies: Needs) {}

  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    const named = readPatience(input.args)?.accounts ?? {};
    await Promise.all(parts(named).map((part) => this.once(part)));
    const result = await next(input);
    if (READ_FROM_ACCOUNTS.includes(activityInfo().activityType)) {
      for (const { name } of parts((result as { readonly accounts: Accounts }).accounts))
        this.confirmed.set(name, Promise.resolve());
    }
    return result;
  }

  private once({ name, accounts }: Part): Promise<void> {
    const known = this.confirmed.get(name);
    if (known !== undefined) return known;
    const asked = confirmAccounts(this.dependencies, accounts, { signal: httpDeadline() });
    this.confirmed.set(name, asked);
    asked.catch(() => this.confirmed.delete(name)); // the next attempt asks again
    return asked;
  }
}

/**
 * Activities that tell the accounts which they have just read: these need no second look by the same
 * worker.
 */
const READ_FROM_ACCOUNTS: readonly string[] = ['runPreflight', 'discoverObjects', 'prepareVerification'];

interface Part {
  readonly name: string;
  readonly accounts: Accounts;
}

/** Each account by itself: what is confirmed at one provider does not wait for the other. */
const parts = ({ didww, vapi }: Accounts): readonly Part[] => [
  ...(didww === undefined ? [] : [{ name: `didww ${JSON.stringify(didww)}`, accounts: { didww } }]),
  ...(vapi === undefined ? [] : [{ name: `vapi ${vapi.region} ${vapi.organisationId}`, accounts: { vapi } }]),
];

async function confirmDidww(
  didww: Dependencies['didww'],
  { didIds, inboundTrunkIds = [], outboundTrunkIds = [] }: DidwwAccountMark,
  options: CallOptions,
): Promise<void> {
  const reads: readonly (() => Promise<unknown>)[] = [
    ...didIds.map((id) => () => didww.getDid(id, options)),
    ...inboundTrunkIds.map((id) => () => didww.getInboundTrunk(id, options)),
    ...outboundTrunkIds.map((id) => () => didww.getOutboundTrunk(id, options)),
  ];
  for (const read of reads) if ((await unlessGone(read())) !== undefined) return;
  if (reads.length > 0) throw otherDidwwAccount([...didIds, ...inboundTrunkIds, ...outboundTrunkIds]);
}

async function confirmVapi(
  vapi: ReturnType<Dependencies['vapi']>,
  { organisationId, assistantId }: VapiOrganisationMark,
  options: CallOptions,
): Promise<void> {
  const assistant = assistantId === undefined ? undefined : await unlessGone(vapi.getAssistant(assistantId, options));
  const found = assistant?.orgId ?? (await vapi.findOrganisationId(options));
  if (found !== organisationId) throw otherOrganisation(organisationId, found);
}

const otherDidwwAccount = (ids: readonly string[]): StepError =>
  new StepError({
    provider: 'didww',
    class: 'authentication',
    message: `The worker's DIDWW key is of another account than the one that this run works on, or all of these were given up there: ${ids.join(', ')}.`,
    action:
      'Give the worker the DIDWW_API_KEY of the account that holds the numbers and restart it. An open run continues on its own, else run the same command again.',
  });

const otherOrganisation = (wanted: string, found: string | undefined): StepError =>
  new StepError({
    provider: 'vapi',
    class: 'authentication',
    message:
      `The worker's Vapi key is of ${found === undefined ? 'an organisation that shows no objects' : `organisation ${found}`}; ` +
      `this run works on organisation ${wanted}.`,
    action:
      'Give the worker a VAPI_API_KEY of that organisation and restart it. An open run continues on its own, else run the same command again.',
  });
