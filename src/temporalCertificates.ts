import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { ClientConnectConfig } from '@temporalio/envconfig';

type Tls = ClientConnectConfig['connectionOptions']['tls'];

/**
 * Settings of TLS whose files hold no certificate or key that can be used: Temporal's client would pass
 * over a wrong authority, and name no setting for the others. Each with what is wrong, and nothing of what
 * the file holds.
 */
export function unusableCertificates(tls: Tls): readonly { readonly setting: string; readonly problem: string }[] {
  if (typeof tls !== 'object' || tls === null) return [];
  const { serverRootCACertificate: authority, clientCertPair: pair } = tls;
  const problems = [];
  if (authority && !isCertificate(authority)) problems.push(wrong('SERVER_CA_CERT', NO_CERTIFICATE));
  if (pair && !isCertificate(pair.crt)) problems.push(wrong('CLIENT_CERT', NO_CERTIFICATE));
  else if (pair && !fit({ key: pair.key })) problems.push(wrong('CLIENT_KEY', 'holds no unencrypted key in PEM'));
  else if (pair && !fit({ key: pair.key, cert: pair.crt }))
    problems.push(wrong('CLIENT_KEY', 'holds a key that is not the one of the client certificate'));
  return problems;
}

const NO_CERTIFICATE = 'holds no certificate in PEM';

const wrong = (what: string, problem: string) => ({ setting: `TEMPORAL_TLS_${what}_PATH (or …_DATA)`, problem });

function isCertificate(pem: Uint8Array): boolean {
  try {
    void new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

function fit({ key, cert }: { readonly key: Uint8Array; readonly cert?: Uint8Array }): boolean {
  try {
    createSecureContext({ key: Buffer.from(key), ...(cert ? { cert: Buffer.from(cert) } : {}) });
    return true;
  } catch {
    return false;
  }
}
