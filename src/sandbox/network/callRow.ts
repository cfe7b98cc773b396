import { randomUUID } from 'node:crypto';

import type { TransferDestination, TransferRecord, TransferStatus, VapiAccount, VapiCall } from '../vapi/index.js';
import type { TransferOption } from './answering.js';

const VAPI_USD_PER_MINUTE = 0.05; // Vapi's own fee (docs/providers/vapi.md, Concurrency and billing)
const MAX_WORD_SECONDS = 2.4;

/** Writes a call's progress into its row at Vapi (docs/providers/vapi.md, Call object). */
export class CallRow {
  #lines: string[] = [];
  #transfer: TransferRecord | undefined;

  constructor(
    readonly account: VapiAccount,
    readonly call: VapiCall,
    /** Told of every new status. */
    private readonly changed: (call: VapiCall) => void,
  ) {}

  get ended(): boolean {
    return this.call.status === 'ended';
  }

  ringing(): void {
    this.#set('ringing');
  }

  answered(): void {
    this.call.startedAt = this.account.timestamp();
    this.#set('in-progress');
  }

  /** What the assistant says is `bot`, what it hears is `user`. */
  spoken(role: 'bot' | 'user', text: string, second: number): void {
    const time = this.#time(second);
    this.call.artifact.messages.push({
      role,
      message: text,
      time,
      endTime: time + MAX_WORD_SECONDS * 1000,
      secondsFromStart: second,
      duration: MAX_WORD_SECONDS * 1000,
    });
    this.#lines.push(`${role === 'bot' ? 'AI' : 'User'}: ${text}`);
    this.call.artifact.transcript = `${this.#lines.join('\n')}\n`;
    this.#touch();
  }

  /** The model called its transfer tool; a forced transfer leaves no such entry. */
  toolCalled({ toolName, destination }: TransferOption, second: number): void {
    const id = `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
    const time = this.#time(second);
    const args = JSON.stringify({ destination: destination.sipUri ?? destination.number });
    const { messages } = this.call.artifact;
    messages.push({
      role: 'tool_calls',
      time,
      secondsFromStart: second,
      toolCalls: [{ id, type: 'function', function: { name: toolName, arguments: args } }],
    });
    messages.push({
      role: 'tool_call_result',
      time,
      secondsFromStart: second,
      toolCallId: id,
      name: toolName,
      result: 'Transfer Initiated.',
    });
  }

  forwarding(destination: TransferDestination): void {
    this.call.destination = destination;
    this.#transfer = { destination, mode: destination.transferPlan?.mode ?? 'blind-transfer' };
    this.call.artifact.transfers = [this.#transfer];
    this.#set('forwarding');
  }

  /**
   * Known when the far end has decided, which may be after the row has ended; some organisations are never
   * told.
   */
  transferred(status: TransferStatus): void {
    if (this.#transfer === undefined || !this.account.switches.transferStatusReported) return;
    this.#transfer.status = status;
    this.#touch();
  }

  /** `seconds` of conversation; null where the call was never answered, which leaves `startedAt` out. */
  end(endedReason: string, seconds: number | null, endedMessage?: string): void {
    if (this.ended) return;
    this.call.endedReason = endedReason;
    if (endedMessage !== undefined) this.call.endedMessage = endedMessage;
    const { startedAt } = this.call;
    this.call.endedAt =
      startedAt === undefined || seconds === null
        ? this.account.timestamp()
        : new Date(Date.parse(startedAt) + seconds * 1000).toISOString();
    this.#charge((seconds ?? 0) / 60);
    this.#set('ended');
  }

  #charge(minutes: number): void {
    if (minutes <= 0) return;
    const vapi = usd(minutes * VAPI_USD_PER_MINUTE);
    const model = usd(minutes * this.account.switches.modelUsdPerMinute);
    const total = usd(vapi + model);
    this.call.cost = total;
    const tokens = { promptTokens: this.#tokens('user'), completionTokens: this.#tokens('bot') };
    this.call.costs = [
      { type: 'transport', provider: 'vapi.sip', minutes, cost: 0 },
      { type: 'model', model: this.#model(), ...tokens, cost: model },
      { type: 'vapi', subType: 'normal', minutes, cost: vapi },
    ];
    this.call.costBreakdown = {
      transport: 0,
      stt: 0,
      llm: model,
      tts: 0,
      vapi,
      chat: 0,
      total,
      llmPromptTokens: tokens.promptTokens,
      llmCompletionTokens: tokens.completionTokens,
    };
  }

  /** What names the model in the costs; that it is these two members is assumed. */
  #model(): Readonly<Record<string, unknown>> {
    const { assistant = this.account.assistants.get(this.call.assistantId ?? '') } = this.call;
    return assistant?.model === undefined ? {} : { provider: assistant.model.provider, model: assistant.model.model };
  }

  /** What was said in one of the roles, at four characters a token (assumed). */
  #tokens(role: 'user' | 'bot'): number {
    const said = this.call.artifact.messages.filter((message) => message.role === role);
    return Math.ceil(said.reduce((sum, { message = '' }) => sum + message.length, 0) / 4);
  }

  #set(status: VapiCall['status']): void {
    this.call.status = status;
    this.#touch();
    this.changed(this.call);
  }

  #touch(): void {
    this.call.updatedAt = this.account.timestamp();
  }

  #time(second: number): number {
    return Date.parse(this.call.startedAt ?? this.call.createdAt) + second * 1000;
  }
}

function usd(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
