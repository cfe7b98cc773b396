/**
 * Whom test calls ring besides the connection's own numbers: people, who want to know before. Belongs here:
 * reading it from an order. Does not: how it is said (`cli/announce.ts`).
 */

/** A telephone outside the connection that rings. */
export interface OutsideCallee {
  readonly check: 'outbound' | 'transfer';
  /** Absent where only the connection's transfer tool knows it. */
  readonly number?: string;
}

/** What a verification was asked, as far as it tells who is rung. */
interface Asked {
  readonly numbers?: readonly object[] | undefined;
  readonly transfer?: { readonly destination: string } | undefined;
  readonly verification?: { readonly outbound?: unknown; readonly transfer?: boolean | undefined } | undefined;
}

/**
 * Everybody outside whom these test calls ring. Without numbers and transfer, the destination is the
 * tool's, which nobody has read yet.
 */
export function outsideCallees({ numbers, transfer, verification }: Asked): readonly OutsideCallee[] {
  const called = destinationIn(verification?.outbound);
  const isTransferAsked = verification?.transfer ?? true;
  return [
    ...(called === undefined ? [] : [{ check: 'outbound' as const, number: called }]),
    ...(isTransferAsked && transfer !== undefined
      ? [{ check: 'transfer' as const, number: transfer.destination }]
      : []),
    ...(isTransferAsked && transfer === undefined && numbers === undefined ? [{ check: 'transfer' as const }] : []),
  ];
}

/** `verification.outbound` without anybody outside: proven by the connection's own numbers. */
export const isOutboundRequested = (outbound: unknown): boolean => outbound !== false;

function destinationIn(outbound: unknown): string | undefined {
  if (typeof outbound !== 'object' || outbound === null || !('destination' in outbound)) return undefined;
  return typeof outbound.destination === 'string' ? outbound.destination : undefined;
}
