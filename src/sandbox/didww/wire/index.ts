/**
 * In what form each version of API v3 writes what the account holds in one form: the only place that tells the versions' resources
 * apart. What decides who may ask at all (keys, tokens) is not here but in `authorization.ts` and `gatekeeper.ts`.
 */
import type { DidwwSwitches, DidwwVersion, ExportType } from '../state.js';
import { behaviourOf } from '../versions.js';
import type { SipSpelling } from './sipSpelling.js';
import { allNamesSpelling, codecNameSpelling, numericSpelling } from './sipSpelling.js';

export interface WireForm {
  readonly version: DidwwVersion;
  /** How SIP configurations are written. */
  readonly sip: (switches: DidwwSwitches) => SipSpelling;
  /** Codecs of a new trunk for which none are sent; empty: they have to be sent. */
  readonly defaultCodecIds: readonly number[];
  /** What an export may be filtered by beside `from` and `to`, for each type that this version knows. */
  readonly exportFilters: Readonly<Partial<Record<ExportType, readonly string[]>>>;
  /** Whether such a filter may be sent without a value. */
  readonly blankExportFilters: 'ignored' | 'refused';
}

const wireForms: Readonly<Record<DidwwVersion, WireForm>> = {
  '2026-04-16': {
    version: '2026-04-16',
    sip: () => numericSpelling,
    defaultCodecIds: [],
    exportFilters: { cdr_in: ['did_number'], cdr_out: ['voice_out_trunk.id'] },
    blankExportFilters: 'ignored',
  },
  // docs/providers/didww.md, Inbound trunks; Exports (call records)
  '2026-11-19': {
    version: '2026-11-19',
    sip: ({ sipNamesForNumbers }) => (sipNamesForNumbers ? allNamesSpelling : codecNameSpelling),
    defaultCodecIds: [9, 10, 8, 7, 6],
    exportFilters: {
      cdr_in: ['did_number', 'source_number', 'source_number_out', 'source_country_iso'],
      cdr_out: ['voice_out_trunk.id', 'source', 'cli', 'destination'],
      sms_in: [],
      sms_out: [],
    },
    blankExportFilters: 'refused',
  },
};

/** The form in which a request of this version is read and answered. */
export function wireFormOf(apiVersion: string): WireForm {
  return wireForms[behaviourOf(apiVersion)];
}
