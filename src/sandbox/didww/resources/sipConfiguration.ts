import type { z } from 'zod';

import { allowOnly, readAttributes, wireNames } from '../jsonapi/body.js';
import type { Problem } from '../jsonapi/errors.js';
import { snake } from '../jsonapi/names.js';
import * as rule from '../jsonapi/rules.js';
import type { SipConfiguration } from '../state.js';
import type { SipSpelling } from '../wire/sipSpelling.js';
import { generatedSecret } from './secrets.js';

const AT = '/attributes/configuration/attributes';

/**
 * Ranges: docs/providers/didww.md, Inbound trunks. What a version spells otherwise takes the place of the
 * member here.
 */
const shape = {
  host: rule.text().nullable(),
  port: rule.integer(1, 65_535).nullable(),
  username: rule.pattern(/^[^\s@]+$/).nullable(),
  transportProtocolId: rule.integer(1, 3),
  networkProtocolPriority: rule.oneOf(['force_ipv4', 'force_ipv6', 'any', 'prefer_ipv4', 'prefer_ipv6']),
  resolveRuri: rule.flag(),
  codecIds: rule.uniqueList(rule.integer(1)),
  rxDtmfFormatId: rule.integer(1, 3),
  // The sources disagree about the values; 0 to 4 are all taken (docs/providers/didww.md, Contradictions).
  txDtmfFormatId: rule.integer(0, 4),
  authEnabled: rule.flag(),
  authUser: rule.freeText().nullable(),
  authPassword: rule.freeText().nullable(),
  authFromUser: rule.freeText().nullable(),
  authFromDomain: rule.freeText().nullable(),
  enabledSipRegistration: rule.flag(),
  useDidInRuri: rule.flag(),
  sstEnabled: rule.flag(),
  sstMinTimer: rule.integer(1).nullable(),
  sstMaxTimer: rule.integer(1).nullable(),
  sstSessionExpires: rule.integer(1).nullable(),
  sstRefreshMethodId: rule.integer(1, 3),
  sstAccept501: rule.flag(),
  sipTimerB: rule.integer(1000, 64_000),
  dnsSrvFailoverTimer: rule.integer(1).nullable(),
  rtpPing: rule.flag().nullable(),
  rtpTimeout: rule.integer(5, 600),
  forceSymmetricRtp: rule.flag().nullable(),
  symmetricRtpIgnoreRtcp: rule.flag().nullable(),
  allowedRtpIps: rule.addresses(10).nullable(),
  mediaEncryptionMode: rule.mediaEncryptionMode(),
  stirShakenMode: rule.oneOf(['disabled', 'original', 'pai', 'original_pai', 'verstat']),
  diversionRelayPolicy: rule.oneOf(['none', 'as_is', 'sip', 'tel']),
  diversionInjectMode: rule.oneOf(['none', 'did_number']),
  cnamLookup: rule.flag(),
  maxTransfers: rule.integer(0, 8),
  max30xRedirects: rule.integer(0, 8),
  reroutingDisconnectCodeIds: rule.uniqueList(rule.integer(1)).nullable(),
};

type Writable = { readonly [Name in keyof typeof shape]: z.output<(typeof shape)[Name]> };

/** Seen in samples, or assumed where they show none. */
export const sipDefaults: SipConfiguration = {
  type: 'sip_configurations',
  host: null,
  port: null,
  username: null,
  transportProtocolId: 1,
  networkProtocolPriority: 'force_ipv4',
  resolveRuri: false,
  codecIds: [],
  rxDtmfFormatId: 1,
  txDtmfFormatId: 1,
  authEnabled: false,
  authUser: null,
  authPassword: null,
  authFromUser: null,
  authFromDomain: null,
  enabledSipRegistration: false,
  incomingAuthUsername: null,
  incomingAuthPassword: null,
  useDidInRuri: false,
  sstEnabled: false,
  sstMinTimer: 600,
  sstMaxTimer: 900,
  sstSessionExpires: null,
  sstRefreshMethodId: 1,
  sstAccept501: true,
  sipTimerB: 8000,
  dnsSrvFailoverTimer: 2000,
  rtpPing: false,
  rtpTimeout: 30,
  forceSymmetricRtp: false,
  symmetricRtpIgnoreRtcp: false,
  allowedRtpIps: null,
  mediaEncryptionMode: 'disabled',
  stirShakenMode: 'disabled',
  diversionRelayPolicy: 'none',
  diversionInjectMode: 'none',
  cnamLookup: false,
  maxTransfers: 0,
  max30xRedirects: 0,
  reroutingDisconnectCodeIds: null,
};

/**
 * The configuration that results from merging what was sent, member by member, into what stands. Throws 400
 * for strangers.
 */
export function mergeSipConfiguration(
  standing: SipConfiguration,
  sent: Readonly<Record<string, unknown>>,
  spelling: SipSpelling,
  problems: Problem[],
): SipConfiguration {
  const wireShape = Object.fromEntries(
    Object.entries(shape).map(([member, usual]) => [nameOf(spelling, member), spelling[member]?.rule ?? usual]),
  );
  allowOnly(sent, wireNames(wireShape));
  const { values, problems: shapeProblems } = readAttributes(sent, wireShape, AT);
  const written = Object.keys(shape)
    .filter((member) => nameOf(spelling, member) in values)
    .map((member) => [member, values[nameOf(spelling, member)]]);
  const next: SipConfiguration = { ...standing, ...(Object.fromEntries(written) as Partial<Writable>) };
  problems.push(...shapeProblems);
  if (shapeProblems.length === 0) problems.push(...conflicts(next, spelling));
  return withIncomingCredentials(next);
}

/** A configuration's attributes as this version shows them. */
export function showSipConfiguration(
  { type: _type, ...members }: SipConfiguration,
  spelling: SipSpelling,
): Readonly<Record<string, unknown>> {
  const shown = Object.entries<unknown>(members).map(([member, kept]): [string, unknown] => {
    const spelled = spelling[member];
    return [snake(nameOf(spelling, member)), spelled === undefined ? kept : spelled.show(kept)];
  });
  return Object.fromEntries(shown);
}

/** A member's name in this version, as `snake` takes it. */
function nameOf(spelling: SipSpelling, member: string): string {
  return spelling[member]?.name ?? member;
}

/**
 * Rules between members. Their pointers are assumed; so are texts that docs/providers/didww.md, Inbound
 * trunks does not give.
 */
function conflicts(next: SipConfiguration, spelling: SipSpelling): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, message: string): void => {
    problems.push({ field, message, pointer: `${AT}/${field}` });
  };
  const mustBeBlank = (field: string, value: unknown): void => {
    if (value !== null) refuse(field, 'must be blank');
  };
  const mustBeThere = (field: string, value: unknown): void => {
    if (value === null || value === '') refuse(field, "can't be blank");
  };
  const registers = next.enabledSipRegistration;
  (registers ? mustBeBlank : mustBeThere)('host', next.host);
  if (registers) mustBeBlank('port', next.port);
  if (!registers && next.useDidInRuri) refuse('use_did_in_ruri', 'is invalid');
  (next.authEnabled ? mustBeThere : mustBeBlank)('auth_user', next.authUser);
  (next.authEnabled ? mustBeThere : mustBeBlank)('auth_password', next.authPassword);
  if (next.codecIds.length === 0) refuse(snake(nameOf(spelling, 'codecIds')), "can't be blank");
  if (next.dnsSrvFailoverTimer !== null && next.dnsSrvFailoverTimer > next.sipTimerB) {
    refuse('dns_srv_failover_timer', `must be less than or equal to ${String(next.sipTimerB)}`);
  }
  if (next.sstEnabled) problems.push(...sessionTimerConflicts(next));
  return problems;
}

function sessionTimerConflicts({
  sstMinTimer: min,
  sstMaxTimer: max,
  sstSessionExpires: expires,
}: SipConfiguration): Problem[] {
  const problem = (field: string, message: string): Problem => ({ field, message, pointer: `${AT}/${field}` });
  if (min === null) return [problem('sst_min_timer', "can't be blank")];
  if (max === null) return [problem('sst_max_timer', "can't be blank")];
  if (max < min) return [problem('sst_max_timer', `must be greater than or equal to ${String(min)}`)];
  return expires !== null && (expires < min || expires > max) ? [problem('sst_session_expires', 'is invalid')] : [];
}

/** A registering trunk gets credentials of its own; they go when registration is turned off. */
function withIncomingCredentials(next: SipConfiguration): SipConfiguration {
  if (!next.enabledSipRegistration) return { ...next, incomingAuthUsername: null, incomingAuthPassword: null };
  return {
    ...next,
    incomingAuthUsername: next.incomingAuthUsername ?? generatedSecret(),
    incomingAuthPassword: next.incomingAuthPassword ?? generatedSecret(),
  };
}
