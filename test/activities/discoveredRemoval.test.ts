import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDidww } from '../../src/didww/index.js';
import { curlCommand } from '../../src/didww/versions/curl.js';
import type { ApiVersion } from '../../src/didww/versions/settings.js';
import { leftoverOf, remainingObject, vapiShell } from '../../src/domain/objects/removal.js';
import type { RemovalDetails } from '../../src/contract/remaining.js';
import type { ObjectKind } from '../../src/contract/result.js';
import { foreignGroup, foreignTrunk, startSandbox } from '../../src/sandbox/index.js';

const run = promisify(execFile);
const hasTools = await run('sh', ['-c', 'command -v curl && command -v jq']).then(
  () => true,
  () => false,
);

async function givenProviders(version: ApiVersion = '2026-11-19', known: ApiVersion | undefined = version) {
  const sandbox = await startSandbox({ didwwVersion: version });
  onTestFinished(() => sandbox.stop());
  const access = {
    didww: {
      url: sandbox.didwwUrl,
      curl: curlCommand(known, { apiUrl: sandbox.didwwUrl, authUrl: sandbox.didwwAuthUrl }),
    },
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

/** The account's version, and what Patchbay knew of it when it worded the command. */
const VERSIONS = [
  { version: '2026-04-16', known: '2026-04-16' },
  { version: '2026-11-19', known: '2026-11-19' },
  { version: '2026-04-16', known: undefined },
  { version: '2026-11-19', known: undefined },
] as const;

describe.skipIf(!hasTools).each(VERSIONS)(
  'at DIDWW $version (known: $known), pasted into a shell',
  ({ version, known }) => {
    test("a leftover's command removes it", async () => {
      const { sandbox, paste } = await givenProviders(version, known);
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

      expect([
        vapi.phoneNumbers.size,
        vapi.credentials.size,
        vapi.tools.size,
        didww.inboundTrunks.has(trunk.id),
      ]).toEqual([
        0,
        0,
        1, // the receptionist's own
        false,
      ]);
    });

    test('an inbound trunk that somebody put into a group is taken out of it first, and the group stays', async () => {
      const { sandbox, paste } = await givenProviders(version, known);
      const { didww } = sandbox;
      const group = foreignGroup(didww, 'sales hunt group');
      const trunk = foreignTrunk(didww, 'patchbay acme in');
      trunk.groupId = group.id;
      const { inboundTrunks, ...others } = sandbox.state().didww;

      await paste('inbound-trunk', trunk.id, { groupId: group.id });

      expect(sandbox.state().didww).toEqual({
        ...others,
        inboundTrunks: inboundTrunks.filter((row) => (row as { id: string }).id !== trunk.id),
      });
    });

    test("a DID's command gives it back its routing", async () => {
      const { sandbox, paste } = await givenProviders(version, known);
      const trunk = [...sandbox.didww.inboundTrunks.values()].at(0);
      const did = sandbox.didww.didByNumber('+18648301018');

      await paste('did', did?.id ?? '', { routing: { kind: 'trunk', id: trunk?.id ?? '' } });
      expect(did?.voiceInTrunkId).toBe(trunk?.id);

      await paste('did', did?.id ?? '', { routing: null });
      expect(did?.voiceInTrunkId).toBeNull();
      expect(sandbox.didww.tokens.all().length).toBe(version === '2026-04-16' ? 0 : 2);
    });

    test("an outbound trunk's command gives it back its caller ids", async () => {
      const { sandbox, paste } = await givenProviders(version, known);
      const { didww } = sandbox;
      const [mine = '', others = ''] = didww.dids.keys();
      const client = createDidww({ apiUrl: sandbox.didwwUrl, apiKey: sandbox.didwwApiKey });
      onTestFinished(() => client.close());
      const { id } = await client.createOutboundTrunk({
        name: 'patchbay acme out',
        reference: 'patchbay/acme',
        onCliMismatchAction: 'reject_call',
        allowAnyDidAsCli: false,
        capacityLimit: 2,
        thresholdAmount: '50.0',
        allowedSipIps: ['203.0.113.10'],
        didIds: [mine, others],
      });

      await paste('outbound-trunk', id, { callerDidIds: [others] });

      expect(didww.outboundTrunks.get(id)?.didIds).toEqual([others]);
    });
  },
);

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
    didww: {
      url: 'https://api.didww.com/v3',
      curl: curlCommand('2026-04-16', { apiUrl: 'https://api.didww.com/v3', authUrl: 'https://auth.didww.com' }),
    },
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
