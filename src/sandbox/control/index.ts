/**
 * Working a running sandbox from outside: what it holds, what it was asked, faults, latency and switches,
 * over HTTP on loopback and from scenario files. Code in the same process uses the `Sandbox` object
 * instead. Nothing here imitates a provider.
 */
export { createControlServer } from './server.js';
export type { FaultSpec, Scenario, SwitchSpec } from './scenario.js';
export { latencySpec, loadScenario, placeFault } from './scenario.js';
