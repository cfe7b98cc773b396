import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { curlCommand } from '../../src/didww/versions/curl.js';
import { leftoverOf, remainingObject, type RemovalDetails, vapiShell } from '../../src/domain/removal.js';
import type { ObjectKind } from '../../src/domain/result.js';
import { startSandbox } from '../../src/sandbox/index.js';

const run = promisify(execFile);
const hasTools = await run('sh', ['-c', 'command -v curl && command -v jq']).then(
  () => true,
  () => false,
);

async function givenProviders() {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.stop());
  const access = {
    didww: { url: sandbox.didwwUrl, curl: curlCommand('2026-04-16', new URL(sandbox.didwwUrl).origin) },
    vapi: vapiShell(sandbox.vapiUrl),
  };
  return {
    sandbox,
    /** Pastes the command into a shell that has the keys. */
    paste: async (kind: ObjectKind, id: string, details?: RemovalDetails): Promise<string> => {
      const { remove } = leftoverOf(remainingObject(kind, id, '', details), access);
      const env = {
        ...process.env,
        DIDWW_API_KEY: sandbox.didwwApiKey,
        VAPI_API_KEY: sandbox.vapiApiKey,
        NO_PROXY: '*',
      };
      return (await run('sh', ['-c', `set -e; ${remove}`], { env })).stdout;
    },
  };
}

test.skipIf(!hasTools)("a leftover's command removes it, pasted into a shell", async () => {
  const { sandbox, paste } = await givenProviders();
  const { vapi, didww } = sandbox;
  const credential = vapi.addCredential({ provider: 'byo-sip-trunk', name: 'patchbay acme in', gateways: [] });
  const number = { provider: 'byo-phone-number', number: '+18648301018', credentialId: credential.id };
  const trunk = [...didww.inboundTrunks.values()].at(0);
  if (trunk === undefined) throw new Error('no trunk');
  for (const did of didww.dids.values()) did.voiceInTrunkId = null;

  await paste('phone-number', vapi.addPhoneNumber(number).id);
  await paste('inbound-credential', credential.id);
  await paste('transfer-tool', vapi.addTool({ type: 'transferCall', destinations: [] }).id);
  await paste('inbound-trunk', trunk.id);

  expect([vapi.phoneNumbers.size, vapi.credentials.size, vapi.tools.size, didww.inboundTrunks.has(trunk.id)]).toEqual([
    0,
    0,
    1, // the receptionist's own
    false,
  ]);
});

test.skipIf(!hasTools)("a DID's command gives it back its routing", async () => {
  const { sandbox, paste } = await givenProviders();
  const trunk = [...sandbox.didww.inboundTrunks.values()].at(0);
  const did = sandbox.didww.didByNumber('+18648301018');

  await paste('did', did?.id ?? '', { routing: { kind: 'trunk', id: trunk?.id ?? '' } });
  expect(did?.voiceInTrunkId).toBe(trunk?.id);

  await paste('did', did?.id ?? '', { routing: null });
  expect(did?.voiceInTrunkId).toBeNull();
});

test.skipIf(!hasTools)("an assistant's command takes out the tool and nothing else", async () => {
  const { sandbox, paste } = await givenProviders();
  const { vapi, assistantId } = sandbox;
  const tool = vapi.addTool({ type: 'transferCall', destinations: [] });
  const before = vapi.assistants.get(assistantId);
  if (before?.model == null) throw new Error('no assistant');
  const toolIds = before.model.toolIds ?? [];
  vapi.patchAssistant(before, { model: { ...before.model, toolIds: [...toolIds, tool.id] } });

  await paste('assistant', assistantId, { toolId: tool.id });

  expect(vapi.assistants.get(assistantId)?.model).toEqual(before.model);
});

test.skipIf(!hasTools)('where the id never arrived, the command lists such objects', async () => {
  const { sandbox, paste } = await givenProviders();

  expect(JSON.parse(await paste('transfer-tool', ''))).toHaveLength(sandbox.vapi.tools.size);
});

test('no command holds a key, and a call is hung up without its control URL standing in a history', () => {
  const access = {
    didww: { url: 'https://api.didww.com/v3', curl: curlCommand('2026-04-16', 'https://auth.didww.com') },
    vapi: vapiShell('https://api.vapi.ai'),
  };

  expect(leftoverOf(remainingObject('call', 'c1', 'it still rings'), access)).toEqual({
    provider: 'vapi',
    kind: 'call',
    id: 'c1',
    why: 'it still rings',
    remove: `curl -fsS -X POST -H 'Content-Type: application/json' -d '{"type":"end-call"}' "$(curl -fsS -H "Authorization: Bearer $VAPI_API_KEY" 'https://api.vapi.ai/call/c1' | jq -r .monitor.controlUrl)"`,
  });
  expect(leftoverOf(remainingObject('outbound-trunk', 't1', ''), access).remove).toBe(
    `curl -fsS -H "Api-Key: $DIDWW_API_KEY" -H "X-DIDWW-Api-Version: 2026-04-16" -H 'Accept: application/vnd.api+json' -X DELETE 'https://api.didww.com/v3/voice_out_trunks/t1'`,
  );
});
