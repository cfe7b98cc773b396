/**
 * What can be wrong at Vapi. Sources of the truths: docs/providers/vapi.md, Credentials; Phone numbers;
 * Tools; Assistants; Transfers; Ended reasons; Pitfalls.
 */
import {
  ALL_RIGHT,
  assistant,
  credential,
  destination,
  elsewhere,
  failed,
  gateways,
  type Misconfiguration,
  network,
  nothingProven,
  numberOf,
  open,
  phoneNumber,
  together,
  tool,
  transferOnly,
  vapi,
  wayIn,
  wayOut,
  withoutCredential,
  withoutTools,
} from './misconfigured.js';

const GATEWAY = /inbound gateway for .*46\.19\.209\.14.+inbound credential/;

const CREDENTIALS: readonly Misconfiguration[] = [
  {
    name: 'outbound credential: another host',
    spoil: gateways('out', { ip: 'sip.example.invalid' }),
    ...wayOut('vapi', /gateways\[\]\.ip of the outbound credential .+didww\.com/),
  },
  {
    name: 'outbound credential: another port',
    spoil: gateways('out', { port: 5070 }),
    ...wayOut('vapi', /gateways\[\]\.port .+ to 5060/),
  },
  {
    name: 'outbound credential: TLS on the port for UDP',
    spoil: gateways('out', { outboundProtocol: 'tls' }),
    ...wayOut('vapi', /gateways\[\]\.port \(outboundProtocol tls\) .+ to 5061/),
  },
  {
    name: 'outbound credential: encrypted media',
    spoil: gateways('out', { outboundProtocol: 'tls/srtp', port: 5061 }),
    ...wayOut('vapi', /outboundProtocol of the outbound credential/),
  },
  {
    name: 'outbound credential: its gateway is switched off',
    spoil: gateways('out', { outboundEnabled: false }),
    ...wayOut('vapi', /outboundEnabled of the outbound credential .+ to true/),
  },
  {
    name: 'outbound credential: another user',
    spoil: credential('out', () => ({ outboundAuthenticationPlan: { authUsername: 'x', authPassword: 'y' } })),
    ...wayOut('vapi', /authUsername of the outbound credential/),
  },
  {
    name: 'outbound credential: deleted',
    spoil: withoutCredential('out'),
    ...wayOut('vapi', /set the connection up again/i),
  },
  {
    name: 'inbound credential: no gateways',
    spoil: credential('in', () => ({ gateways: [] })),
    ...wayIn('vapi', GATEWAY),
  },
  {
    name: 'inbound credential: one gateway missing, and the call comes from there',
    spoil: together(
      credential('in', (one) => ({ gateways: one.gateways.filter(({ ip }) => ip !== '46.19.209.14') })),
      network({ didwwSourceIp: '46.19.209.14' }),
    ),
    ...wayIn('vapi', GATEWAY),
  },
  {
    name: 'inbound credential: gateways take no calls',
    spoil: gateways('in', { inboundEnabled: false }),
    ...wayIn('vapi', GATEWAY),
  },
  {
    name: 'inbound credential: gateways of another carrier',
    spoil: gateways('in', { ip: '198.51.100.20' }),
    ...wayIn('vapi', GATEWAY),
  },
  {
    name: 'inbound credential: deleted',
    spoil: withoutCredential('in'),
    ...wayIn('vapi', /import the number again/i),
    outbound: failed('vapi', /import the number again/i),
  },
  {
    name: 'inbound credential: an old password',
    spoil: credential('in', ({ outboundAuthenticationPlan: plan }) => ({
      outboundAuthenticationPlan: { ...plan, authPassword: 'old' },
    })),
    ...ALL_RIGHT,
    transfer: open('vapi', /person.+authPassword of the inbound credential/),
  },
];

const NUMBERS: readonly Misconfiguration[] = [
  {
    name: 'number at Vapi: bound to nobody',
    spoil: phoneNumber({ assistantId: null }),
    ...wayIn('vapi', /bind \+\d+ to the assistant .+assistantId/i),
  },
  {
    name: 'number at Vapi: bound to another assistant',
    spoil: (world) =>
      phoneNumber({ assistantId: world.sandbox.vapi.addAssistant({ name: 'other', firstMessage: 'Hello.' }).id })(
        world,
      ),
    ...elsewhere(['vapi', 'our-request'], /bind .+ to the assistant .+assistantId/i),
  },
  {
    name: 'number at Vapi: not imported',
    spoil: ({ sandbox }) => {
      sandbox.vapi.phoneNumbers.clear();
    },
    ...wayIn('vapi', /import the number again/i),
    outbound: failed('vapi', /import the number again/i),
  },
  {
    name: 'number at Vapi: on another credential',
    spoil: (world) => {
      const out = [...world.sandbox.vapi.credentials.values()].find(({ name }) => name?.endsWith(' out') === true);
      phoneNumber({ credentialId: out?.id })(world);
    },
    ...wayIn('vapi', /import the number again/i),
    outbound: failed('vapi', /import the number again/i),
  },
  {
    name: 'number at Vapi: blocked',
    spoil: phoneNumber({ status: 'blocked' }),
    ...wayIn('vapi', /status of \+\d+ is blocked/),
    outbound: failed('vapi', /status of \+\d+ is blocked/),
  },
  {
    name: 'number at Vapi: another organisation holds it, too',
    spoil: (world) => vapi({ numbersHeldElsewhere: [numberOf(world)] })(world),
    ...wayIn('vapi', /sip\.ingress to credential/),
  },
];

const ASSISTANTS: readonly Misconfiguration[] = [
  {
    name: 'assistant: deleted',
    spoil: ({ sandbox }) => void sandbox.vapi.assistants.delete(sandbox.assistantId),
    ...wayIn('assistant', /assistant that exists/),
  },
  {
    name: 'assistant: lists a tool that was deleted',
    spoil: ({ sandbox }) => {
      sandbox.vapi.tools.clear();
    },
    ...wayIn('assistant', /model\.toolIds of the assistant/),
  },
  {
    name: 'assistant: says nothing',
    spoil: vapi({ assistantSilent: true }),
    ...wayIn('assistant', /first message, voice and model/),
    realTimes: true,
  },
  {
    name: 'assistant: hangs up at once',
    spoil: assistant(() => ({ firstMessage: 'We are closed. Goodbye.' })),
    ...nothingProven('assistant', /first message.+endCallPhrases/),
    realTimes: true,
  },
  {
    name: "assistant: its model's provider is down",
    spoil: vapi({ modelProviderFails: true }),
    ...transferOnly('vapi', /retry.+Vapi support/i),
  },
  {
    name: "assistant: its model's key is refused",
    spoil: vapi({ endsInboundCallsWith: 'pipeline-error-openai-401-unauthorized' }),
    ...wayIn('assistant', /provider key/),
  },
  {
    name: 'assistant: does not have the transfer tool',
    spoil: withoutTools(),
    ...transferOnly('assistant', /transfer tool .+ to model\.toolIds of the assistant/),
  },
  {
    name: 'assistant: never calls its tool',
    spoil: vapi({ modelIgnoresTools: true }),
    ...ALL_RIGHT,
    transfer: open('assistant', /prompt.+tool's description/),
  },
  {
    name: 'assistant: its server takes over the call',
    spoil: assistant(() => ({ serverMessages: ['phone-call-control'] })),
    ...transferOnly('assistant', /phone-call-control out of serverMessages/),
  },
];

const TOOLS: readonly Misconfiguration[] = [
  {
    name: 'tool: deleted, and taken off the assistant',
    spoil: together(({ sandbox }) => {
      for (const [id, one] of sandbox.vapi.tools) if (one.type === 'transferCall') sandbox.vapi.tools.delete(id);
    }, withoutTools()),
    ...transferOnly('vapi', /set the connection up again/i),
  },
  {
    name: 'tool: rings another person',
    spoil: destination({ sipUri: 'sip:+12025550199@fra.eu.out.didww.com' }),
    ...transferOnly('vapi', /destinations\[\]\.sipUri of the transfer tool .+sip:\+12025550100@/),
  },
  {
    name: 'tool: goes past DIDWW',
    spoil: destination({ sipUri: 'sip:+12025550100@sip.example.com' }),
    ...transferOnly('vapi', /destinations\[\]\.sipUri of the transfer tool .+an outbound host of DIDWW/),
  },
  {
    name: 'tool: names no number',
    spoil: destination({ sipUri: 'sip:support@fra.eu.out.didww.com' }),
    ...transferOnly('vapi', /destinations\[\]\.sipUri of the transfer tool/),
  },
  {
    name: 'tool: hangs up instead of transferring',
    spoil: destination({ transferPlan: { mode: 'blind-transfer', sipVerb: 'bye' } }),
    ...transferOnly('vapi', /sipVerb of the transfer tool .+ to refer/),
  },
  {
    name: 'tool: dials instead of referring, which reaches the person as well',
    spoil: destination({ transferPlan: { mode: 'blind-transfer', sipVerb: 'dial' } }),
    ...ALL_RIGHT,
  },
  {
    name: 'tool: under another name, which the model calls as well',
    spoil: tool(() => ({ function: { name: 'to_a_human', description: 'Transfers the call.' } })),
    ...ALL_RIGHT,
  },
];

const REASONS: readonly Misconfiguration[] = [
  {
    name: 'an inbound call ends for a reason that nobody knows yet',
    spoil: vapi({ endsInboundCallsWith: 'call.orbiting.error-moon' }),
    ...wayIn('vapi', /call\.orbiting\.error-moon/),
  },
  {
    name: 'an outbound call ends for a reason that nobody knows yet',
    spoil: vapi({ endsOutboundCallsWith: 'call.orbiting.error-moon' }),
    ...wayOut('vapi', /call\.orbiting\.error-moon/),
  },
  {
    name: 'Vapi has a fault of its own',
    spoil: vapi({ endsOutboundCallsWith: 'call.in-progress.error-vapifault-worker-died' }),
    ...wayOut('vapi', /Vapi support/),
  },
  {
    name: 'Vapi refuses to place calls',
    spoil: ({ sandbox }) =>
      void sandbox.faults.fail('POST /call', { status: 400, body: { message: 'customer is not allowed' } }),
    ...wayOut(['vapi', 'our-request'], /what Vapi names/),
  },
];

/** At Vapi. */
export const MISCONFIGURED_AT_VAPI: readonly Misconfiguration[] = [
  ...CREDENTIALS,
  ...NUMBERS,
  ...ASSISTANTS,
  ...TOOLS,
  ...REASONS,
];
