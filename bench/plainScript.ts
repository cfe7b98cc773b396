/**
 * The best plain script for the same objects: what somebody would write who wants speed alone. It sends the
 * requests that the workflow sends, each as soon as what it needs is there, and has nothing else: no undo,
 * no retry, no look before a repetition, no memory of where it was. Belongs here: the order of requests.
 * Does not: measuring.
 */
import { credentialInput } from '../src/activities/objects/credential.js';
import { withTool } from '../src/vapi/assistantModel.js';
import { inboundTrunkInput } from '../src/activities/objects/inboundTrunk.js';
import { outboundTrunkInput } from '../src/activities/objects/outboundTrunk.js';
import { importInput } from '../src/activities/objects/phoneNumber.js';
import { transferToolInput } from '../src/activities/objects/transferTool.js';
import type { Did, DidwwClient, OutboundTrunk } from '../src/didww/index.js';
import { trunkReference } from '../src/contract/marks.js';
import { trunkName } from '../src/contract/marks.js';
import type { Request } from '../src/contract/request.js';
import {
  desiredCredential,
  desiredInboundTrunk,
  desiredOutboundTrunk,
  desiredTransferTool,
} from '../src/domain/objects/desired.js';
import type { VapiClient } from '../src/vapi/index.js';

/** The clients that the script calls directly. */
export interface Providers {
  readonly didww: DidwwClient;
  readonly vapi: VapiClient;
}

/** The digest pair that DIDWW generated with the outbound trunk. */
interface Pair {
  readonly username: string;
  readonly password: string;
}

/**
 * Sets up a new connection of the request's numbers. Throws at the first error, and leaves behind whatever
 * was made until then.
 */
export async function plainScript(providers: Providers, request: Request): Promise<void> {
  const dids = await readBothAccounts(providers, request);
  await Promise.all([transferSide(providers, request), trunkSide(providers, request, dids)]);
}

/** The reads of the workflow's preflight, in one round. */
async function readBothAccounts({ didww, vapi }: Providers, request: Request): Promise<readonly Did[]> {
  const { connection, numbers } = request;
  const reference = trunkReference(connection);
  const [dids] = await Promise.all([
    didww.findDids(numbers.map(({ number }) => number)),
    didww.getBalance(),
    didww.findOutboundTrunks({ reference }),
    didww.findOutboundTrunks({ name: trunkName(connection, 'out') }),
    didww.findInboundTrunks({ reference }),
    didww.findInboundTrunks({ name: trunkName(connection, 'in') }),
    vapi.listCredentials(),
    vapi.listPhoneNumbers(),
    vapi.listTools(),
    ...assistantsOf(request).map((id) => vapi.getAssistant(id)),
  ]);
  return dids;
}

/** The transfer tool, on every assistant: read, changed, and read once more, as the workflow does. */
async function transferSide({ vapi }: Providers, request: Request): Promise<void> {
  if (request.transfer === undefined) return;
  const tool = await vapi.createTransferTool(transferToolInput(desiredTransferTool(request, request.transfer)));
  await Promise.all(
    assistantsOf(request).map(async (id) => {
      const { model } = await vapi.getAssistant(id);
      await vapi.updateAssistantModel(id, withTool(model, tool.id));
      await vapi.getAssistant(id);
    }),
  );
}

async function trunkSide(providers: Providers, request: Request, dids: readonly Did[]): Promise<void> {
  const { didww, vapi } = providers;
  const callers = dids.map(({ id }) => id);
  const outbound = await didww.createOutboundTrunk(outboundTrunkInput(desiredOutboundTrunk(request, callers)));
  const pair = pairOf(outbound);
  const credential = (role: 'out' | 'in') =>
    vapi.createCredential(credentialInput(desiredCredential(request, role, outbound.id), pair));
  const wantedTrunk = desiredInboundTrunk(request, {
    outboundTrunkId: outbound.id,
    previousRoutings: [],
    unrouted: [],
  });
  await Promise.all([
    credential('out'),
    (async () => {
      const [inbound] = await Promise.all([
        didww.createInboundTrunk(inboundTrunkInput(wantedTrunk, pair)),
        credential('in').then(({ id }) => importAll(providers, request, id)),
      ]);
      await Promise.all(callers.map((id) => didww.routeDid(id, { kind: 'trunk', id: inbound.id })));
    })(),
  ]);
}

async function importAll({ vapi }: Providers, { region, numbers }: Request, credentialId: string): Promise<void> {
  await Promise.all(numbers.map((number) => vapi.createPhoneNumber(importInput({ region, credentialId, ...number }))));
}

const assistantsOf = ({ numbers }: Request): readonly string[] => [
  ...new Set(numbers.map(({ assistantId }) => assistantId)),
];

function pairOf({ username, password }: OutboundTrunk): Pair {
  if (username === undefined || password === undefined) throw new Error('DIDWW made an outbound trunk without a pair.');
  return { username, password };
}
