import type {
  CdrIn,
  CdrOut,
  Did,
  InboundTrunk,
  OutboundTrunk,
  SipConfiguration,
} from '../../src/sandbox/didww/index.js';
import { DidwwAccount } from '../../src/sandbox/didww/index.js';
import { addDid, addReferenceData } from '../../src/sandbox/didww/seed.js';
import { PhoneNetwork } from '../../src/sandbox/network/index.js';
import type {
  AssistantDto,
  VapiAssistant,
  VapiCall,
  VapiCredential,
  VapiPhoneNumber,
  VapiTool,
} from '../../src/sandbox/vapi/index.js';
import { VapiAccount } from '../../src/sandbox/vapi/index.js';
import { newOutboundCall } from '../../src/sandbox/vapi/callRows.js';
import { addInboundTrunk, addOutboundTrunk, DIDWW_ADDRESSES, PAIR } from './networkTrunks.js';

export { DIDWW_ADDRESSES } from './networkTrunks.js';

export const NUMBER = '+18648301018';
export const PERSON = '+12025550100';

/** A caller that says one sentence when greeted and hangs up by its own phrase. */
export const testCaller: AssistantDto = {
  firstMessageMode: 'assistant-waits-for-user',
  model: {
    provider: 'openai',
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'Once greeted, answer only: This is an automated connection test. Goodbye now.' },
    ],
    tools: [{ type: 'endCall' }],
  },
  endCallPhrases: ['goodbye now'],
  maxDurationSeconds: 45,
  silenceTimeoutSeconds: 15,
};

/** A caller that asks for a person and then listens. */
export const transferCaller: AssistantDto = {
  ...testCaller,
  silenceTimeoutSeconds: 60,
  maxDurationSeconds: 120,
  model: {
    provider: 'openai',
    model: 'gpt-4o-mini',
    messages: [
      {
        role: 'system',
        content:
          'Say "This is an automated test call. I would like to speak to a person, please." When a person answers, say "Thank you, the test is over."',
      },
    ],
  },
};

/**
 * Both sides of one healthy connection of one number, as DIDWW's guide lays it out, and a network between
 * them.
 */
export interface World {
  readonly didww: DidwwAccount;
  readonly vapi: VapiAccount;
  readonly vapiEu: VapiAccount;
  readonly network: PhoneNetwork;
  readonly did: Did;
  readonly outboundTrunk: OutboundTrunk;
  readonly inboundTrunk: InboundTrunk;
  readonly outboundCredential: VapiCredential;
  readonly inboundCredential: VapiCredential;
  readonly number: VapiPhoneNumber;
  readonly assistant: VapiAssistant;
  readonly tool: VapiTool;
  configureInbound(change: Partial<SipConfiguration>): void;
  allow(addresses: readonly string[]): void;
  /** Places a call and waits until no call is under way. */
  call(options?: CallOptions): Promise<Outcome>;
}

export interface CallOptions {
  readonly to?: string;
  readonly caller?: AssistantDto;
  readonly from?: VapiPhoneNumber;
  readonly region?: 'us' | 'eu';
}

/** What a call left on both sides. */
export interface Outcome {
  readonly outbound: VapiCall;
  /** The inbound row at Vapi; undefined where the call left none. */
  readonly inbound: VapiCall | undefined;
  readonly cdrOut: readonly CdrOut[];
  readonly cdrIn: readonly CdrIn[];
}

export function givenConnection(): World {
  const didww = new DidwwAccount('didww-key');
  const vapi = new VapiAccount({ region: 'us', apiKey: 'us-key' });
  const vapiEu = new VapiAccount({ region: 'eu', apiKey: 'eu-key' });
  const network = new PhoneNetwork({ didww, accounts: [vapi, vapiEu], phaseMs: 1 });
  addReferenceData(didww);
  const did = addDid(didww, { number: NUMBER });
  const outboundTrunk = addOutboundTrunk(didww, did);
  const inboundTrunk = addInboundTrunk(didww);
  did.voiceInTrunkId = inboundTrunk.id;
  const plan = { authUsername: PAIR.username, authPassword: PAIR.password };
  const outboundCredential = vapi.addCredential({
    provider: 'byo-sip-trunk',
    name: 'patchbay acme out',
    gateways: [{ ip: 'fra.eu.out.didww.com', port: 5060, inboundEnabled: false, outboundEnabled: true }],
    outboundLeadingPlusEnabled: true,
    outboundAuthenticationPlan: plan,
  });
  const inboundCredential = vapi.addCredential({
    provider: 'byo-sip-trunk',
    name: 'patchbay acme in',
    gateways: DIDWW_ADDRESSES.map((ip) => ({ ip, netmask: 32, inboundEnabled: true, outboundEnabled: false })),
    outboundAuthenticationPlan: plan,
  });
  const tool = vapi.addTool({
    type: 'transferCall',
    function: { name: 'transfer_call_tool', description: 'Transfers the call to a live person.' },
    destinations: [
      {
        type: 'sip',
        sipUri: `sip:${PERSON}@fra.eu.out.didww.com`,
        message: 'Please wait while I transfer your call.',
        transferPlan: { mode: 'blind-transfer', sipVerb: 'refer' },
      },
    ],
  });
  const assistant = vapi.addAssistant({
    name: 'Receptionist',
    firstMessage: 'Thank you for calling Acme. How can I help you?',
    model: {
      provider: 'openai',
      model: 'gpt-4o',
      messages: [{ role: 'system', content: 'Be brief.' }],
      toolIds: [tool.id],
    },
  });
  const number = vapi.addPhoneNumber({
    provider: 'byo-phone-number',
    number: NUMBER,
    credentialId: inboundCredential.id,
    assistantId: assistant.id,
  });
  const objects = { did, outboundTrunk, inboundTrunk, outboundCredential, inboundCredential, number, assistant, tool };
  return { ...objects, didww, vapi, vapiEu, network, ...actions(didww, { us: vapi, eu: vapiEu }, network, objects) };
}

type Objects = Pick<World, 'inboundTrunk' | 'outboundTrunk' | 'number' | 'did'>;

function actions(
  didww: DidwwAccount,
  organisations: { readonly us: VapiAccount; readonly eu: VapiAccount },
  network: PhoneNetwork,
  { inboundTrunk, outboundTrunk, number }: Objects,
): Pick<World, 'configureInbound' | 'allow' | 'call'> {
  return {
    configureInbound: (change) => {
      inboundTrunk.configuration = { ...(inboundTrunk.configuration as SipConfiguration), ...change };
    },
    allow: (addresses) => {
      const allowedSipIps = addresses.map((address) => `${address}/32`);
      outboundTrunk.authenticationMethod = { type: 'credentials_and_ip', techPrefix: null, ...PAIR, allowedSipIps };
    },
    call: async ({ to = NUMBER, caller = testCaller, from = number, region = 'us' } = {}) => {
      const vapi = organisations[region];
      const before = new Set(vapi.calls.keys());
      const row = newOutboundCall(vapi, {
        phoneNumberId: from.id,
        customer: { number: to },
        assistant: caller,
        name: 'pb-acme-0123abcd-1',
      });
      vapi.calls.set(row.id, row);
      network.place(vapi, row);
      await until(() => network.callsUnderWay === 0);
      const inbound = [...vapi.calls.values()].find(({ id, type }) => !before.has(id) && type === 'inboundPhoneCall');
      return { outbound: row, inbound, cdrOut: didww.callRecords.outbound, cdrIn: didww.callRecords.inbound };
    },
  };
}

/** Waits for a condition; the test's own time-out bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Lets time pass: as long as somebody elsewhere needs for a whole call. */
export async function aWhile(): Promise<void> {
  const elsewhere = givenConnection();
  await elsewhere.network.callFromOutside({ from: '+12025550177', to: PERSON }).ended;
  elsewhere.network.stop();
}
