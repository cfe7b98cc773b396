import { z } from 'zod';
import { type CallOptions, loose, present } from '../http/index.js';
import type { VapiApi } from './api.js';
import { jsonObject } from './json.js';
import { listAll } from './lists.js';
import type { Assistant, JsonObject } from './resources.js';

/** Assistants, of which only the model is ever written: /assistant (docs/providers/vapi.md, Assistants). */
export const assistantCalls = (api: VapiApi) => ({
  getAssistant: (id: string, options?: CallOptions): Promise<Assistant> =>
    api.get(assistantPath(id), {}, assistant, options),

  listAssistants: (options?: CallOptions): Promise<readonly Assistant[]> =>
    listAll(api, { path: '/assistant', schema: assistant }, options),

  updateAssistantModel: (id: string, model: JsonObject, options?: CallOptions): Promise<Assistant> =>
    api.patch(assistantPath(id), { model }, assistant, options),
});

const assistantPath = (id: string): string => `/assistant/${encodeURIComponent(id)}`;

const assistant = z
  .object({
    id: z.string(),
    orgId: loose(z.string()),
    name: loose(z.string()),
    model: jsonObject.nullish(),
    latestVersion: loose(z.string()),
    credentialIds: loose(z.array(z.string())),
    serverMessages: loose(z.array(z.string())),
    updatedAt: loose(z.string()),
  })
  .transform(({ model, ...rest }): Assistant => present({ ...rest, model: model ?? {} }));
