import { z } from 'zod';
import { type CallOptions, loose, numeric, present } from '../http/index.js';
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

const monitorPlan = z
  .object({ controlEnabled: loose(z.boolean()), controlAuthenticationEnabled: loose(z.boolean()) })
  .transform((plan): NonNullable<Assistant['monitorPlan']> => present(plan));

const assistant = z
  .object({
    id: z.string(),
    orgId: loose(z.string()),
    name: loose(z.string()),
    model: jsonObject.nullish(),
    latestVersion: loose(z.string()),
    credentialIds: loose(z.array(z.string())),
    serverMessages: loose(z.array(z.string())),
    firstMessage: loose(z.string()),
    firstMessageMode: loose(z.string()),
    endCallPhrases: loose(z.array(z.string())),
    maxDurationSeconds: loose(numeric),
    monitorPlan: loose(monitorPlan),
    updatedAt: loose(z.string()),
  })
  .transform(({ model, ...rest }): Assistant => present({ ...rest, model: model ?? {} }));
