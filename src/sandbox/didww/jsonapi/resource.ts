import type { DidwwAccount } from '../state.js';
import type { WireForm } from '../wire/index.js';

/** What every answer depends on. */
export interface Context {
  readonly account: DidwwAccount;
  /** Address of the API up to and with `/v3`, as the client wrote it. */
  readonly baseUrl: string;
  /** The version in force for this request. */
  readonly apiVersion: string;
  /** How that version writes things. */
  readonly form: WireForm;
  /** Whether a list comes back empty, whatever stands. */
  readonly listsNothing: boolean;
}

/** Whom a relationship points to. */
export type Linkage =
  { readonly type: string; readonly id: string | null } | { readonly type: string; readonly ids: readonly string[] };

/** One resource as the API shows it, attribute names as on the wire. */
export interface View {
  readonly id: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, Linkage>>;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** Whether a view passes `filter[name]=value`. */
export type Filter = (view: View, value: string, context: Context) => boolean;

/** How a kind of resource is listed and read (docs/providers/didww.md, Queries and includes). */
export interface ResourceType {
  readonly type: string;
  /** What lists show, in default order. */
  readonly all: (context: Context) => readonly View[];
  readonly find: (context: Context, id: string) => View | undefined;
  readonly filters: (context: Context) => Readonly<Record<string, Filter>>;
  /** Whether a filter takes this value at all; default: every value. */
  readonly takesFilter?: (name: string, value: string, context: Context) => boolean;
  readonly sortKeys: readonly string[];
  /** Relationships that `include` may name. */
  readonly includes: (context: Context) => readonly string[];
  /** Whether a PATCH may name them, too; default: yes. */
  readonly includesOnUpdate?: (context: Context) => boolean;
  /** Null: the collection is not paginated. */
  readonly maxPageSize: number | null;
}

/** `filter[name]=v`: exactly this value. */
export function exact(attribute: string): Filter {
  return (view, value) => attributeText(view, attribute) === value;
}

/** `filter[name]=a,b`: any of these. Splits at every comma, as DIDWW does. */
export function anyOf(attribute: string): Filter {
  return (view, value) => value.split(',').includes(attributeText(view, attribute));
}

/** `filter[name]=v`: contains it. */
export function contains(attribute: string): Filter {
  return (view, value) => attributeText(view, attribute).includes(value);
}

/** `filter[relationship.id]=a,b`: points to any of these. */
export function pointsTo(relationship: string): Filter {
  return (view, value) => {
    const linkage = view.relationships[relationship];
    return linkage !== undefined && value.split(',').some((id) => linkedIds(linkage).includes(id));
  };
}

/** `filter[id]=a,b`. */
export const idFilter: Filter = (view, value) => value.split(',').includes(view.id);

/** A plain attribute as filters and sorting compare it; empty for null and for structures. */
export function attributeText(view: View, attribute: string): string {
  const value = view.attributes[attribute];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The ids that a relationship points to. */
export function linkedIds(linkage: Linkage): readonly string[] {
  if ('ids' in linkage) return linkage.ids;
  return linkage.id === null ? [] : [linkage.id];
}
