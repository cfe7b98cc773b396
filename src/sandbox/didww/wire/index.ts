/**
 * In what form each version of API v3 writes what the account holds in one form: the only place that tells
 * the versions' resources apart. What decides who may ask at all (keys, tokens) is not here but in
 * `authorization.ts` and `gatekeeper.ts`.
 */
import type { DidwwSwitches, DidwwVersion, ExportType } from '../state.js';
import { behaviourOf } from '../versions.js';
import { type SipSpelling, allNamesSpelling, codecNameSpelling, numericSpelling } from './sipSpelling.js';

/** What a list of exports can be filtered by in some version. */
export type ExportListFilter =
  'id' | 'external_reference_id' | 'export_type' | 'status' | 'created_at_gteq' | 'created_at_lteq';

/** How one version writes, and what it takes and refuses where versions differ. */
export interface WireForm {
  readonly version: DidwwVersion;
  /** How SIP configurations are written. */
  readonly sip: (switches: DidwwSwitches) => SipSpelling;
  /** Codecs of a new trunk for which none are sent; empty: they have to be sent. */
  readonly defaultCodecIds: readonly number[];
  /** Where a trunk says its point of presence. */
  readonly pop: 'relationship' | 'attribute';
  /** Kinds of resources that the sandbox has and this version has not. */
  readonly goneResources: readonly string[];
  /** Attributes that this version does not show, by kind of resource and inner name. */
  readonly hiddenAttributes: Readonly<Record<string, readonly string[]>>;
  /** The same of relationships, by their names. */
  readonly hiddenRelationships: Readonly<Record<string, readonly string[]>>;
  /** Whether an outbound trunk may let media come from everywhere by an empty list or by `0.0.0.0/0`. */
  readonly openMediaAddresses: 'taken' | 'refused';
  /** Whether a number that awaits registration may be a caller id of an outbound trunk. */
  readonly unregisteredCallerIds: 'taken' | 'refused';
  /** Order of numbers for which none is asked. */
  readonly didOrder: 'newest-first' | 'by-number';
  /** Where numbers lead messages, and what each relationship points to; the latter's names are assumed. */
  readonly didMessageRouting: Readonly<Record<string, string>>;
  /** Whether `include` may be sent with a change of a number. */
  readonly didPatchTakesInclude: (switches: DidwwSwitches) => boolean;
  /** What the list of exports may be filtered by. */
  readonly exportListFilters: readonly ExportListFilter[];
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
    pop: 'relationship',
    goneResources: [],
    hiddenAttributes: { did_groups: ['numberType', 'isDemo'] },
    hiddenRelationships: {},
    openMediaAddresses: 'taken',
    unregisteredCallerIds: 'taken',
    didOrder: 'newest-first',
    didMessageRouting: {},
    didPatchTakesInclude: () => true,
    exportListFilters: ['id', 'external_reference_id'],
    exportFilters: { cdr_in: ['did_number'], cdr_out: ['voice_out_trunk.id'] },
    blankExportFilters: 'ignored',
  },
  // docs/providers/didww.md, Inbound trunks; Outbound trunks; DIDs and routing; Exports (call records)
  '2026-11-19': {
    version: '2026-11-19',
    sip: ({ sipNamesForNumbers }) => (sipNamesForNumbers ? allNamesSpelling : codecNameSpelling),
    defaultCodecIds: [9, 10, 8, 7, 6],
    pop: 'attribute',
    goneResources: ['pops'],
    hiddenAttributes: {},
    hiddenRelationships: { did_groups: ['did_group_type'] },
    openMediaAddresses: 'refused',
    unregisteredCallerIds: 'refused',
    didOrder: 'by-number',
    didMessageRouting: { sms_trunk: 'sms_trunks', sms_trunk_group: 'sms_trunk_groups' },
    didPatchTakesInclude: ({ didPatchTakesInclude }) => didPatchTakesInclude,
    exportListFilters: ['id', 'external_reference_id', 'export_type', 'status', 'created_at_gteq', 'created_at_lteq'],
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
