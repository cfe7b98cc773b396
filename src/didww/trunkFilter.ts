import { present } from '../http/index.js';
import type { Query } from './api.js';
import type { TrunkFilter } from './resources.js';

/** The filters that both kinds of trunks have (docs/providers/didww.md, Queries and includes). */
export const filterQuery = ({ reference, name }: TrunkFilter): Query =>
  present({ 'filter[external_reference_id]': reference, 'filter[name]': name });
