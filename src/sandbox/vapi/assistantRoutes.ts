import type { FastifyInstance } from 'fastify';

import type { VapiAccount } from './account.js';
import { type AssistantDto, assistantDto } from './assistantDto.js';
import { pinned } from './errors.js';
import { find } from './find.js';
import { bareList } from './lists.js';
import type { VapiAssistant } from './objects.js';
import { validate } from './validation.js';

/** /assistant (docs/providers/vapi.md, Assistants). */
export function assistantRoutes(app: FastifyInstance, account: VapiAccount): void {
  app.post('/assistant', async (request, reply) => {
    const assistant = account.addAssistant(withoutDoubles(validate(assistantDto, request.body)));
    return reply.code(201).send(shown(account, assistant));
  });
  app.get('/assistant', async (request) =>
    bareList(account.assistants, request).map((assistant) => shown(account, assistant)),
  );
  app.get<{ Params: { id: string } }>('/assistant/:id', async ({ params }) =>
    shown(account, find(account.assistants, 'Assistant', params.id)),
  );
  app.patch<{ Params: { id: string } }>('/assistant/:id', async ({ params, body }) => {
    const assistant = find(account.assistants, 'Assistant', params.id);
    return shown(account, account.patchAssistant(assistant, withoutDoubles(validate(assistantDto, body))));
  });
  app.delete<{ Params: { id: string } }>('/assistant/:id', async ({ params }) => {
    const assistant = find(account.assistants, 'Assistant', params.id);
    const pins = account.pins.get(assistant.id) ?? [];
    if (pins.length > 0) throw pinned('assistant', pins);
    account.assistants.delete(assistant.id);
    return shown(account, assistant);
  });
}

/**
 * What a read returns: a model may carry keys that the server adds and refuses to take back
 * (docs/providers/vapi.md, Assistants).
 */
function shown(account: VapiAccount, assistant: VapiAssistant): object {
  if (!account.switches.showsModelDeprecations || assistant.model === undefined) return assistant;
  return { ...assistant, model: { ...assistant.model, modelDeprecations: [] } };
}

/**
 * A pinned reference wins over the same tool in `toolIds`, which is dropped at write
 * (docs/providers/vapi.md, Assistants).
 */
function withoutDoubles(dto: AssistantDto): AssistantDto {
  const { model } = dto;
  const toolRefs = model?.toolRefs ?? [];
  if (!model?.toolIds || toolRefs.length === 0) return dto;
  const toolIds = model.toolIds.filter((id) => !toolRefs.some(({ toolId }) => toolId === id));
  return { ...dto, model: { ...model, toolIds } };
}
