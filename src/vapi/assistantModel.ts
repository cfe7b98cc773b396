/**
 * What can be said of an assistant's model without knowing it: tools go in and out, all other members,
 * known or not, stay. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from './index.js';

export type Model = JsonObject;

/** Whether the model lists the tool, by id or pinned to a version. */
export const holdsTool = (model: Model, toolId: string): boolean =>
  listOf(model.toolIds).includes(toolId) || listOf(model.toolRefs).some((ref) => isRefTo(ref, toolId));

/** The model with the tool listed last. */
export const withTool = (model: Model, toolId: string): Model => ({
  ...model,
  toolIds: [...listOf(model.toolIds), toolId],
});

/**
 * The model without the tool; a pin that somebody put on it goes too, for a tool that is missing fails the
 * assistant's calls.
 */
export function withoutTool(model: Model, toolId: string): Model {
  const toolIds = listOf(model.toolIds).filter((id) => id !== toolId);
  const toolRefs = listOf(model.toolRefs).filter((ref) => !isRefTo(ref, toolId));
  return {
    ...model,
    ...(Array.isArray(model.toolIds) ? { toolIds } : {}),
    ...(Array.isArray(model.toolRefs) ? { toolRefs } : {}),
  };
}

/**
 * Members that an edit of this tool had to keep and that differ all the same. Other tools may have been
 * added meanwhile.
 */
export function changedParts(before: Model, after: Model, toolId: string): readonly string[] {
  const same = KEPT_MEMBERS.filter((member) => !isDeepStrictEqual(before[member], after[member]));
  const lostTools = [...listOf(before.toolIds), ...listOf(before.toolRefs)].filter(
    (tool) => tool !== toolId && !isRefTo(tool, toolId) && !holds(after, tool),
  );
  return [...same, ...(lostTools.length > 0 ? ['toolIds'] : [])].map((member) => `model.${member}`);
}

/**
 * Members that a write must not touch and that Vapi shows alike in every read; others it may fill in by
 * itself.
 */
const KEPT_MEMBERS = ['provider', 'model', 'messages', 'tools', 'knowledgeBase', 'temperature', 'maxTokens'] as const;

const holds = (model: Model, tool: unknown): boolean =>
  [...listOf(model.toolIds), ...listOf(model.toolRefs)].some((other) => isDeepStrictEqual(other, tool));

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isRefTo = (ref: unknown, toolId: string): boolean =>
  typeof ref === 'object' && ref !== null && 'toolId' in ref && ref.toolId === toolId;
