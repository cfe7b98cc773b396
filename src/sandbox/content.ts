import { type DidSeed, addDid, addReferenceData, foreignTrunk } from './didww/seed.js';
import type { DidwwAccount } from './didww/index.js';
import type { VapiAccount, VapiAssistant, VapiCredential } from './vapi/index.js';

/** A number of the sandbox, with what stands in the way of its onboarding, if anything. */
export interface NumberSeed extends DidSeed {
  /** Both Vapi organisations have it already, each on a credential of its own making. */
  readonly importedElsewhere?: boolean | undefined;
}

/**
 * The numbers of a sandbox for which nothing else is asked: five to onboard, and one that rings in the
 * office.
 */
export const defaultNumbers: readonly NumberSeed[] = [
  { number: '+18648301018' },
  { number: '+18648301019' },
  { number: '+18648301020' },
  { number: '+12025550143' },
  { number: '+12025550144' },
  { number: '+18648301030', routedTo: 'office-pbx', description: 'Main office' },
];

/** A number in each state that keeps it from being onboarded (docs/providers/didww.md, DIDs and routing). */
export const unusableNumbers: readonly NumberSeed[] = [
  { number: '+18648301040', condition: 'blocked' },
  { number: '+18648301041', condition: 'awaiting-registration' },
  { number: '+18648301042', condition: 'terminated' },
  { number: '+18648301043', condition: 'expired' },
  { number: '+18648301044', condition: 'no-capacity' },
  { number: '+18648301045', condition: 'no-voice-in' },
  { number: '+18648301046', condition: 'no-voice-out' },
  { number: '+18648301047', routedTo: 'office-pbx' },
  { number: '+18648301048', routedToGroup: 'office hunt group' },
  { number: '+18648301049', importedElsewhere: true },
];

/**
 * Fills both accounts' inventories: the numbers, and what other people have made there that must survive.
 */
export function addNumbers(
  didww: DidwwAccount,
  organisations: readonly VapiAccount[],
  numbers: readonly NumberSeed[],
): void {
  addReferenceData(didww);
  foreignTrunk(didww, 'office-pbx');
  for (const seed of numbers) addNumber(didww, organisations, seed);
}

/**
 * Puts one number into the DIDWW account, and into Vapi where it is to be imported elsewhere. Throws where
 * it is there already.
 */
export function addNumber(
  didww: DidwwAccount,
  organisations: readonly VapiAccount[],
  { importedElsewhere, ...seed }: NumberSeed,
): void {
  const did = addDid(didww, seed);
  if (importedElsewhere !== true) return;
  for (const vapi of organisations) {
    vapi.addPhoneNumber({
      provider: 'byo-phone-number',
      number: `+${did.number}`,
      credentialId: foreignCredential(vapi).id,
      name: 'Imported by somebody else',
    });
  }
}

/**
 * An organisation's assistant as a customer has made it: a prompt, a tool of his own, and fields that
 * nobody else may change.
 */
export function addReceptionist(vapi: VapiAccount): VapiAssistant {
  const lookup = vapi.addTool({
    type: 'function',
    function: {
      name: 'look_up_order',
      description: 'Looks up an order by its number.',
      parameters: { type: 'object', properties: { order: { type: 'string' } }, required: ['order'] },
    },
    server: { url: 'https://example.com/orders' },
  });
  const model = {
    provider: 'openai',
    model: 'gpt-4o',
    temperature: 0.3,
    messages: [{ role: 'system', content: 'You are the receptionist of Acme. Be brief and friendly.' }],
    toolIds: [lookup.id],
  };
  const assistant = {
    name: 'Acme receptionist',
    firstMessage: 'Thank you for calling Acme. How can I help you?',
    model,
    voice: { provider: 'vapi', voiceId: 'Elliot' },
    transcriber: { provider: 'deepgram', model: 'nova-3', language: 'en' },
    endCallPhrases: ['goodbye'],
    maxDurationSeconds: 600,
    metadata: { team: 'front desk' },
  };
  return vapi.addAssistant(assistant);
}

/** A trunk to the office's own carrier, made where it is not there. */
function foreignCredential(vapi: VapiAccount): VapiCredential {
  const standing = [...vapi.credentials.values()].find(({ name }) => name === 'office carrier');
  return (
    standing ??
    vapi.addCredential({
      provider: 'byo-sip-trunk',
      name: 'office carrier',
      gateways: [{ ip: '198.51.100.20', netmask: 32 }],
    })
  );
}
