/** What calls notice when an object of a connection is changed. Belongs here: the rule, by attribute. */
import type { AttributeChange, Effect } from '../../contract/plan.js';
import type { ObjectKind } from '../../contract/result.js';

/** What calls notice of these changes to an object that exists: the most that one of them does. */
export function effectOf(kind: ObjectKind, attributes: readonly AttributeChange[]): Effect {
  const effects = attributes.map((change) => effectOfOne(kind, change));
  return (['live-calls', 'new-calls'] as const).find((effect) => effects.includes(effect)) ?? 'none';
}

function effectOfOne(kind: ObjectKind, { attribute, from, to }: AttributeChange): Effect {
  if (UNHEARD.has(attribute)) return 'none';
  if (LIMITS.has(attribute)) return isWider(from, to) ? 'none' : 'new-calls';
  if (attribute.startsWith('caller id ') && to !== null) return 'none';
  return kind === 'outbound-trunk' && AUTHENTICATION.has(attribute) ? 'live-calls' : 'new-calls';
}

/** Names, by which no call goes. */
const UNHEARD: ReadonlySet<string> = new Set(['name', 'label']);

/**
 * Whether a limit keeps no call out that came before. Null: there is none (docs/providers/didww.md, Outbound
 * trunks).
 */
const isWider = (from: string | null, to: string | null): boolean =>
  to === null || (from !== null && Number(to) >= Number(from));

/** Of what there may be at once, or in a day. */
const LIMITS: ReadonlySet<string> = new Set(['limits.channels', 'limits.dailySpendUsd']);

/**
 * Members of `authentication_method`, which a PATCH replaces whole. Whether DIDWW then keeps the SIP
 * credentials is not documented; until other ones are carried on, calls out and transfers are refused
 * (docs/providers/didww.md, Contradictions 9).
 */
const AUTHENTICATION: ReadonlySet<string> = new Set(['authentication_method', 'sip.allowedIps', 'tech_prefix']);
