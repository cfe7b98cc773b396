// DIDWW's API 3 as typed calls: request, schema of the answer, typed error; the oddities of the provider
// end here (docs/providers/didww.md). Belongs here: paths, bodies, schemas, what DIDWW calls things. Does
// not belong here: retries, owner marks, what a connection is, and anything of Vapi.
export type { DidwwSettings } from './api.js';
export { createDidww, type DidwwClient } from './client.js';
export type { CurlCommand } from './versions/index.js';
export type * from './resources.js';
