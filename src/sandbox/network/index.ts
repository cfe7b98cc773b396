/**
 * The telephone network between the simulated DIDWW and Vapi: decides each leg of a call from both sides'
 * configuration and leaves the traces that the providers' documents describe. What no source says is marked
 * as assumed where it is decided. Belongs here: SIP and what is spoken. Does not belong here: HTTP, and
 * anything that changes a configuration.
 */
export type { FarEnd } from './farEnds.js';
export type { CallGate, OutsideCall, PhoneNetworkOptions } from './phoneNetwork.js';
export { PhoneNetwork } from './phoneNetwork.js';
export type { NetworkSwitches } from './world.js';
