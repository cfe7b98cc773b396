/** A SIP refusal. `why` is for people who debug the sandbox; a real carrier keeps it to itself. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: number;
  readonly why: string;
}

export function refusal(code: number, why: string): Refusal {
  return { kind: 'refused', code, why };
}

export type Transport = 'udp' | 'tcp' | 'tls';

/**
 * The port that both providers listen on for a transport (docs/providers/vapi.md, Regions and addresses).
 */
export function standardPort(transport: Transport): number {
  return transport === 'tls' ? 5061 : 5060;
}

/**
 * Digits of a dialled number or caller id: a leading `+` or `00` does not count (docs/providers/didww.md,
 * Caller id).
 */
export function digitsOf(number: string): string {
  return number.replace(/^(\+|00)/, '').replace(/[^\d#]/g, '');
}

/** The text that call records show for a code (docs/providers/didww.md, Disconnect codes). */
export function phraseOf(code: number): string {
  return PHRASES[code] ?? 'Failed';
}

const PHRASES: Readonly<Record<number, string>> = {
  200: 'Bye',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'SIP transaction timeout',
  480: 'Temporarily Unavailable',
  486: 'Busy here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  500: 'Server Internal Error',
  503: 'Service Unavailable',
  603: 'Decline',
};

/**
 * Why a call row ends that the other side refused with this code. Five codes have a value of their own
 * (docs/providers/vapi.md, Ended reasons); that 486 and 487 show as the customer's doing is assumed.
 */
export function endedReasonOf(code: number): string {
  switch (code) {
    case 403:
      return 'call.in-progress.error-providerfault-outbound-sip-403-forbidden';
    case 407:
      return 'call.in-progress.error-providerfault-outbound-sip-407-proxy-authentication-required';
    case 408:
      return 'call.in-progress.error-providerfault-outbound-sip-408-request-timeout';
    case 480:
      return 'call.in-progress.error-providerfault-outbound-sip-480-temporarily-unavailable';
    case 503:
      return 'call.in-progress.error-providerfault-outbound-sip-503-service-unavailable';
    case 486:
      return 'customer-busy';
    case 487:
      return 'customer-did-not-answer';
    default:
      return 'call.in-progress.error-sip-outbound-call-failed-to-connect';
  }
}
