import { z } from 'zod';
import { type CallOptions, loose } from '../http/index.js';
import type { VapiApi } from './api.js';

/** Kinds of objects that an organisation may have, the likeliest first. */
const KINDS = ['/assistant', '/phone-number', '/credential', '/tool'] as const;

/**
 * Whose key it is: no request answers that, but every object names its organisation
 * (docs/providers/vapi.md, Organisations).
 */
export const organisationCalls = (api: VapiApi) => ({
  async findOrganisationId(options?: CallOptions): Promise<string | undefined> {
    for (const path of KINDS) {
      const rows = await api.get(path, { limit: '1' }, page, options);
      const told = rows.map(({ orgId }) => orgId).find((id) => id !== undefined);
      if (told !== undefined) return told;
    }
    return undefined;
  },
});

const row = z.object({ orgId: loose(z.string()) });

/** Both shapes occur: a bare array, and `{ results }` (docs/providers/vapi.md, Lists). */
const page = z
  .union([z.array(row), z.object({ results: z.array(row) })])
  .transform((answer) => (Array.isArray(answer) ? answer : answer.results));
