import { expect, test } from 'vitest';
import { activity } from '../../src/activities/engine/activity.js';
import { assistantActivities, editAssistant } from '../../src/activities/objects/assistant.js';
import type { AssistantEdit } from '../../src/contract/otherRuns.js';
import { givenWorld, PROMPT } from './world.js';

const OURS = 'our-tool';

const given = async () => {
  const world = await givenWorld();
  const { assistants } = world.vapiAccount;
  const edit = (attached: boolean): AssistantEdit => ({
    region: 'us',
    assistantId: world.assistant.id,
    toolId: OURS,
    attached,
  });
  const applied = activity((one: AssistantEdit, options) => editAssistant(world.vapi(), one, options));
  return {
    world,
    edit,
    model: () => assistants.get(world.assistant.id)?.model,
    applied,
    ...assistantActivities(world),
  };
};

test('only the tool ids of an assistant change, and back again', async () => {
  const { world, edit, model, applied } = await given();

  expect(await world.attempt(applied, edit(true))).toBe(true);
  expect(await world.attempt(applied, edit(true))).toBe(false);
  expect(model()).toEqual({ ...world.assistant.model, toolIds: ['tool-of-somebody', OURS] });
  expect(await world.attempt(applied, edit(false))).toBe(true);
  expect(await world.attempt(applied, edit(false))).toBe(false);

  expect(model()).toEqual(world.assistant.model);
  expect(world.writes()).toHaveLength(2);
});

test('a tool that a person has pinned to a version counts as there', async () => {
  const { world, edit, applied } = await given();
  const model = { provider: 'openai', model: 'gpt-4o', toolRefs: [{ toolId: OURS, version: 'v1' }] };
  world.vapiAccount.patchAssistant(world.assistant, { model });

  expect(await world.attempt(applied, edit(true))).toBe(false);
});

test('members that Vapi shows but does not take back are left out, and nothing else', async () => {
  const { world, edit, model, applied } = await given();
  world.vapiAccount.switches.showsModelDeprecations = true;

  expect(await world.attempt(applied, edit(true))).toBe(true);
  expect(model()).toMatchObject({ messages: PROMPT, toolIds: ['tool-of-somebody', OURS] });
});

test('what Vapi did not keep of the model fails the attempt, and the next one leaves alone what is done', async () => {
  const { world, edit, model, applied } = await given();
  const messages = [{ role: 'system', content: 'Be brief and kind.' }];
  world.faults.fail('PATCH /assistant/:id', {
    status: 200,
    effect: 'after',
    times: 1,
    body: { id: world.assistant.id, model: { ...world.assistant.model, messages } },
  });

  const failure = await world.failure(applied, edit(true));
  expect(failure).toMatchObject({ class: 'unexpected-answer', retried: true });
  expect(failure.message).toContain('model.toolIds, model.messages is not as it should be');
  expect(await world.attempt(applied, edit(true), 2)).toBe(false);
  expect(model()).toMatchObject({ messages: PROMPT, toolIds: ['tool-of-somebody', OURS] });
});

test('an old draft that is published after the edit is noticed by another look', async () => {
  const { world, edit, applied, confirmAssistantEdit } = await given();
  const draft = world.vapiAccount.openDashboardDraft(world.assistant.id);
  await world.attempt(applied, edit(true));
  await world.attempt(confirmAssistantEdit, edit(true));

  draft.publish();

  expect(await world.failure(confirmAssistantEdit, edit(true))).toMatchObject({ retried: true });
  const failure = await world.failure(confirmAssistantEdit, edit(true), 2);
  expect(failure).toMatchObject({ class: 'conflict', retried: false });
  expect(failure.action).toContain('drafts');
});

test('a first look that had no answer is none: the read after it may lag behind the edit', async () => {
  const { world, edit, confirmAssistantEdit } = await given();
  world.faults.loseAnswer('GET /assistant/:id', { times: 1 });

  expect(await world.failure(confirmAssistantEdit, edit(true))).toMatchObject({ class: 'network', retried: true });
  const lagging = await world.failure(confirmAssistantEdit, edit(true), 2);
  expect(lagging).toMatchObject({ class: 'unexpected-answer', retried: true });
  expect(await world.failure(confirmAssistantEdit, edit(true), 3)).toMatchObject({ class: 'conflict' });
});

test('to detach the tool from an assistant that is gone is done already; to attach it is not found', async () => {
  const { world, edit, applied } = await given();
  world.vapiAccount.assistants.clear();

  expect(await world.attempt(applied, edit(false))).toBe(false);
  expect(await world.failure(applied, edit(true))).toMatchObject({ class: 'not-found', retried: false });
});

test('an edit that nobody waits for any more is not made', async () => {
  const { world, edit, applyAssistantEdit } = await given();
  const before = structuredClone(world.vapiAccount.assistants.get(world.assistant.id));
  const answerTo = { workflowId: 'connection/closed', runId: '019e0000-0000-7000-8000-000000000000', activityId: '1' };

  expect(await world.attempt(applyAssistantEdit, { edit: edit(true), answerTo })).toEqual({ changed: false });

  expect(world.vapiAccount.assistants.get(world.assistant.id)).toEqual(before);
});
