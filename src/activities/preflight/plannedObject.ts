/**
 * One object of a plan: what is planned for, and the words of which changes are made. Part of
 * `plannedChanges.ts`.
 */
import type { AttributeChange, PlannedChange } from '../../contract/plan.js';
import type { Request } from '../../contract/request.js';
import type { Difference } from '../../domain/objects/difference.js';
import { effectOf } from '../../domain/objects/effect.js';
import type { ExistingConnection } from './existingConnection.js';
import type { Facts } from './facts.js';

/** What a plan is made for. */
export interface Planned {
  readonly request: Request;
  /** With every assistant that answers a number of the connection. */
  readonly facts: Facts;
  readonly existing: ExistingConnection | undefined;
  /** Numbers that the request does not list are to be detached. */
  readonly prune: boolean;
}

/** What says which object a change is to. */
export type Kind = Pick<PlannedChange, 'provider' | 'kind' | 'name'>;

/** An object that would be made, with what decides it. */
export const created = (kind: Kind, attributes: readonly AttributeChange[]): PlannedChange => ({
  action: 'create',
  ...kind,
  attributes,
  effect: 'none',
});

/** An object that would be changed. */
export const changed = (kind: Kind, id: string, attributes: readonly AttributeChange[]): PlannedChange => ({
  action: 'change',
  ...kind,
  id,
  attributes,
  effect: effectOf(kind.kind, attributes),
});

/** An object that would be removed, once nothing uses it. */
export const removed = (kind: Kind, id: string): PlannedChange => ({ action: 'remove', ...kind, id, effect: 'none' });

/** A difference as the change that ends it. */
export const asChange = ({ attribute, desired, found }: Difference): AttributeChange => ({
  attribute,
  from: found,
  to: desired,
});

/** Attributes that an object is made with. Absent and empty ones are none. */
export const given = (members: Readonly<Record<string, string | number | undefined>>): readonly AttributeChange[] =>
  Object.entries(members).flatMap(([attribute, to]) =>
    to === undefined || to === '' ? [] : [{ attribute, from: null, to: String(to) }],
  );
