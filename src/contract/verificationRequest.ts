/** What is to be proven of a connection, once it is known of which numbers. */
import type { Region } from '../domain/sip/addresses.js';
import type { Check } from './result.js';
import { type Verification, withCaps } from './verificationCaps.js';
import type { VerificationAsked } from './verificationInput.js';

/** What is to be proven of a connection, every default filled in. */
export interface VerificationRequest {
  readonly connection: string;
  readonly region: Region;
  /** Without an assistant: bound to none, so that nobody answers it. */
  readonly numbers: readonly { readonly number: string; readonly assistantId?: string }[];
  readonly transfer?: { readonly destination: string; readonly toolName: string };
  readonly verification: Verification;
}

/**
 * What stands of a connection today, as far as it tells what is wanted; `warnings` say what of it cannot be
 * tested.
 */
export interface CurrentBindings extends Pick<VerificationRequest, 'numbers' | 'transfer'> {
  readonly warnings?: readonly string[];
}

/** What was asked for, with every default; of what exists where the caller named no numbers. */
export function verificationRequestOf(asked: VerificationAsked, current: CurrentBindings): VerificationRequest {
  const { connection, region, verification } = asked;
  const { numbers } = current;
  const transfer = asked.transfer ?? current.transfer;
  return {
    connection,
    region,
    numbers,
    ...(transfer === undefined ? {} : { transfer: { destination: transfer.destination, toolName: transfer.toolName } }),
    verification: withCaps(verification, numbers.length),
  };
}

/** What is to be proven of each number; the transfer of one of them. */
export function checksOf({
  verification: { inbound, outbound, transfer: asked },
  transfer,
}: Pick<VerificationRequest, 'verification' | 'transfer'>): readonly Check[] {
  return [
    ...(inbound ? (['inbound'] as const) : []),
    ...(outbound !== false ? (['outbound'] as const) : []),
    ...(asked && transfer !== undefined ? (['transfer'] as const) : []),
  ];
}
