/**
 * The plan of a request: both accounts are read, and what differs from the request is told. Belongs here:
 * the activity and how it fails. Does not: what would change (`plannedChanges.ts`), what is in the way of it
 * (`judgement.ts`).
 */
import type { Plan, PlannedChange, Ring } from '../../contract/plan.js';
import type { Request } from '../../contract/request.js';
import { outsideCallees } from '../../domain/calls/outsideCallees.js';
import { fitPlan } from '../../domain/reports/planSize.js';
import { addressWarnings } from '../../domain/sip/addresses.js';
import type { CallOptions } from '../../http/index.js';
import { digits } from '../../domain/sip/e164.js';
import type { VapiClient } from '../../vapi/index.js';
import { holdsTool } from '../../vapi/assistantModel.js';
import type { Dependencies } from '../engine/dependencies.js';
import { activity } from '../engine/activity.js';
import { unlessGone } from '../engine/refusals.js';
import { readAssistants } from '../discovery/readAssistants.js';
import { type ExistingConnection, renamedConnectionOf } from './existingConnection.js';
import type { Facts } from './facts.js';
import { type Finding, finding } from './finding.js';
import { planProblems } from './judgement.js';
import { leftoversOf } from './leftovers.js';
import { numberStatuses } from './numbers.js';
import { hasToolFromUs, knownAssistants, plannedChanges } from './plannedChanges.js';
import { type PreflightNeeds, readableFacts } from './preflight.js';
import { warningsOf } from './warnings.js';

/** What a plan is made for. `prune`: numbers that the request does not list are to be detached. */
export interface PlanTarget {
  readonly request: Request;
  readonly prune: boolean;
}

export const planActivities = (dependencies: PreflightNeeds) => ({
  /**
   * What would be done so that the connection is as the request asks. Writes nothing, and reads with GET
   * alone. Throws `StepError` as `readableFacts` does; whatever else is in the way is part of the plan.
   */
  planChanges: activity(async ({ request, prune }: PlanTarget, given): Promise<Plan> => {
    const options = { ...given, isReadOnly: true };
    const { didww, vapi, urls } = dependencies;
    const read = await readableFacts(dependencies, request, options);
    const accounts = { didww, vapi: vapi(request.region) };
    const facts = await withSurroundings(accounts, { request, prune }, read, options);
    const existing = renamedConnectionOf(request, facts);
    const now = didww.clock.now().earliest;
    // Judged by what the request names: what answers other numbers is in nobody's way.
    const problems = [
      ...planProblems({ request, facts: read, urls: urls(request.region), now }, existing),
      ...toolInUseFindings(request, facts, existing),
    ];
    const changes = plannedChanges({ request, facts, existing, prune });
    return fitPlan({
      connection: request.connection,
      changes,
      problems: problems.map(({ path, message, action }) => ({ path, message, action })),
      warnings: [
        ...warningsOf(request, read, existing, numberStatuses(request, read, existing)),
        ...(existing === undefined ? leftoversOf(request, read).spared.map(({ told }) => told) : [PASSWORD_UNREAD]),
        ...addressWarnings(now),
      ],
      rings: ringsOf(request, changes),
    });
  }),
});

const PASSWORD_UNREAD =
  "Vapi never shows a credential's password (authPassword): whether it is the outbound trunk's was not compared.";

/**
 * The facts, with every assistant that answers a number of the connection, all of them where the transfer
 * tool is to go, and the DIDs of numbers that are to be detached.
 */
async function withSurroundings(
  { didww, vapi }: { readonly didww: Dependencies['didww']; readonly vapi: VapiClient },
  { request, prune }: PlanTarget,
  facts: Facts,
  options: CallOptions,
): Promise<Facts> {
  const existing = renamedConnectionOf(request, facts);
  const bound = existing?.bound ?? [];
  const answering = new Set(bound.flatMap(({ assistantId }) => assistantId ?? []));
  const unread = [...answering].filter((id) => !facts.assistants.has(id));
  const listed = new Set(request.numbers.map(({ number }) => digits(number)));
  const unlisted = bound.flatMap(({ number = '' }) => (listed.has(digits(number)) ? [] : [number]));
  const isToolLeaving = request.transfer === undefined && existing?.tool !== undefined;
  const [read, everyAssistant, dids] = await Promise.all([
    readAssistants(vapi, unread, (_, answer) => unlessGone(answer), options),
    isToolLeaving ? (facts.everyAssistant ?? vapi.listAssistants(options)) : facts.everyAssistant,
    prune && unlisted.length > 0 ? didww.findDids(unlisted, options) : [],
  ]);
  const found = read.flatMap((assistant) => (assistant === undefined ? [] : [[assistant.id, assistant] as const]));
  return {
    ...facts,
    assistants: new Map([...facts.assistants, ...found]),
    everyAssistant,
    dids: [...(facts.dids ?? []), ...dids],
  };
}

/**
 * Assistants that list the tool that is to go, and to which no run gave it: their calls would fail
 * (docs/providers/vapi.md, Tools).
 */
function toolInUseFindings(
  request: Request,
  facts: Facts,
  existing: ExistingConnection | undefined,
): readonly Finding[] {
  const tool = existing?.tool;
  if (request.transfer !== undefined || tool === undefined) return [];
  const others = knownAssistants(facts)
    .filter(({ model }) => holdsTool(model, tool.id))
    .filter(({ id }) => !hasToolFromUs(facts, existing?.bound ?? [], tool.id, id));
  return others.map(({ id }) =>
    finding(
      'vapi',
      'transfer',
      `The transfer tool ${tool.id}, which the request leaves out, is in use by assistant ${id}, to which no run gave it.`,
      `Take the tool off assistant ${id} at Vapi, or keep transfer in the request.`,
    ),
  );
}

/** Whom test calls of what these changes touch would ring. What goes is not tested. */
function ringsOf(request: Request, changes: readonly PlannedChange[]): readonly Ring[] {
  const asked = new Set(request.numbers.map(({ number }) => number));
  const tested = changes.filter(
    ({ action, kind, name, effect }) =>
      action === 'create' || (action === 'change' && effect !== 'none' && (kind !== 'did' || asked.has(name))),
  );
  const isOutboundTested = tested.some(({ kind }) => OUTBOUND_KINDS.includes(kind));
  const isTested = { outbound: isOutboundTested, transfer: tested.length > 0 };
  return outsideCallees(request).flatMap(({ check, number }) =>
    isTested[check] && number !== undefined ? [{ number, why: `the ${check} test call` }] : [],
  );
}

/** What a call out depends on. */
const OUTBOUND_KINDS: readonly PlannedChange['kind'][] = [
  'outbound-trunk',
  'outbound-credential',
  'credential',
  'phone-number',
  'did',
];
