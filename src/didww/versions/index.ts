// What differs between the API versions of DIDWW: how a request is let in, and how members and columns are
// called. Belongs here: one table for each difference, and the look which version an account has. Does not
// belong here: paths and bodies that all versions share (..), anything that a run could know of a version.
export { type Access, AccountAccess, withAccess } from './accountAccess.js';
export { type CurlCommand, curlCommand } from './curl.js';
export { orNotDidww } from './refusals.js';
export { type ApiVersion, authUrlFor, type VersionSetting } from './settings.js';
export { decodeSipMembers, type EncodeSipMembers, sipMemberShape, SipMembers } from './sipMembers.js';
export { KEY_HEADER, MEDIA_TYPE } from './wire.js';
