import type { World } from './world.js';

/** Somebody removes all that Patchbay made from both accounts, by hand. */
export function takeEverythingAway({ sandbox: { didww, vapi } }: World): void {
  for (const did of didww.dids.values()) did.voiceInTrunkId = null;
  for (const table of [didww.inboundTrunks, didww.outboundTrunks, vapi.phoneNumbers, vapi.credentials]) table.clear();
  const [assistant] = vapi.assistants.values();
  const tool = [...vapi.tools.keys()].at(-1);
  if (assistant?.model != null) vapi.patchAssistant(assistant, { model: { ...assistant.model, toolIds: [] } });
  if (tool !== undefined) vapi.tools.delete(tool);
}
