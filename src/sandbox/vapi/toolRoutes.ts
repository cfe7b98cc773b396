import type { FastifyInstance } from 'fastify';

import type { VapiAccount } from './account.js';
import { invalid, pinned } from './errors.js';
import { find } from './find.js';
import { bareList } from './lists.js';
import { createToolDto, updateToolDto } from './toolDto.js';
import { validate } from './validation.js';

/** /tool (docs/providers/vapi.md, Tools). */
export function toolRoutes(app: FastifyInstance, account: VapiAccount): void {
  app.post('/tool', async (request, reply) => {
    const dto = validate(createToolDto, request.body);
    if (dto.function !== undefined && account.switches.refusesToolFunction) throw shouldNotExist('function');
    return reply.code(201).send(account.addTool(dto));
  });
  app.get('/tool', async (request) => bareList(account.tools, request));
  app.get<{ Params: { id: string } }>('/tool/:id', async ({ params }) => find(account.tools, 'Tool', params.id));
  app.patch<{ Params: { id: string } }>('/tool/:id', async ({ params, body }) => {
    const tool = find(account.tools, 'Tool', params.id);
    const dto = validate(updateToolDto, body);
    if (dto.type !== undefined && account.switches.refusesTypeOnToolPatch) throw shouldNotExist('type');
    return account.patchTool(tool, dto);
  });
  app.delete<{ Params: { id: string } }>('/tool/:id', async ({ params }) => {
    const tool = find(account.tools, 'Tool', params.id);
    const pins = pinsOf(account, tool.id);
    if (pins.length > 0) throw pinned('tool', pins);
    account.tools.delete(tool.id);
    return tool;
  });
}

/**
 * Assistants that pin a version of the tool. `toolIds` pin nothing: such a tool can be deleted, and their
 * calls fail from then on.
 */
function pinsOf(account: VapiAccount, toolId: string): readonly string[] {
  const pinning = [...account.assistants.values()].filter(({ model }) =>
    model?.toolRefs?.some((reference) => reference.toolId === toolId),
  );
  return [...(account.pins.get(toolId) ?? []), ...pinning.map(({ id }) => id)];
}

function shouldNotExist(property: string): Error {
  return invalid([`property ${property} should not exist`]);
}
