import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Answer, Rig } from './didwwRig.js';
import { create, inboundTrunk, startRig, tokenRequest } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-04-16');
});
afterEach(() => rig.stop());

interface Minted {
  readonly access_token: string;
  readonly api_version: string;
}

async function minted(apiVersion: string | undefined): Promise<Minted> {
  const answer = await rig.mint({ ...tokenRequest, api_version: apiVersion });
  expect(answer.status, answer.text).toBe(200);
  return JSON.parse(answer.text) as Minted;
}

const withToken = ({ access_token: text }: Minted, path: string): Promise<Answer> =>
  rig.send('GET', path, undefined, { authorization: `Bearer ${text}`, 'api-key': undefined });

const refused = async (apiVersion: unknown): Promise<string> => {
  const { status, text } = await rig.mint({ ...tokenRequest, api_version: apiVersion });
  return `${String(status)} ${(JSON.parse(text) as { readonly error: string }).error}`;
};

// docs/providers/didww.md, Transport and versions
test('an account of 2026-04-16 takes its key, in the form of that version', async () => {
  const made = await rig.send('POST', '/voice_in_trunks', create('voice_in_trunks', inboundTrunk()));
  const groups = await rig.get('/did_groups');

  expect(made.document.meta).toEqual({ api_version: '2026-04-16' });
  expect(made.document.data.attributes.configuration?.attributes).toMatchObject({ codec_ids: [9, 10, 6] });
  expect(Object.keys(made.document.data.relationships)).toEqual(['voice_in_trunk_group', 'pop']);
  expect((await rig.get('/pops')).status).toBe(200);
  expect(groups.document.data[0]?.attributes).not.toHaveProperty('number_type');
});

// docs/providers/didww.md, Transport and versions
test('an account of 2026-04-16 knows nothing of what came later', async () => {
  const filters = { from: '2026-01-01 00:00:00', to: '2026-01-01 00:00:01' };
  const sms = await rig.send('POST', '/exports', create('exports', { export_type: 'sms_in', filters }));

  expect(sms.document.errors).toMatchObject([
    { status: '422', source: { pointer: '/data/attributes/export_type' }, title: 'is not included in the list' },
  ]);
  expect((await rig.get('/exports?filter[status]=completed')).document.errors).toMatchObject([{ code: '102' }]);
  expect((await rig.get('/dids?include=sms_trunk')).document.errors).toMatchObject([{ code: '112' }]);
  expect((await rig.get('/dids?filter[sms_trunk.id]=1')).document.errors).toMatchObject([{ code: '102' }]);
});

// docs/providers/didww.md, Access tokens; Transport and versions: that an old account gets such a token is
// assumed
test('an account of 2026-04-16 may ask for a token of 2026-11-19, and is then served that version', async () => {
  const token = await minted('2026-11-19');
  const { document } = await withToken(token, '/did_groups');

  expect(token.api_version).toBe('2026-11-19');
  expect(document.meta['api_version']).toBe('2026-11-19');
  expect(document.data[0]?.attributes).toMatchObject({ number_type: 'local' });
  expect((await rig.get('/dids')).document.meta['api_version']).toBe('2026-04-16');
});

// docs/providers/didww.md, Access tokens: what is used where no version is named is assumed
test('a token that names no version is for the account’s own', async () => {
  expect((await minted(undefined)).api_version).toBe('2026-04-16');
  rig.account.switches.apiVersion = '2026-11-19';
  expect((await minted(undefined)).api_version).toBe('2026-11-19');
});

// docs/providers/didww.md, Access tokens: what is answered is not documented
test('a token for an older version than the account’s is for the latter, or refused where that is set', async () => {
  rig.account.switches.apiVersion = '2026-11-19';
  const token = await minted('2026-04-16');

  expect(token.api_version).toBe('2026-11-19');
  expect((await withToken(token, '/dids')).document.meta['api_version']).toBe('2026-11-19');
  rig.account.switches.olderVersionToken = 'refused';
  expect(await refused('2026-04-16')).toBe('400 invalid_request');
  expect((await minted('2026-11-19')).api_version).toBe('2026-11-19');
});

// docs/providers/didww.md, Access tokens
test('a version that does not exist gets no token', async () => {
  expect(await refused('2026-10-22')).toBe('400 invalid_request');
  expect(await refused('newest')).toBe('400 invalid_request');
  expect(await refused(20_261_119)).toBe('400 invalid_request');
});

// docs/providers/didww.md, Transport and versions
test('an account that is upgraded while in use refuses its key from then on, and takes tokens', async () => {
  const before = await minted('2026-11-19');
  expect((await rig.get('/dids')).status).toBe(200);

  rig.account.switches.apiVersion = '2026-11-19';
  expect(await rig.get('/dids')).toMatchObject({ status: 401, text: '' });
  expect((await withToken(before, '/dids')).status).toBe(200);
  expect((await withToken(await minted('2026-11-19'), '/dids')).status).toBe(200);
});

// docs/providers/didww.md, Transport and versions: that the version in force decides, not the account's, is
// assumed
test('a key is refused where the version header asks for a version without keys', async () => {
  const answer = await rig.send('GET', '/dids', undefined, { 'x-didww-api-version': '2026-11-19' });

  expect(answer).toMatchObject({ status: 401, text: '' });
});

// docs/providers/didww.md, Transport and versions: what a later version does is not known
test('an account of a version to come behaves like 2026-11-19 and names its own', async () => {
  rig.account.switches.apiVersion = '2027-05-20';
  const token = await minted('2027-05-20');
  const { document } = await withToken(token, '/did_groups');

  expect(await rig.get('/dids')).toMatchObject({ status: 401, text: '' });
  expect(document.meta['api_version']).toBe('2027-05-20');
  expect(document.data[0]?.attributes).toMatchObject({ number_type: 'local' });
  expect((await minted('2026-11-19')).api_version).toBe('2027-05-20');
});
