import { ProviderError, type ProviderErrorDetails } from '../../http/index.js';
import { API_VERSIONS, type ApiVersion } from './settings.js';

/**
 * An answer in another API version than the one that was asked for, most often because the account has one that Patchbay
 * does not know. No fault that passes, although it is an unexpected answer.
 */
export class UnsupportedVersionError extends ProviderError {
  /** `version`: as the answer names it; undefined where it names none. */
  constructor(
    version: string | undefined,
    expected: ApiVersion,
    details: Pick<ProviderErrorDetails, 'operation' | 'status' | 'mayHaveTakenEffect'>,
  ) {
    super(messageOf(version, expected, details.operation), {
      ...details,
      provider: 'didww',
      errorClass: 'unexpected-answer',
      action: actionOn(version),
    });
    this.name = 'UnsupportedVersionError';
  }
}

const isSupported = (version: string): boolean => API_VERSIONS.some((one) => one === version);

function messageOf(version: string | undefined, expected: ApiVersion, operation: string): string {
  if (version === undefined) return `DIDWW's answer to ${operation} does not name its API version.`;
  if (isSupported(version)) return `DIDWW answered ${operation} in API version ${version}, not in ${expected}.`;
  return `DIDWW serves this account in API version ${version}; Patchbay works with ${API_VERSIONS.join(' and ')}.`;
}

/** Versions are dates, so that their order is that of text. An upgrade is the customer's and final (docs/providers/didww.md, Access tokens). */
function actionOn(version: string | undefined): string {
  if (version === undefined) return "Check that DIDWW_API_URL is the address of DIDWW's API 3.";
  if (isSupported(version)) return 'Set DIDWW_API_VERSION to auto.';
  if (version > API_VERSIONS[1]) return 'This release of Patchbay does not know that version: install a newer one.';
  return `Upgrade the account to ${API_VERSIONS[1]} on the API page of DIDWW's User Panel; an upgrade cannot be undone.`;
}
