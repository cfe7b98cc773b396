import type { VapiAccount } from './account.js';
import { assistantDto } from './assistantDto.js';
import { updateCredentialDto } from './credentialDto.js';
import { find } from './find.js';
import { merged } from './merge.js';
import { updatePhoneNumberDto } from './phoneNumberDto.js';
import { updateToolDto } from './toolDto.js';
import { validate } from './validation.js';

/** Kinds of objects that a person can rename, by the names of the account's tables. */
export const vapiNamedKinds = ['assistants', 'tools', 'credentials', 'phoneNumbers'] as const;

type NamedKind = (typeof vapiNamedKinds)[number];

/**
 * Renames an object as a person in Vapi's dashboard would; the name of a tool is that of its function.
 * Throws 404 for an unknown one and 400 for a name that the API would refuse; that the dashboard has the
 * API's rules is assumed.
 */
export function renameInDashboard(account: VapiAccount, kind: NamedKind, id: string, name: string): void {
  switch (kind) {
    case 'assistants': {
      const assistant = find(account.assistants, 'Assistant', id);
      account.patchAssistant(assistant, validate(assistantDto, { name }));
      return;
    }
    case 'tools': {
      const tool = find(account.tools, 'Tool', id);
      account.patchTool(tool, validate(updateToolDto, { function: { ...tool.function, name } }));
      return;
    }
    case 'credentials': {
      const credential = find(account.credentials, 'Credential', id);
      const renamed = merged(credential, validate(updateCredentialDto, { name }));
      account.credentials.set(id, { ...renamed, updatedAt: account.timestamp() });
      return;
    }
    case 'phoneNumbers': {
      const number = find(account.phoneNumbers, 'Phone Number', id);
      const { name: checked } = validate(updatePhoneNumberDto, { name });
      account.phoneNumbers.set(id, { ...merged(number, { name: checked }), updatedAt: account.timestamp() });
      return;
    }
    default:
      kind satisfies never;
  }
}

/** Kinds of objects that a person can duplicate, by the names of the account's tables. */
export const vapiDuplicatedKinds = ['tools', 'credentials'] as const;

type DuplicatedKind = (typeof vapiDuplicatedKinds)[number];

/**
 * Duplicates an object as a person in Vapi's dashboard would, and returns the duplicate's id: everything is
 * the same, name and SIP credentials too, but for identity and times; nothing uses it yet. Throws 404 for an
 * unknown one. What a duplicate keeps is assumed.
 */
export function duplicateInDashboard(account: VapiAccount, kind: DuplicatedKind, id: string): string {
  switch (kind) {
    case 'tools': {
      const tool = { ...structuredClone(find(account.tools, 'Tool', id)), ...account.stored() };
      account.tools.set(tool.id, { ...tool, latestVersion: account.firstVersion() });
      return tool.id;
    }
    case 'credentials': {
      const credential = { ...structuredClone(find(account.credentials, 'Credential', id)), ...account.stored() };
      account.credentials.set(credential.id, credential);
      return credential.id;
    }
    default:
      return kind satisfies never;
  }
}
