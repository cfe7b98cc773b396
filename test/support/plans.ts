import type { Plan } from '../../src/contract/plan.js';
import type { PlanGiven } from '../../src/client.js';
import type { World } from './world.js';

/** The plan of what is given, once its run has ended. */
export async function planned({ patchbay }: Pick<World, 'patchbay'>, given: PlanGiven): Promise<Plan> {
  const run = await patchbay.plan(given);
  for await (const { state } of patchbay.follow(run)) if (state === 'closed') break;
  const plan = await patchbay.plannedBy(run);
  if (plan === undefined) throw new Error('the run ended without a plan');
  return plan;
}
