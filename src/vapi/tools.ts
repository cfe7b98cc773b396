import { z } from 'zod';
import { type CallOptions, loose, looseList, present } from '../http/index.js';
import type { VapiApi } from './api.js';
import { destinationSchema, sipDestinationBody } from './destinations.js';
import { listAll } from './lists.js';
import type { Tool, TransferToolInput, TransferToolPatch } from './resources.js';

const PATH = '/tool';

/** Tools, of which only transfers are ever written: /tool (docs/providers/vapi.md, Tools). */
export const toolCalls = (api: VapiApi) => ({
  listTools: (options?: CallOptions): Promise<readonly Tool[]> => listAll(api, { path: PATH, schema: tool }, options),

  getTool: (id: string, options?: CallOptions): Promise<Tool> => api.get(toolPath(id), {}, tool, options),

  createTransferTool: (input: TransferToolInput, options?: CallOptions): Promise<Tool> =>
    api.post(PATH, { type: 'transferCall', ...toolBody(input) }, tool, options),

  // Without `type`: sources disagree on whether a PATCH may hold it (docs/providers/vapi.md,
  // Contradictions).
  updateTool: (id: string, patch: TransferToolPatch, options?: CallOptions): Promise<Tool> =>
    api.patch(toolPath(id), toolBody(patch), tool, options),

  deleteTool: (id: string, options?: CallOptions): Promise<void> => api.delete(toolPath(id), options),
});

const toolPath = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

const toolBody = ({ function: called, destinations }: TransferToolPatch): object =>
  present({
    function: called === undefined ? undefined : present({ name: called.name, description: called.description }),
    destinations: destinations?.map(sipDestinationBody),
  });

const tool = z
  .object({
    id: z.string(),
    type: loose(z.string()),
    function: loose(z.object({ name: loose(z.string()), description: loose(z.string()) })),
    destinations: looseList(destinationSchema),
    latestVersion: loose(z.string()),
    createdAt: loose(z.string()),
  })
  .transform(({ function: called, ...rest }): Tool =>
    present({ ...rest, functionName: called?.name, functionDescription: called?.description }),
  );
