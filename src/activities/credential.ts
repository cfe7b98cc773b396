/**
 * A Vapi credential: the gateways and the digest pair by which Vapi and DIDWW know each other. Its role decides its gateways
 * (docs/providers/vapi.md, Credentials). The password is never readable, so only the user name is compared.
 */
import { compareSet, compareValue, type Difference } from '../domain/difference.js';
import { credentialName, type CredentialRole } from '../domain/marks.js';
import { DIDWW_SIGNALLING_IPS, portFor, vapiProtocol } from '../domain/sip.js';
import type { CallOptions } from '../http/index.js';
import type { Credential, CredentialInput, Gateway, GatewayInput, VapiClient } from '../vapi/index.js';
import { activity } from './activity.js';
import type { CredentialWanted, Ensured, MarkedTarget, Undone } from '../domain/contract.js';
import type { Dependencies } from './dependencies.js';
import { digestPairOf } from './digestPair.js';
import type { DigestPair } from './digestPairs.js';
import { ensureMarked, type MarkedKind } from './ensureMarked.js';
import { conflict, unlessGone } from './refusals.js';

type Needs = Pick<Dependencies, 'didww' | 'pairs' | 'vapi'>;

/** The credential of one role of a connection. */
export interface CredentialTarget extends MarkedTarget {
  readonly role: CredentialRole;
}

export const credentialActivities = (dependencies: Needs) => ({
  /** Finds the credential by its name, or creates it with the outbound trunk's digest pair. Throws as `ensureMarked`. */
  ensureCredential: activity(async (wanted: CredentialWanted, options): Promise<Ensured> => {
    const pair = await digestPairOf(dependencies, wanted.outboundTrunkId, options);
    const vapi = dependencies.vapi(wanted.region);
    const { id } = await ensureMarked(credentialKind(vapi, wanted, pair, options), wanted.absentAt);
    return { id, name: credentialName(wanted.connection, wanted.role) };
  }),

  /** Removes every credential of this name. Throws `StepError` of class `conflict` while a number is bound to one. */
  removeCredential: activity(async ({ connection, region, role }: CredentialTarget, options): Promise<Undone> => {
    const vapi = dependencies.vapi(region);
    const name = credentialName(connection, role);
    const [credentials, phoneNumbers] = await Promise.all([
      vapi.listCredentials(options),
      vapi.listPhoneNumbers(options),
    ]);
    const ours = credentials.filter((credential) => credential.name === name);
    const bound = phoneNumbers.filter(({ credentialId }) => ours.some(({ id }) => id === credentialId));
    for (const { id } of ours.filter(
      (credential) => !bound.some(({ credentialId }) => credentialId === credential.id),
    )) {
      await unlessGone(vapi.deleteCredential(id, options));
    }
    if (bound.length === 0) return { warnings: [] };
    throw conflict(
      'vapi',
      `The credential "${name}" is still in use by ${bound.map(({ number, id }) => number ?? id).join(', ')}.`,
      'Remove these phone numbers at Vapi, then remove the credential.',
    );
  }),
});

/** What Vapi is sent to create the credential, every default spelled out. Holds the pair: never logged, never returned. */
export function credentialInput(wanted: CredentialWanted, pair: DigestPair): CredentialInput {
  return {
    name: credentialName(wanted.connection, wanted.role),
    gateways: gatewaysFor(wanted),
    outboundLeadingPlusEnabled: true,
    auth: pair,
  };
}

/** How a standing credential departs from the wanted one; the password cannot be compared, nor an unknown user name. */
export function credentialDifferences(
  wanted: CredentialWanted,
  username: string | undefined,
  found: Credential,
): readonly Difference[] {
  return [
    ...compareSet('gateways', gatewaysFor(wanted).map(gatewayText), found.gateways.map(gatewayText)),
    ...compareValue('outboundLeadingPlusEnabled', true, found.outboundLeadingPlusEnabled),
    ...(username === undefined || found.authUsername === username
      ? []
      : [{ attribute: 'authUsername', wanted: 'the one of the outbound trunk', found: 'another one' }]),
  ];
}

function gatewaysFor({ role, sip }: CredentialWanted): readonly Required<GatewayInput>[] {
  const common = {
    port: portFor(sip.transport),
    netmask: 32,
    outboundProtocol: vapiProtocol(sip.transport),
    optionsPingEnabled: false,
  };
  const out = { ...common, ip: sip.outboundHost, inboundEnabled: false, outboundEnabled: true };
  const inbound = DIDWW_SIGNALLING_IPS.map((ip) => ({ ...common, ip, inboundEnabled: true, outboundEnabled: false }));
  switch (role) {
    case 'out':
      return [out];
    case 'in':
      return inbound;
    case 'both':
      return [out, ...inbound];
    default:
      return role satisfies never;
  }
}

const gatewayText = ({ ip, port, netmask, outboundProtocol, ...flags }: Gateway): string =>
  [
    `${ip}:${String(port)}/${String(netmask)}`,
    outboundProtocol,
    ...(flags.inboundEnabled ? ['in'] : []),
    ...(flags.outboundEnabled ? ['out'] : []),
    ...(flags.optionsPingEnabled ? ['ping'] : []),
  ].join(' ');

function credentialKind(
  vapi: VapiClient,
  wanted: CredentialWanted,
  pair: DigestPair,
  options: CallOptions,
): MarkedKind<Credential> {
  const name = credentialName(wanted.connection, wanted.role);
  return {
    provider: 'vapi',
    title: `credential "${name}"`,
    look: async () => (await vapi.listCredentials(options)).filter((credential) => credential.name === name),
    differences: (found) => credentialDifferences(wanted, pair.username, found),
    uses: async ({ id }) =>
      (await vapi.listPhoneNumbers(options))
        .filter(({ credentialId }) => credentialId === id)
        .map((phoneNumber) => phoneNumber.number ?? phoneNumber.id),
    create: () => vapi.createCredential(credentialInput(wanted, pair), options),
    remove: ({ id }) => unlessGone(vapi.deleteCredential(id, options)),
  };
}
