import type { SandboxParts } from '../parts.js';
import type { ListLag } from '../plumbing/index.js';
import type { SwitchSpec } from './scenario.js';
import type { SwitchChange } from './switches.js';

/** Changes what is named and leaves the rest. */
export function applySwitches({ didww, vapi, vapiEu, network }: SandboxParts, wanted: SwitchSpec): void {
  change(didww.switches, wanted.didww);
  Object.assign(didww.balance, wanted.balance);
  change(vapi.switches, wanted.vapi);
  change(vapiEu.switches, wanted.vapiEu);
  Object.assign(network.switches, wanted.network);
  network.phaseMs = wanted.callPhaseMs ?? network.phaseMs;
  for (const [numberOrHost, behaviour] of Object.entries(wanted.farEnds ?? {})) network.farEnd(numberOrHost, behaviour);
}

/** How everything stands, in the shape in which it can be changed. What far ends do is not among it. */
export function currentSwitches({ didww, vapi, vapiEu, network }: SandboxParts): Omit<SwitchSpec, 'farEnds'> {
  return {
    didww: didww.switches,
    vapi: vapi.switches,
    vapiEu: vapiEu.switches,
    network: network.switches,
    callPhaseMs: network.phaseMs,
    balance: didww.balance,
  };
}

function change<Switches extends { readonly listLagMs: ListLag<string> }>(
  switches: Switches,
  { listLagMs, ...wanted }: SwitchChange<Switches> = {},
): void {
  Object.assign(switches, wanted);
  Object.assign(switches.listLagMs, listLagMs);
}
