/**
 * A plan of thousands of numbers fits what Temporal carries: 2 MB a payload. Belongs here: what is given up.
 */
import type { Plan } from '../../contract/plan.js';
import { cutText, jsonBytes } from './payloadSize.js';

/** Of all that a plan says; changes to a thousand numbers and their assistants are half of it. */
const MOST_PLAN_BYTES = 1_750_000;
/** Bytes that a text keeps, tried in this order. */
const TEXT_LENGTHS = [1_000, 300, 120] as const;

/**
 * The plan as it is where it fits, else with its texts cut, in the end without what objects are made with.
 * Never given up: an object, or a problem.
 */
export function fitPlan(plan: Plan): Plan {
  let fitting = plan;
  for (const length of TEXT_LENGTHS) {
    if (jsonBytes(fitting) <= MOST_PLAN_BYTES) return fitting;
    const cut = (text: string): string => cutText(text, length);
    fitting = {
      ...plan,
      changes: plan.changes.map((change) => ({
        ...change,
        ...(change.attributes === undefined
          ? {}
          : {
              attributes: change.attributes.map(({ attribute, from, to }) => ({
                attribute,
                from: from === null ? null : cut(from),
                to: to === null ? null : cut(to),
              })),
            }),
      })),
      problems: plan.problems.map(({ path, message, action }) => ({
        path,
        message: cut(message),
        action: cut(action),
      })),
      warnings: plan.warnings.map(cut),
    };
  }
  if (jsonBytes(fitting) <= MOST_PLAN_BYTES) return fitting;
  const changes = fitting.changes.map(({ attributes, ...change }) =>
    change.action === 'create' || attributes === undefined ? change : { ...change, attributes },
  );
  return { ...fitting, changes, warnings: [...fitting.warnings, ATTRIBUTES_LEFT_OUT] };
}

const ATTRIBUTES_LEFT_OUT = 'What objects would be made with was left out, as Temporal carries no larger plan.';
