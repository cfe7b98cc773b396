/**
 * DIDWW API v3 (2026-04-16 and 2026-11-19) and its token service over HTTP, answered from a `DidwwAccount`;
 * each rule names its heading in docs/providers/didww.md. How resources look and what may be written to
 * them: `resources/`; what differs between the versions: `wire/`; JSON:API itself: `jsonapi/`. No calls are
 * placed here: that is the phone network's business.
 */
export { createDidwwServer } from './server.js';
export * from './state.js';
export { didwwListKinds, newDidwwSwitches } from './switches.js';
export { didwwVersions } from './versions.js';
