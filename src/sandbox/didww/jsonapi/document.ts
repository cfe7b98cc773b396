import { badRequest } from './errors.js';
import type { Query, Registry } from './query.js';
import { type Context, type Linkage, type ResourceType, type View, attributeText, linkedIds } from './resource.js';

/** A resource or error document, ready for JSON. */
export type Document = Readonly<Record<string, unknown>>;

/** One resource with what its query includes. */
export function single(view: View, query: Query, registry: Registry, context: Context): Document {
  return {
    data: present(view, query.include, query, context),
    ...included([view], query, registry, context),
    meta: { api_version: context.apiVersion },
  };
}

/** A filtered, sorted page with its links (docs/providers/didww.md, Queries and includes). */
export function collection(resource: ResourceType, query: Query, registry: Registry, context: Context): Document {
  const listed = context.listsNothing ? [] : resource.all(context);
  const rows = listed.filter((view) => passes(view, resource, query, context));
  const sorted = sortRows(rows, query.sort);
  const { number, size } = query.page;
  const page = resource.maxPageSize === null ? sorted : sorted.slice((number - 1) * size, number * size);
  return {
    data: page.map((view) => present(view, query.include, query, context)),
    ...included(page, query, registry, context),
    meta: { total_records: rows.length, api_version: context.apiVersion },
    ...(resource.maxPageSize === null ? {} : { links: pageLinks(resource, query, rows.length, context) }),
  };
}

/** Whether it passes all filters. */
function passes(view: View, resource: ResourceType, query: Query, context: Context): boolean {
  const known = resource.filters(context);
  return [...query.filters].every(([name, value]) => known[name]?.(view, value, context) ?? false);
}

function sortRows(rows: readonly View[], sort: Query['sort']): readonly View[] {
  return rows.toSorted((a, b) => {
    for (const { key, descending } of sort) {
      const order = compare(a, b, key);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

function compare(a: View, b: View, key: string): number {
  const [left, right] = [a.attributes[key], b.attributes[key]];
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return attributeText(a, key).localeCompare(attributeText(b, key));
}

function pageLinks(resource: ResourceType, query: Query, total: number, context: Context): Document {
  const { number, size } = query.page;
  const last = Math.max(1, Math.ceil(total / size));
  const link = (page: number): string => {
    const search = new URLSearchParams(query.raw);
    search.set('page[number]', String(page));
    search.set('page[size]', String(size));
    return `${context.baseUrl}/${resource.type}?${search.toString()}`;
  };
  return {
    first: link(1),
    ...(number > 1 ? { prev: link(number - 1) } : {}),
    ...(number < last ? { next: link(number + 1) } : {}),
    last: link(last),
  };
}

/**
 * The resource object; `paths` are the includes that start at it. Linkage stands only in relationships that
 * are included.
 */
function present(view: View, paths: readonly string[], query: Query, context: Context): Document {
  const asked = new Set(paths.map((path) => path.split('.')[0]));
  const fields = query.fields.get(view.type);
  checkFields(view, fields);
  const kept = ([name]: readonly [string, unknown]): boolean => fields?.includes(name) ?? true;
  const self = `${context.baseUrl}/${view.type}/${view.id}`;
  const relationships = Object.entries(view.relationships)
    .filter(kept)
    .map(([name, linkage]) => [
      name,
      {
        links: { self: `${self}/relationships/${name}`, related: `${self}/${name}` },
        ...(asked.has(name) ? { data: identifiers(linkage) } : {}),
      },
    ]);
  return {
    id: view.id,
    type: view.type,
    attributes: Object.fromEntries(Object.entries(view.attributes).filter(kept)),
    ...(relationships.length === 0 ? {} : { relationships: Object.fromEntries(relationships) as Document }),
    ...(view.meta === undefined ? {} : { meta: view.meta }),
  };
}

/** Unknown names in `fields` are refused: assumed (code 104 of the gem that DIDWW's texts come from). */
function checkFields(view: View, fields: readonly string[] | undefined): void {
  for (const name of fields ?? []) {
    if (name !== 'id' && !(name in view.attributes) && !(name in view.relationships)) {
      throw badRequest('104', 'Invalid field', `${name} is not a valid field for ${view.type}.`);
    }
  }
}

function identifiers(linkage: Linkage): unknown {
  if ('ids' in linkage) return linkage.ids.map((id) => ({ type: linkage.type, id }));
  return linkage.id === null ? null : { type: linkage.type, id: linkage.id };
}

function included(views: readonly View[], query: Query, registry: Registry, context: Context): Document {
  if (query.include.length === 0) return {};
  const found = new Map<string, Document>();
  for (const view of views) collect(view, query.include, found, query, registry, context);
  return { included: [...found.values()] };
}

function collect(
  view: View,
  paths: readonly string[],
  found: Map<string, Document>,
  query: Query,
  registry: Registry,
  context: Context,
): void {
  for (const name of new Set(paths.map((path) => path.split('.')[0] ?? ''))) {
    const linkage = view.relationships[name];
    if (linkage === undefined) continue;
    const deeper = paths.flatMap((path) => (path.startsWith(`${name}.`) ? [path.slice(name.length + 1)] : []));
    for (const id of linkedIds(linkage)) {
      const related = registry[linkage.type]?.find(context, id);
      if (related === undefined) continue;
      found.set(`${related.type}/${id}`, present(related, deeper, query, context));
      collect(related, deeper, found, query, registry, context);
    }
  }
}
