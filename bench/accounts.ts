/** The sandbox's accounts as the bench uses them: fresh requests, and a clean table between two runs. */
import type { RequestInput } from '../src/contract/request.js';
import type { NumberSeed, Sandbox } from '../src/sandbox/index.js';

const FIRST_NUMBER = 1_864_830_0000;

/** So many numbers with which nothing is wrong. */
export const numberSeeds = (count: number): readonly NumberSeed[] =>
  Array.from({ length: count }, (_, at) => ({ number: numberAt(at) }));

const numberAt = (at: number): string => `+${String(FIRST_NUMBER + at)}`;

/** Hands out requests for connections that nobody has used before. */
export class Accounts {
  private lastSlug = 0;

  constructor(readonly sandbox: Sandbox) {}

  /**
   * So many requests for one number each, with a transfer and without test calls, each for an assistant of
   * its own, or all for one.
   */
  requests(count: number, sharedAssistant = false): readonly RequestInput[] {
    const shared = sharedAssistant ? this.assistant() : undefined;
    return Array.from({ length: count }, (_, at) => ({
      connection: `bench-${String((this.lastSlug += 1))}`,
      region: 'us',
      assistantId: shared ?? this.assistant(),
      numbers: [{ number: numberAt(at) }],
      // Two tools of one name are refused on one assistant.
      transfer: { destination: '+12025550100', toolName: `transfer_${String(this.lastSlug)}` },
      verification: { inbound: false, outbound: false, transfer: false },
    }));
  }

  /** One such request. */
  request(): RequestInput {
    const [request] = this.requests(1);
    if (request === undefined) throw new RangeError('There is always one.');
    return request;
  }

  /** One request for so many numbers, which one assistant answers. */
  requestOf(numbers: number): RequestInput {
    return { ...this.request(), numbers: Array.from({ length: numbers }, (_, at) => ({ number: numberAt(at) })) };
  }

  /** Takes away what runs have made, so that every run reads lists of the same length. */
  clear(): void {
    const { didww, vapi } = this.sandbox;
    for (const did of didww.dids.values()) did.voiceInTrunkId = null;
    didww.outboundTrunks.clear();
    for (const [id, { name }] of didww.inboundTrunks) if (name.startsWith('patchbay ')) didww.inboundTrunks.delete(id);
    vapi.phoneNumbers.clear();
    vapi.credentials.clear();
    for (const [id, { type }] of vapi.tools) if (type === 'transferCall') vapi.tools.delete(id);
    for (const [id, { name }] of vapi.assistants) if (name === ASSISTANT) vapi.assistants.delete(id);
  }

  private assistant(): string {
    const { id } = this.sandbox.vapi.addAssistant({
      name: ASSISTANT,
      firstMessage: 'Thank you for calling.',
      model: { provider: 'openai', model: 'gpt-4o', messages: [{ role: 'system', content: 'Be brief.' }], toolIds: [] },
    });
    return id;
  }
}

const ASSISTANT = 'bench';
