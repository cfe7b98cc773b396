import type {
  AssistantDto,
  TransferDestination,
  VapiAccount,
  VapiCall,
  VapiPhoneNumber,
  VapiTool,
} from '../vapi/index.js';

/** A transfer that an assistant can make. */
export interface TransferOption {
  readonly toolName: string;
  readonly destination: TransferDestination;
}

/** An assistant ready to speak, with what its tools allow. */
export interface Answering {
  readonly assistant: AssistantDto;
  readonly transfer: TransferOption | undefined;
  readonly canEndCall: boolean;
}

/** Why a call ends before anybody speaks. */
export interface Unanswerable {
  readonly kind: 'unanswerable';
  readonly endedReason: string;
}

export type AnsweringDecision = { readonly kind: 'ready'; readonly answering: Answering } | Unanswerable;

/**
 * Who answers a call to a number (docs/providers/vapi.md, Phone numbers and Ended reasons). Webhooks and
 * squads are not simulated: a number that has only those ends its calls as if they had failed.
 */
export function answeringNumber(account: VapiAccount, number: VapiPhoneNumber): AnsweringDecision {
  if (typeof number.assistantId === 'string') return saved(account, number.assistantId);
  if (number.squadId || number.workflowId) return { kind: 'unanswerable', endedReason: 'assistant-not-valid' };
  const endedReason = number.server ? 'assistant-request-failed' : 'call-start-error-neither-assistant-nor-server-set';
  return { kind: 'unanswerable', endedReason };
}

/**
 * Who speaks on our side of a call that was placed through the API: a saved or a transient assistant, with
 * its overrides.
 */
export function answeringCall(account: VapiAccount, call: VapiCall): AnsweringDecision {
  if (call.assistantId !== undefined) return saved(account, call.assistantId, call.assistantOverrides);
  return equipped(account, { ...call.assistant, ...call.assistantOverrides });
}

function saved(account: VapiAccount, assistantId: string, overrides: object = {}): AnsweringDecision {
  const assistant = account.assistants.get(assistantId);
  if (assistant === undefined) return { kind: 'unanswerable', endedReason: 'assistant-not-found' };
  return equipped(account, { ...assistant, ...overrides });
}

/**
 * Gathers the tools. One that no longer exists fails the call (docs/providers/vapi.md, Tools); the ended
 * reason is assumed.
 */
function equipped(account: VapiAccount, assistant: AssistantDto): AnsweringDecision {
  const { model } = assistant;
  const ids = [...(model?.toolIds ?? []), ...(model?.toolRefs ?? []).map(({ toolId }) => toolId)];
  const attached = ids.map((id) => account.tools.get(id));
  if (attached.includes(undefined)) {
    return { kind: 'unanswerable', endedReason: 'call.start.error-get-resources-validation' };
  }
  const tools = [
    ...attached.filter((tool) => tool !== undefined),
    ...(model?.tools ?? []),
  ] as readonly Partial<VapiTool>[];
  return {
    kind: 'ready',
    answering: {
      assistant,
      transfer: cannotTransfer(assistant) ? undefined : transferOf(tools),
      canEndCall: tools.some(({ type }) => type === 'endCall'),
    },
  };
}

/** What keeps Vapi from transferring at all (docs/providers/vapi.md, Transfers). */
function cannotTransfer({ serverMessages }: AssistantDto): boolean {
  return Array.isArray(serverMessages) && serverMessages.includes('phone-call-control');
}

function transferOf(tools: readonly Partial<VapiTool>[]): TransferOption | undefined {
  for (const tool of tools) {
    const destination = tool.type === 'transferCall' ? tool.destinations?.[0] : undefined;
    if (destination !== undefined) return { toolName: tool.function?.name ?? 'transferCall', destination };
  }
  return undefined;
}
