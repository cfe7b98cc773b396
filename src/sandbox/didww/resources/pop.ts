import { type Body, toOne } from '../jsonapi/body.js';
import { type Problem, attributeProblem, relationshipProblem } from '../jsonapi/errors.js';
import type { Context, View } from '../jsonapi/resource.js';
import { popCodes } from '../wire/pops.js';

/**
 * The id of the point of presence that a write asks for, null for Auto; undefined where it asks for none.
 */
export function readPop({ account, form }: Context, body: Body, problems: Problem[]): string | null | undefined {
  switch (form.pop) {
    case 'relationship': {
      const id = toOne(body, 'pop', 'pops');
      if (typeof id === 'string' && !account.pops.has(id)) problems.push(relationshipProblem('pop', 'is invalid'));
      return id;
    }
    case 'attribute': {
      const code = body.attributes['pop'];
      if (code === undefined || code === null) return code;
      const pop = [...account.pops.values()].find(({ name }) => popCodes.get(name) === code);
      if (pop === undefined) problems.push(attributeProblem('pop', 'is not included in the list'));
      return pop?.id;
    }
    default:
      return form.pop satisfies never;
  }
}

/** What a trunk shows of its point of presence. */
export function showPop({ account, form }: Context, popId: string | null): Pick<View, 'attributes' | 'relationships'> {
  if (form.pop === 'relationship') return { attributes: {}, relationships: { pop: { type: 'pops', id: popId } } };
  const pop = popCodes.get(account.pops.get(popId ?? '')?.name ?? '') ?? null;
  return { attributes: { pop }, relationships: {} };
}
