import { afterEach, beforeEach, expect, test } from 'vitest';

import { addDid } from '../../src/sandbox/didww/seed.js';
import type { Answer, Rig } from './didwwRig.js';
import { create, link, outboundTrunk, problems, startRig, update } from './didwwRig.js';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig('2026-11-19');
});
afterEach(() => rig.stop());

const post = (overrides: object = {}, relationships: object = {}): Promise<Answer> =>
  rig.send('POST', '/voice_out_trunks', create('voice_out_trunks', outboundTrunk(overrides), relationships));

/** Statuses of every operation on outbound trunks, on one trunk that is there. */
async function everyOperation(): Promise<readonly number[]> {
  rig.account.switches.outboundApiEnabled = true;
  const { id } = (await post({ name: 'standing' })).document.data;
  rig.account.switches.outboundApiEnabled = false;
  const type = 'voice_out_trunk_regenerate_credentials';
  const regenerate = create(type, {}, { voice_out_trunk: link('voice_out_trunks', id) });
  const answers = [
    await rig.get('/voice_out_trunks'),
    await rig.get(`/voice_out_trunks/${id}`),
    await post(),
    await rig.send('PATCH', `/voice_out_trunks/${id}`, update('voice_out_trunks', id, { name: 'x' })),
    await rig.send('POST', `/${type}`, regenerate),
    await rig.send('DELETE', `/voice_out_trunks/${id}`),
  ];
  return answers.map(({ status }) => status);
}

// docs/providers/didww.md, Outbound trunks
test('without the outbound API every operation on outbound trunks is refused, reading and deleting too', async () => {
  expect(await everyOperation()).toEqual([403, 403, 403, 403, 403, 403]);
  expect(rig.account.outboundTrunks.size).toBe(1);
  expect((await rig.get('/voice_in_trunks')).status).toBe(200);
});

// docs/providers/didww.md, Outbound trunks: that a trunk is there does not prove that calls are taken
test('without the outbound feature the API works all the same', async () => {
  rig.account.switches.outboundEnabled = false;
  const made = await post();
  const { id } = made.document.data;
  const type = 'voice_out_trunk_regenerate_credentials';
  const regenerate = create(type, {}, { voice_out_trunk: link('voice_out_trunks', id) });

  expect(made.status).toBe(201);
  expect((await rig.get('/voice_out_trunks')).document.data).toHaveLength(1);
  expect((await rig.send('POST', `/${type}`, regenerate)).status).toBe(201);
  expect((await rig.send('DELETE', `/voice_out_trunks/${id}`)).status).toBe(204);
});

// docs/providers/didww.md, Outbound trunks; the status is assumed
test.each([[[]], [['0.0.0.0/0']], [['::/0']], [['203.0.113.10', '0.0.0.0/0']]])(
  'media addresses that restrict nothing are refused: %j',
  async (allowed_rtp_ips) => {
    const { document } = await post();
    const patched = update('voice_out_trunks', document.data.id, { allowed_rtp_ips });

    expect(problems(await post({ name: 'x', allowed_rtp_ips }))).toEqual([
      '422 /data/attributes/allowed_rtp_ips is invalid',
    ]);
    expect((await rig.send('PATCH', `/voice_out_trunks/${document.data.id}`, patched)).status).toBe(422);
  },
);

// docs/providers/didww.md, Outbound trunks
test('media may come from anywhere by null, or from a list', async () => {
  expect((await post({ allowed_rtp_ips: null })).document.data.attributes['allowed_rtp_ips']).toBeNull();
  const made = await post({ name: 'x', allowed_rtp_ips: ['203.0.113.10'] });
  expect(made.document.data.attributes['allowed_rtp_ips']).toEqual(['203.0.113.10/32']);
});

// docs/providers/didww.md, Outbound trunks; the status is assumed
test('a number that awaits registration is refused as a caller id', async () => {
  const waiting = addDid(rig.account, { number: '+12025550143', condition: 'awaiting-registration' });

  expect(problems(await post({}, { dids: link('dids', [rig.did.id, waiting.id]) }))).toEqual([
    '422 /data/relationships/dids is invalid',
  ]);
  expect((await post({}, { dids: link('dids', [rig.did.id]) })).status).toBe(201);
});

// docs/providers/didww.md, Outbound trunks; the status is assumed
test('what to do about a wrong caller id has to be said', async () => {
  expect(problems(await post({ on_cli_mismatch_action: undefined }))).toEqual([
    "422 /data/attributes/on_cli_mismatch_action can't be blank",
  ]);
});
