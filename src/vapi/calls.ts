import { type CallOptions, type HttpRequest, present } from '../http/index.js';
import type { VapiApi } from './api.js';
import { callSchema } from './callSchema.js';
import { sipDestinationBody } from './destinations.js';
import { listAll } from './lists.js';
import type { Call, CallCommand, CallFilter, CallInput } from './callResources.js';

const PATH = '/call';

/** Calls: /call, and the control URL of a live one (docs/providers/vapi.md, Calls; Call control). */
export const callCalls = (api: VapiApi) => ({
  createCall: (input: CallInput, options?: CallOptions): Promise<Call> =>
    api.post(PATH, callBody(input), callSchema, options),

  getCall: (id: string, options?: CallOptions): Promise<Call> =>
    api.get(`${PATH}/${encodeURIComponent(id)}`, {}, callSchema, options),

  listCalls: ({ phoneNumberId, assistantId, createdAtGe, createdAtLe }: CallFilter, options?: CallOptions) => {
    const dates = { createdAtGe: isoTime(createdAtGe), createdAtLe: isoTime(createdAtLe) };
    const query = present({ phoneNumberId, assistantId, ...dates });
    return listAll(api, { path: PATH, query, schema: callSchema }, options);
  },

  controlCall: async (controlUrl: string, command: CallCommand, options?: CallOptions): Promise<void> => {
    const url = URL.canParse(controlUrl) ? new URL(controlUrl) : undefined;
    // The operation leaves the URL out: whoever has it can steer the call.
    const operation = `POST call control (${command.type})`;
    if (url === undefined || !isVapis(url, api.baseUrl)) {
      throw api.http.refused({ method: 'POST', operation }, "the call's control URL is not one of Vapi's");
    }
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const request: HttpRequest = { method: 'POST', url, operation, headers, body: commandBody(command) };
    await api.http.done(request, options);
  },
});

/** The address stands in data: a command, and what it says, goes nowhere but to Vapi. */
const isVapis = (url: URL, baseUrl: URL): boolean =>
  url.origin === baseUrl.origin || (url.protocol === 'https:' && /(^|\.)vapi\.ai$/.test(url.hostname));

const isoTime = (time: string | Date | undefined): string | undefined =>
  time instanceof Date ? time.toISOString() : time;

/**
 * Written member by member: Vapi refuses what it does not know, a `metadata` at the top too
 * (docs/providers/vapi.md, Calls).
 */
const callBody = (input: CallInput): unknown =>
  present({
    name: input.name,
    phoneNumberId: input.phoneNumberId,
    customer: present({
      number: input.customer.number,
      name: input.customer.name,
      numberE164CheckEnabled: input.customer.numberE164CheckEnabled,
    }),
    assistantId: input.assistantId,
    assistant: input.assistant,
    assistantOverrides: input.assistantOverrides,
    transport:
      input.dialTimeoutSeconds === undefined
        ? undefined
        : { provider: 'vapi.sip', dialTimeout: input.dialTimeoutSeconds },
  });

function commandBody(command: CallCommand): unknown {
  if (command.type !== 'transfer' || command.destination.type !== 'sip') return command;
  return { ...command, destination: sipDestinationBody(command.destination) };
}
