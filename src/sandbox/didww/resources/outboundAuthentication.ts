import { z } from 'zod';

import { type Problem, paramsNotAllowed } from '../jsonapi/errors.js';
import { snakeKeys } from '../jsonapi/names.js';
import { addresses } from '../jsonapi/rules.js';
import type { AuthenticationMethod, DidwwAccount, OutboundTrunk } from '../state.js';
import { issuedSecret } from './secrets.js';

const shape = z.object({
  type: z.string().optional(),
  attributes: z.record(z.string(), z.unknown()).optional(),
});

const writable: Readonly<Record<string, readonly string[]>> = {
  credentials_and_ip: ['allowed_sip_ips', 'tech_prefix'],
  twilio: ['twilio_account_sid'],
  ip_only: [],
};

const sipAddresses = addresses(60).refine((list) => list.length > 0);
const techPrefix = z
  .string()
  .max(8)
  .regex(/^[0-9#]+$/)
  .nullable();
const twilioSid = z.string().regex(/^[a-zA-Z]{2}[0-9a-fA-F]{32}$/);

const AT = '/attributes/authentication_method';

/**
 * The method that a write asks for, whole: it replaces the trunk's (docs/providers/didww.md, Outbound
 * trunks). Where the sources give no text for a wrong member, `authentication_method - is invalid` is
 * assumed.
 */
export function readAuthenticationMethod(
  account: DidwwAccount,
  sent: unknown,
  trunk: OutboundTrunk | undefined,
): AuthenticationMethod | Problem {
  const parsed = shape.safeParse(sent);
  if (!parsed.success || parsed.data.type === undefined) return unusable();
  const { type, attributes = {} } = parsed.data;
  const allowed = writable[type];
  if (allowed === undefined) {
    return { field: 'type', message: 'is not included in the list', pointer: `${AT}/type` };
  }
  const strangers = Object.keys(attributes).filter((name) => !allowed.includes(name));
  if (type !== 'ip_only' && strangers.length > 0) throw paramsNotAllowed(strangers);
  if (type === 'twilio') return twilio(account, attributes['twilio_account_sid'], trunk);
  if (type === 'credentials_and_ip') return credentials(account, attributes, trunk);
  const verb = trunk === undefined ? 'creation' : 'update';
  return { field: 'type', message: `is not allowed for ${verb}`, pointer: `${AT}/type` };
}

/** The method as a read shows it: username and password in plain text to every key of the account. */
export function showAuthenticationMethod(method: AuthenticationMethod): unknown {
  const { type, ...attributes } = method;
  return { type, attributes: snakeKeys(attributes) };
}

function credentials(
  account: DidwwAccount,
  attributes: Readonly<Record<string, unknown>>,
  trunk: OutboundTrunk | undefined,
): AuthenticationMethod | Problem {
  const ips = sipAddresses.safeParse(attributes['allowed_sip_ips']);
  const prefix = techPrefix.safeParse(attributes['tech_prefix'] ?? null);
  if (!ips.success || !prefix.success) return unusable();
  const former = trunk?.authenticationMethod;
  const kept = account.switches.authPatchKeepsCredentials && former?.type === 'credentials_and_ip' ? former : undefined;
  return {
    type: 'credentials_and_ip',
    allowedSipIps: ips.data,
    techPrefix: prefix.data,
    username: kept?.username ?? issuedSecret(account),
    password: kept?.password ?? issuedSecret(account),
  };
}

function twilio(account: DidwwAccount, sid: unknown, trunk: OutboundTrunk | undefined): AuthenticationMethod | Problem {
  const problem = (message: string): Problem => ({
    field: 'twilio_account_sid',
    message,
    pointer: `${AT}/attributes/twilio_account_sid`,
  });
  if (sid === undefined || sid === null || sid === '') return problem("can't be blank");
  const parsed = twilioSid.safeParse(sid);
  if (!parsed.success) return problem('is invalid');
  const taken = [...account.outboundTrunks.values()].some(
    ({ id, authenticationMethod: other }) =>
      id !== trunk?.id && other.type === 'twilio' && other.twilioAccountSid === parsed.data,
  );
  return taken ? problem('has already been taken') : { type: 'twilio', twilioAccountSid: parsed.data };
}

function unusable(): Problem {
  return { field: 'authentication_method', message: 'is invalid', pointer: AT };
}
