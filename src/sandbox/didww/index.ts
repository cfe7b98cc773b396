/**
 * DIDWW API v3 (2026-04-16) over HTTP, answered from a `DidwwAccount`; each rule names its heading in docs/providers/didww.md.
 * How resources look and what may be written to them: `resources/`; JSON:API itself: `jsonapi/`.
 * No calls are placed here: that is the phone network's business.
 */
export type { DidwwServerOptions } from './server.js';
export { createDidwwServer } from './server.js';
export * from './state.js';
