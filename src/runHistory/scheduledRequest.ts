import type { Client } from '@temporalio/client';
import type { ScheduledTarget } from '../contract/otherRuns.js';
import { isOutboundRequested } from '../domain/calls/outsideCallees.js';
import type { VerifyInput } from '../contract/messages.js';
import { type Wanted, wantedOf } from './requestOfRun.js';

/**
 * What a scheduled run has to verify; nothing where the connection was taken away, or is being set up or
 * taken away.
 */
export type ScheduledWant =
  | { readonly state: 'wanted'; readonly input: VerifyInput }
  | Exclude<Wanted, { readonly state: 'known' | 'forgotten' }>;

/**
 * What the connection's runs say is wanted at this moment; without numbers where Temporal no longer has
 * them. The transfer is tested only where the schedule says so, and nobody outside is called to prove the
 * way out: a schedule calls at night, too.
 */
export async function scheduledWantOf(
  client: Client,
  { connection, region, transfer }: ScheduledTarget,
): Promise<ScheduledWant> {
  const wanted = await wantedOf(client, connection);
  if (wanted.state !== 'known' && wanted.state !== 'forgotten') return wanted;
  const asked = wanted.state === 'known' ? wanted.input : { region, ...wanted.known, connection };
  const outbound = isOutboundRequested(asked.verification?.outbound);
  return { state: 'wanted', input: { ...asked, verification: { ...asked.verification, outbound, transfer } } };
}
