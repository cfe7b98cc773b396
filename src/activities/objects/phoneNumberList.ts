/**
 * The list of an organisation's phone numbers, shared. A thousand numbers are imported and removed by an
 * activity each, and many of them have to look at the same list.
 */
import { type CallOptions, createFreshWork, type SharedWork } from '../../http/index.js';
import type { PhoneNumber, VapiClient } from '../../vapi/index.js';

const lists = new WeakMap<VapiClient, SharedWork<readonly PhoneNumber[]>>();

/**
 * All phone numbers of the organisation, in a list that began after this call. Others who asked before it
 * began have the same.
 */
export function listPhoneNumbersTogether(vapi: VapiClient, options: CallOptions): Promise<readonly PhoneNumber[]> {
  const list = lists.get(vapi) ?? createFreshWork((shared) => vapi.listPhoneNumbers(shared));
  lists.set(vapi, list);
  return list.join(options);
}
