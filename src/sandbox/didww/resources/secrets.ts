import { randomInt } from 'node:crypto';

import type { DidwwAccount } from '../state.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 16; // as in the samples of 2026 (docs/providers/didww.md, Outbound trunks)

/** A user name or password as DIDWW generates them. The account keeps note of it. */
export function generatedSecret(account: Pick<DidwwAccount, 'issuedSecrets'>): string {
  const secret = Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  account.issuedSecrets.push(secret);
  return secret;
}
