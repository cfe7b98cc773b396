import type { AssistantDto } from '../vapi/index.js';

/**
 * What the sandbox's stand-in for a language model reads out of a prompt. No source says what a model says:
 * all of this is assumed, and kept simple enough that whoever writes a prompt can foresee it.
 */

const QUOTED = /["“”]([^"“”]{2,})["“”]/g;
const AFTER_COLON = /\b(?:say|answer|reply|respond)\b[^:."\n]*:\s*([^\n"“”]+)/gi;
const PERSON = /\b(person|human|representative|operator|live agent|real agent)\b/i;
const NEGATED = /\b(no|not|never|without|don't|doesn't|isn't)\b/i;
const GOODBYE = /\b(goodbye|good bye|bye)\b/i;

/**
 * What the assistant says turn by turn: every quotation of its prompt in order, else what follows "say:",
 * "answer only:" and the like, else nothing of its own.
 */
export function linesOf(assistant: AssistantDto): readonly string[] {
  const prompt = promptOf(assistant);
  const quoted = [...prompt.matchAll(QUOTED)].map(([, line = '']) => line.trim());
  if (quoted.length > 0) return quoted;
  return [...prompt.matchAll(AFTER_COLON)].map(([, line = '']) => line.trim());
}

/** System prompts of an assistant, joined. */
export function promptOf({ model }: AssistantDto): string {
  const system = (model?.messages ?? []).filter(({ role }) => role === 'system');
  return system.map(({ content }) => content ?? '').join('\n');
}

/** Whether somebody asks for a person here. A sentence that denies it ("this is not a person") does not. */
export function asksForPerson(text: string): boolean {
  return text.split(/[.!?\n]/).some((sentence) => PERSON.test(sentence) && !NEGATED.test(sentence));
}

export function saysGoodbye(text: string): boolean {
  return GOODBYE.test(text);
}
