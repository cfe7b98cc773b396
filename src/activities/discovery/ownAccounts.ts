/** What of a connection tells in which accounts it stands. Pure. */
import type { Did } from '../../didww/index.js';
import { type Accounts, MOST_IDS } from '../../contract/accounts.js';
import type { Region } from '../../domain/sip/addresses.js';
import { present } from '../../http/index.js';
import type { Own } from './ownership.js';

/** As far as what was found of it tells them; `routed` are DIDs whose calls reach its trunks. */
export function ownAccounts(region: Region, own: Own, routed: readonly Did[]): Accounts {
  const ids = (objects: readonly { readonly id: string }[]): readonly string[] =>
    objects.slice(0, MOST_IDS).map(({ id }) => id);
  const didww = {
    didIds: ids(routed),
    inboundTrunkIds: ids(own.inboundTrunks),
    outboundTrunkIds: ids(own.outboundTrunks),
  };
  const organisationId = own.credentials.map(({ orgId }) => orgId).find((id) => id !== undefined);
  return present({
    didww: Object.values(didww).flat().length === 0 ? undefined : didww,
    vapi: organisationId === undefined ? undefined : { region, organisationId },
  });
}
