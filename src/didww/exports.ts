import { z } from 'zod';
import { type CallOptions, loose, present } from '../http/index.js';
import type { DidwwApi, Document } from './api.js';
import { downloadRecords } from './exportFile.js';
import { oneOf, pageOf } from './jsonApi.js';
import type { CallRecord, CallRecordExport, CallRecordExportInput } from './resources.js';

const PATH = '/exports';

/** Call records, made on demand: /exports (docs/providers/didww.md, Exports (call records)). */
export const exportCalls = (api: DidwwApi) => ({
  createExport: (input: CallRecordExportInput, options?: CallOptions): Promise<CallRecordExport> =>
    api.post(PATH, exportDocument(input), one, options),

  findExports: (reference: string, options?: CallOptions): Promise<readonly CallRecordExport[]> =>
    api.getAll(PATH, { 'filter[external_reference_id]': reference }, page, options),

  getExport: (id: string, options?: CallOptions): Promise<CallRecordExport> =>
    api.get(`${PATH}/${encodeURIComponent(id)}`, {}, one, options),

  downloadExport: (url: string, options?: CallOptions): Promise<readonly CallRecord[]> =>
    downloadRecords(api, url, options),
});

function exportDocument({ type, from, to, didNumber, outboundTrunkId, reference }: CallRecordExportInput): Document {
  const filters = present({
    from: utcSeconds(from),
    to: utcSeconds(to),
    did_number: didNumber?.replace(/^\+/, ''),
    // A literal key with a dot; DIDWW's own SDK sends an underscore, which is refused.
    'voice_out_trunk.id': outboundTrunkId,
  });
  return { data: { type: 'exports', attributes: { export_type: type, external_reference_id: reference, filters } } };
}

/** `YYYY-MM-DD HH:MM:SS` in UTC. */
const utcSeconds = (time: Date): string => time.toISOString().slice(0, 19).replace('T', ' ');

const resource = z
  .object({
    id: z.string(),
    attributes: z.object({
      export_type: z.string(),
      status: z.string(),
      url: loose(z.string()),
      external_reference_id: z.string().nullish(),
      created_at: loose(z.string()),
    }),
  })
  .transform(({ id, attributes }): CallRecordExport =>
    present({
      id,
      type: attributes.export_type,
      status: attributes.status,
      url: attributes.url,
      reference: attributes.external_reference_id ?? null,
      createdAt: attributes.created_at,
    }),
  );

const one = oneOf(resource);
const page = pageOf(resource);
