import type { Problem, Provider } from '../../contract/failure.js';
import type { Request } from '../../contract/request.js';

/** A problem that a preflight found, and at which provider. */
export interface Finding extends Problem {
  readonly provider: Provider;
}

/** A problem of one number: at which provider, what it is, and what to do. */
export type Complaint = readonly [provider: 'didww' | 'vapi', message: string, action: string];

/** Makes a finding of its four parts. */
export const finding = (provider: Provider, path: string, message: string, action: string): Finding => ({
  provider,
  path,
  message,
  action,
});

/** Where the request names this assistant: for all numbers, or first for one of them. */
export function assistantPath(request: Request, assistantId: string): string {
  if (request.assistantId === assistantId) return 'assistantId';
  const at = request.numbers.findIndex((entry) => entry.assistantId === assistantId);
  return `numbers[${String(Math.max(at, 0))}].assistantId`;
}
