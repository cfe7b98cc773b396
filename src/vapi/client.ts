import type { CallOptions, ProviderClock } from '../http/index.js';
import { createVapiApi, type VapiSettings } from './api.js';
import { assistantCalls } from './assistants.js';
import type { Call, CallCommand, CallFilter, CallInput } from './callResources.js';
import { callCalls } from './calls.js';
import { credentialCalls } from './credentials.js';
import { organisationCalls } from './organisation.js';
import { phoneNumberCalls } from './phoneNumbers.js';
import type {
  Assistant,
  Credential,
  CredentialInput,
  CredentialPatch,
  JsonObject,
  PhoneNumber,
  PhoneNumberInput,
  PhoneNumberPatch,
  Tool,
  TransferToolInput,
  TransferToolPatch,
} from './resources.js';
import { toolCalls } from './tools.js';

/**
 * Vapi's API. Each call is one request (lists: one a page of 1000), sent once; every method throws
 * `ProviderError`.
 */
export interface VapiClient {
  /** What Vapi's answers say of the time. */
  readonly clock: ProviderClock;

  /**
   * Id of the key's organisation, as its newest objects tell it: up to four requests. Undefined where none
   * of them tells.
   */
  findOrganisationId(options?: CallOptions): Promise<string | undefined>;

  /** GET /assistant/:id. */
  getAssistant(id: string, options?: CallOptions): Promise<Assistant>;
  /** GET /assistant, all of the organisation. */
  listAssistants(options?: CallOptions): Promise<readonly Assistant[]>;
  /** PATCH /assistant/:id with `{ model }` alone. Replaces the model whole and is live at once. */
  updateAssistantModel(id: string, model: JsonObject, options?: CallOptions): Promise<Assistant>;

  /** GET /phone-number, all of the organisation, whatever their provider. */
  listPhoneNumbers(options?: CallOptions): Promise<readonly PhoneNumber[]>;
  /** GET /phone-number/:id. */
  getPhoneNumber(id: string, options?: CallOptions): Promise<PhoneNumber>;
  /** POST /phone-number as `byo-phone-number`. Vapi may accept the same number twice: look first. */
  createPhoneNumber(input: PhoneNumberInput, options?: CallOptions): Promise<PhoneNumber>;
  /** PATCH /phone-number/:id. */
  updatePhoneNumber(id: string, patch: PhoneNumberPatch, options?: CallOptions): Promise<PhoneNumber>;
  /** DELETE /phone-number/:id. */
  deletePhoneNumber(id: string, options?: CallOptions): Promise<void>;

  /** GET /credential: those of provider `byo-sip-trunk`. */
  listCredentials(options?: CallOptions): Promise<readonly Credential[]>;
  /** GET /credential/:id. */
  getCredential(id: string, options?: CallOptions): Promise<Credential>;
  /** POST /credential. Vapi tries the gateways on save: the carrier must already allow Vapi's addresses. */
  createCredential(input: CredentialInput, options?: CallOptions): Promise<Credential>;
  /** PATCH /credential/:id. */
  updateCredential(id: string, patch: CredentialPatch, options?: CallOptions): Promise<Credential>;
  /** DELETE /credential/:id. Numbers that use it go first. */
  deleteCredential(id: string, options?: CallOptions): Promise<void>;

  /** GET /tool, all of the organisation, whatever their type. */
  listTools(options?: CallOptions): Promise<readonly Tool[]>;
  /** GET /tool/:id. */
  getTool(id: string, options?: CallOptions): Promise<Tool>;
  /** POST /tool as `transferCall`. Names are not unique. */
  createTransferTool(input: TransferToolInput, options?: CallOptions): Promise<Tool>;
  /** PATCH /tool/:id. */
  updateTool(id: string, patch: TransferToolPatch, options?: CallOptions): Promise<Tool>;
  /**
   * DELETE /tool/:id. An assistant that still lists it fails its calls: detach first. `conflict` where a
   * version is pinned.
   */
  deleteTool(id: string, options?: CallOptions): Promise<void>;

  /** POST /call. */
  createCall(input: CallInput, options?: CallOptions): Promise<Call>;
  /** GET /call/:id. May be `not-found` for a moment after `createCall`. */
  getCall(id: string, options?: CallOptions): Promise<Call>;
  /** GET /call, all that match; Vapi cannot filter by name, type or status. */
  listCalls(filter: CallFilter, options?: CallOptions): Promise<readonly Call[]>;
  /** POST to a live call's `monitor.controlUrl`, without the API key. Refuses a URL that is not Vapi's. */
  controlCall(controlUrl: string, command: CallCommand, options?: CallOptions): Promise<void>;

  /** Closes the kept-alive connections; requests under way are let finish. */
  close(): Promise<void>;
}

/** A client of one Vapi organisation. Opens no connection before its first request. */
export function createVapi(settings: VapiSettings): VapiClient {
  const api = createVapiApi(settings);
  return {
    clock: api.http.clock,
    ...organisationCalls(api),
    ...assistantCalls(api),
    ...phoneNumberCalls(api),
    ...credentialCalls(api),
    ...toolCalls(api),
    ...callCalls(api),
    close: () => api.http.close(),
  };
}
