import { randomInt } from 'node:crypto';

import type { DidwwAccount } from '../state.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 16; // as in the samples of 2026 (docs/providers/didww.md, Outbound trunks)

/** A user name or password as DIDWW generates them. */
export function generatedSecret(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

/** The same for an outbound trunk, whose pair calls are authenticated with: the account keeps note of it. */
export function issuedSecret({ issuedSecrets }: Pick<DidwwAccount, 'issuedSecrets'>): string {
  const secret = generatedSecret();
  issuedSecrets.push(secret);
  return secret;
}
