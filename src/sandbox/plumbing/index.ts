/**
 * What every simulated provider shares: a loopback HTTP server with a request log, latency and faults, and
 * tables of objects whose lists can be late.
 * Nothing here knows what a provider's API means, except the shape of the errors that faults imitate.
 */
export type { SandboxClock } from './clock.js';
export { aheadOf, systemClock } from './clock.js';
export type { AnswerFault, Effect, Fault, FaultMatch, FaultScope, Gate, PlacedFault } from './faults.js';
export { FaultBoard } from './faults.js';
export { listsNothing } from './faultEffects.js';
export type { LoggedRequest } from './requestLog.js';
export { countRounds, RequestLog } from './requestLog.js';
export type { ServerName } from './serverName.js';
export { serverNames } from './serverName.js';
export type { Plumbing, SandboxServerOptions } from './server.js';
export { createLoopbackApp } from './loopbackApp.js';
export { createSandboxServer, listenOnLoopback } from './server.js';
export type { ListLag, Row } from './table.js';
export { noListLag, Table } from './table.js';
