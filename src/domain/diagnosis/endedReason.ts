/**
 * Reads Vapi's `endedReason`: ordered rules from one raw value to a group and a plain meaning.
 * Belongs here: what the value by itself says (docs/providers/vapi.md, Ended reasons).
 * Does not belong here: verdicts and guilty sides, which weigh it against other evidence.
 */

export const ENDED_REASON_GROUPS = [
  'account',
  'vapi-fault',
  'sip-connection',
  'provider-fault',
  'configuration',
  'pipeline',
  'transfer-failed',
  'success',
  'customer-side',
  'administrative',
  'unknown',
] as const;
/** What kind of end it was; `unknown` is a value that no rule covers and counts as a failure. */
export type EndedReasonGroup = (typeof ENDED_REASON_GROUPS)[number];

/** What a model, voice or transcriber complained about, where the value says so. */
export type ModelComplaint = 'quota' | 'key' | 'access' | 'bad-configuration' | 'outage';

export interface EndedReasonReading {
  /** The value as Vapi sent it. */
  readonly reason: string;
  readonly group: EndedReasonGroup;
  /** One sentence without a full stop, for a person. */
  readonly meaning: string;
  readonly complaint?: ModelComplaint;
}

/**
 * Classifies one ended reason by the first rule that matches. Never throws; a value that Vapi adds later
 * and that no rule covers comes back as `unknown`, raw (docs/providers/vapi.md, Ended reasons).
 */
export function readEndedReason(reason: string): EndedReasonReading {
  const group = groupOf(reason);
  const complaint = complaintOf(reason, group);
  const meaning = EXACT_MEANINGS.get(reason) ?? meaningOf(group, complaint);
  return complaint === undefined ? { reason, group, meaning } : { reason, group, meaning, complaint };
}

function groupOf(reason: string): EndedReasonGroup {
  return RULES.find(([, pattern]) => pattern.test(reason))?.[0] ?? 'unknown';
}

function complaintOf(reason: string, group: EndedReasonGroup): ModelComplaint | undefined {
  if (group !== 'pipeline' && group !== 'vapi-fault' && group !== 'provider-fault') return undefined;
  if (!SAID_BY_A_MODEL.test(reason)) return undefined;
  return COMPLAINTS.find(([, pattern]) => pattern.test(reason))?.[0];
}

function meaningOf(group: EndedReasonGroup, complaint: ModelComplaint | undefined): string {
  return complaint === undefined ? GROUP_MEANINGS[group] : `${GROUP_MEANINGS[group]}: ${COMPLAINT_MEANINGS[complaint]}`;
}

/**
 * The rules in their order: the first match decides. Each is the row of that number in the table of
 * docs/providers/vapi.md, Ended reasons.
 */
const RULES: readonly (readonly [EndedReasonGroup, RegExp])[] = [
  // 1
  ['account', /^call\.start\.error-(subscription-|fraud-check-failed|enterprise-feature-|vapi-number-)/],
  // 2
  ['vapi-fault', /vapifault|^worker-shutdown$|^assistant-join-timed-out$/],
  // 3
  [
    'sip-connection',
    // Nine values today. Only five SIP codes have one of their own; one that is added later belongs here as
    // well.
    /^call\.(in-progress|ringing)\.error-sip-(inbound|outbound)-call-failed-to-connect$|providerfault-(outbound-sip-\d{3}-|transport-never-connected$)/,
  ],
  // 4
  ['provider-fault', /providerfault|^vonage-(?!completed$)|^twilio-failed-|^phone-call-provider-closed-websocket$/],
  // 5
  [
    'configuration',
    // configfault is newer than the list that the rules were made from; its values name settings of the
    // assistant.
    /^call\.start\.|^call-start-error-|^assistant-not-|^assistant-request-|^phone-call-provider-bypass|^call\.in-progress\.error-pipeline-|configfault/,
  ],
  // 6
  ['pipeline', /^pipeline-/],
  // 7
  ['transfer-failed', /^call\.in-progress\.error-(transfer-failed|warm-transfer-)|^call\.forwarding\./],
  // 8
  [
    'success',
    /^assistant-(ended|said|forwarded)|\.(sip|twilio)-completed-call$|^vonage-completed$|^call\.(ringing|ending)\.hook-executed-/,
  ],
  // 9
  [
    'customer-side',
    /^customer-|^call\.ringing\.sip-inbound-caller-hungup-before-call-connect$|^voicemail$|^silence-timed-out$|^exceeded-max-duration$|^twilio-reported-customer-misdialed$|did-not-receive-customer-audio$/,
  ],
  // 10
  ['administrative', /^manually-canceled$|^call-deleted$|^scheduled-call-deleted$/],
];

/**
 * docs/providers/vapi.md, Ended reasons: what is said of 2, 4 and 6. Values about a language model, voice,
 * video or transcriber; the others of the same groups are about calls and workers.
 */
const SAID_BY_A_MODEL = /^pipeline-|^call\.in-progress\.error-(vapifault|providerfault)-/;

/**
 * docs/providers/vapi.md, Ended reasons, below the table. In this order, as a value like
 * `…-400-insufficent-funds` (Vapi's spelling) is about money although it says 400.
 */
const COMPLAINTS: readonly (readonly [ModelComplaint, RegExp])[] = [
  ['quota', /429|quota|credits|out-of-characters|insuff?ici?ent-funds|requested-payment|requested-upgrade|rate-limit/],
  ['key', /-401-|unauthorized|api-key|auth-failed/],
  ['access', /-403-|-paid-only-|-not-allowed-for-free-users/],
  ['bad-configuration', /-400-|-404-|-invalid-(config|voice|emotion)|voice-not-found|must-be-a-valid/],
  ['outage', /-5\d\d-|-failed$|-server-error|-socket-hang-up|-timed-out|econnreset/],
];

const COMPLAINT_MEANINGS: Readonly<Record<ModelComplaint, string>> = {
  quota: 'quota, rate or credit used up',
  key: 'its key was refused',
  access: 'no access to the model or voice',
  'bad-configuration': 'it refused the settings',
  outage: 'it failed or was not reachable',
};

const GROUP_MEANINGS: Readonly<Record<EndedReasonGroup, string>> = {
  account: 'Vapi refused the call for a reason of the account',
  'vapi-fault': 'A fault inside Vapi',
  'sip-connection': 'The SIP leg was not set up',
  'provider-fault': 'A provider behind Vapi (model, voice, transcriber or carrier) failed',
  configuration: 'The call could not start or continue with what is configured at Vapi',
  pipeline: "The assistant's model, voice or transcriber failed",
  'transfer-failed': 'The transfer failed',
  success: 'The call ended as planned',
  'customer-side': 'The other party ended or never took up the call',
  administrative: 'Somebody cancelled or deleted the call',
  unknown: 'Vapi gave an ended reason that has no known meaning',
};

/**
 * Where one value says more than its group (docs/providers/vapi.md, Ended reasons: SIP values; Concurrency
 * and billing; Transfers).
 */
const EXACT_MEANINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'call.start.error-subscription-concurrency-limit-reached': 'No free call slot; it can be tried again later',
    'call.start.error-subscription-insufficient-credits': "The Vapi organisation's credit is used up",
    'call.start.error-subscription-frozen': 'The Vapi subscription is frozen, as after a failed payment',
    'call.start.error-subscription-wallet-does-not-exist': 'The Vapi organisation has no billing set up',
    'call.start.error-fraud-check-failed': "Vapi's fraud check refused the call",
    'call.in-progress.error-sip-inbound-call-failed-to-connect': 'The inbound SIP leg was not set up',
    'call.ringing.error-sip-inbound-call-failed-to-connect': 'The inbound SIP leg was not set up, while ringing',
    'call.in-progress.error-sip-outbound-call-failed-to-connect':
      'The outbound leg got a SIP answer that has no ended reason of its own, such as 404',
    'call.in-progress.error-providerfault-outbound-sip-403-forbidden':
      'The carrier refused the call (403): allow-list, caller id, destination or balance',
    'call.in-progress.error-providerfault-outbound-sip-407-proxy-authentication-required':
      'The carrier did not accept the SIP user and password (407)',
    'call.in-progress.error-providerfault-outbound-sip-408-request-timeout':
      'The carrier did not answer (408): host, port or transport',
    'call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable':
      'The called party is not available (480)',
    'call.in-progress.error-providerfault-outbound-sip-503-service-unavailable':
      'The carrier had no capacity, no route or no balance for the call (503)',
    'call.in-progress.error-providerfault-transport-never-connected': 'Carrier or media never connected',
    'call.in-progress.sip-completed-call': 'The far end ended the call normally',
    'call.ringing.sip-inbound-caller-hungup-before-call-connect': 'The caller hung up before the call was answered',
    'call.in-progress.error-assistant-did-not-receive-customer-audio':
      'The assistant heard no audio from the other party, which on a trunk means RTP or one-way audio',
    'assistant-forwarded-call': 'Vapi began a transfer; whether it was answered is not said',
    'customer-busy': 'The called party was busy',
    'customer-did-not-answer': 'The called party did not answer',
    'customer-ended-call': 'The other party hung up, which is a normal end',
    'exceeded-max-duration': 'The call reached its maximum duration',
    'silence-timed-out': 'Nobody spoke for the allowed time',
    voicemail: 'A voicemail answered',
    'call.forwarding.operator-busy': 'The person to transfer to was busy',
    'call.forwarding.no-answer': 'The person to transfer to did not answer',
  }),
);
