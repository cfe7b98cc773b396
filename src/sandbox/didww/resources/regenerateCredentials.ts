import { allowOnly, readBody, toOne } from '../jsonapi/body.js';
import { invalid, missingParam, relationshipProblem } from '../jsonapi/errors.js';
import type { Context } from '../jsonapi/resource.js';
import { issuedSecret } from './secrets.js';

const TYPE = 'voice_out_trunk_regenerate_credentials';

/**
 * POST /voice_out_trunk_regenerate_credentials: new username and password, to be read from the trunk; every
 * call makes new ones (docs/providers/didww.md, Outbound trunks). 422 for a trunk without credentials; its
 * text is assumed.
 */
export function regenerateCredentials({ account, apiVersion }: Context, raw: unknown): unknown {
  const body = readBody(raw, TYPE);
  allowOnly(body.attributes, []);
  allowOnly(body.relationships, ['voice_out_trunk']);
  const id = toOne(body, 'voice_out_trunk', 'voice_out_trunks');
  if (id === undefined) throw missingParam('voice_out_trunk');
  const trunk = account.outboundTrunks.get(id ?? '');
  if (trunk?.authenticationMethod.type !== 'credentials_and_ip') {
    throw invalid(
      relationshipProblem('voice_out_trunk', trunk === undefined ? 'is invalid' : 'has no credentials to rotate'),
    );
  }
  trunk.authenticationMethod = {
    ...trunk.authenticationMethod,
    username: issuedSecret(account),
    password: issuedSecret(account),
  };
  return { data: { id: trunk.id, type: TYPE }, meta: { api_version: apiVersion } };
}
