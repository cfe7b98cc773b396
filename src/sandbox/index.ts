/**
 * The sandbox: DIDWW and Vapi as HTTP servers on loopback, and the phone network between them, for demo,
 * tests and dry runs. Belongs here: what providers do, each rule with its heading in docs/providers/. Does
 * not: anything that Patchbay does. Nothing of production imports it, and of production it uses `domain`
 * alone.
 */
export type { NumberSeed } from './content.js';
export { addNumber, defaultNumbers, unusableNumbers } from './content.js';
export type { FaultSpec, Scenario, SwitchSpec } from './control/index.js';
export { latencySpec, loadScenario } from './control/index.js';
export type { Did, DidwwAccount, DidwwVersion, InboundTrunk, IssuedToken, OutboundTrunk } from './didww/index.js';
export { didwwVersions } from './didww/index.js';
export { foreignGroup, foreignTrunk } from './didww/seed.js';
export type { FaultMatch, Gate, LoggedRequest, PlacedFault, ServerName } from './plumbing/index.js';
export { countRounds, FaultBoard } from './plumbing/index.js';
export type { Duplicating, Renaming, TrunkCopying } from './people.js';
export type { Sandbox, SandboxOptions } from './server.js';
export { startSandbox } from './server.js';
export type { SandboxState } from './snapshot.js';
