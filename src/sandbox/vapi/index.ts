/**
 * A Vapi organisation over HTTP: what its API accepts, refuses and answers (docs/providers/vapi.md).
 * What becomes of a call is decided by the phone network, which this room only knows as `Telephony`.
 */
export type { VapiAccountOptions } from './account.js';
export { VapiAccount } from './account.js';
export type { AssistantDto, ModelDto } from './assistantDto.js';
export type { CallCommand, CreateCallDto } from './callDto.js';
export type { Arrival } from './callRows.js';
export { newInboundCall } from './callRows.js';
export type { CredentialDto, Gateway } from './credentialDto.js';
export type {
  CallArtifact,
  CallMessage,
  CallStatus,
  PhoneNumberStatus,
  Stored,
  TransferDestination,
  TransferRecord,
  TransferStatus,
  VapiAssistant,
  VapiCall,
  VapiCredential,
  VapiPhoneNumber,
  VapiTool,
} from './objects.js';
export { createVapiServer } from './server.js';
export type { SubscriptionLimits } from './slots.js';
export { queuedBefore, slotsHeld, subscriptionLimits } from './slots.js';
export type { VapiSwitches } from './switches.js';
export type { Telephony } from './telephony.js';
export { noTelephony } from './telephony.js';
export type { ToolDto } from './toolDto.js';
