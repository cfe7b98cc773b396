// Vapi's API as typed calls: request, schema of the answer, typed error; the oddities of the provider end
// here (docs/providers/vapi.md). Belongs here: paths, bodies, schemas, what Vapi calls things. Does not
// belong here: retries, owner marks, what a connection is, and anything of DIDWW.
export type { VapiSettings } from './api.js';
export { createVapi, type VapiClient } from './client.js';
export type * from './callResources.js';
export type * from './resources.js';
