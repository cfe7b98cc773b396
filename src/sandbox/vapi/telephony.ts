import type { CallCommand } from './callDto.js';
import type { CredentialDto } from './credentialDto.js';
import type { VapiAccount } from './account.js';
import type { VapiCall } from './objects.js';

/** What Vapi needs of the telephone network around it. */
export interface Telephony {
  /**
   * Whether the carrier behind a credential's outbound gateways answers Vapi's signalling addresses of the
   * account's region. Where not, Vapi refuses to save the credential (docs/providers/vapi.md, Credentials).
   */
  carrierAccepts(
    account: VapiAccount,
    credential: Pick<CredentialDto, 'gateways' | 'outboundAuthenticationPlan'>,
  ): boolean;

  /** Sets a call going whose row stands as `queued`. Returns at once; the row shows the progress. */
  place(account: VapiAccount, call: VapiCall): void;

  /** Carries out a live control command. False where the call is not under way. */
  control(account: VapiAccount, callId: string, command: CallCommand): boolean;
}

/** A network in which nothing rings: for tests of the API alone. */
export const noTelephony: Telephony = {
  carrierAccepts: () => true,
  place: () => undefined,
  control: () => false,
};
