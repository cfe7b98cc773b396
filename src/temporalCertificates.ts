import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { ClientConnectConfig } from '@temporalio/envconfig';

type Tls = ClientConnectConfig['connectionOptions']['tls'];

/** A setting of TLS that cannot be used, and why, in words that follow its name. */
export interface UnusableCertificate {
  readonly setting: string;
  readonly problem: string;
}

/**
 * Settings of TLS whose files hold no certificate or key that can be used: Temporal's client would pass
 * over a wrong authority, and name no setting for the others. Each with what is wrong, and nothing of what
 * the file holds.
 */
export function unusableCertificates(tls: Tls): readonly UnusableCertificate[] {
  if (typeof tls !== 'object' || tls === null) return [];
  const { serverRootCACertificate: authority, clientCertPair: pair } = tls;
  const ofAuthority = authority ? problemOfCertificates(authority) : undefined;
  return [
    ...(ofAuthority === undefined ? [] : [wrong('SERVER_CA_CERT', ofAuthority)]),
    ...(pair ? problemsOfPair(pair.crt, pair.key) : []),
  ];
}

function problemsOfPair(cert: Uint8Array, key: Uint8Array): readonly UnusableCertificate[] {
  const problem = problemOfCertificates(cert);
  if (problem !== undefined) return [wrong('CLIENT_CERT', problem)];
  const read = keyIn(key);
  if (read === undefined) return [wrong('CLIENT_KEY', 'holds no unencrypted key in PEM')];
  // OpenSSL itself says nothing of a key of another kind than the certificate's.
  if (!new X509Certificate(cert).checkPrivateKey(read)) {
    return [wrong('CLIENT_KEY', 'holds a key that is not the one of the client certificate')];
  }
  const refused = refusalOf(cert, key);
  return refused === undefined ? [] : [wrong('CLIENT_CERT', `holds a certificate that TLS does not take: ${refused}`)];
}

const wrong = (what: string, problem: string) => ({ setting: `TEMPORAL_TLS_${what}_PATH (or …_DATA)`, problem });

const BEGIN = '-----BEGIN CERTIFICATE-----';

/**
 * Of one certificate or a bundle of them, all in PEM: neither Temporal's client nor its worker reads DER.
 */
function problemOfCertificates(file: Uint8Array): string | undefined {
  const [, ...parts] = Buffer.from(file).toString('latin1').split(BEGIN);
  const bad = parts.findIndex((part) => !isCertificate(`${BEGIN}${part}`));
  if (parts.length > 0 && bad === -1) return undefined;
  if (parts.length > 1) {
    return `holds ${String(parts.length)} certificates in PEM, of which number ${String(bad + 1)} is none`;
  }
  return isCertificate(file)
    ? 'holds a certificate in DER, and has to hold it in PEM (openssl x509 -inform DER -in FILE -out FILE.pem)'
    : 'holds no certificate in PEM';
}

function isCertificate(text: string | Uint8Array): boolean {
  try {
    void new X509Certificate(text);
    return true;
  } catch {
    return false;
  }
}

function keyIn(pem: Uint8Array): KeyObject | undefined {
  try {
    return createPrivateKey(Buffer.from(pem));
  } catch {
    return undefined;
  }
}

/** Why OpenSSL refuses a pair that fits together, in its words: a key that is too small, for one. */
function refusalOf(cert: Uint8Array, key: Uint8Array): string | undefined {
  try {
    createSecureContext({ cert: Buffer.from(cert), key: Buffer.from(key) });
    return undefined;
  } catch (error) {
    return error instanceof Error && 'reason' in error ? String(error.reason) : String(error);
  }
}
