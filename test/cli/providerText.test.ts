import { expect, test } from 'vitest';
import { givenAccounts, runOf, type World } from '../support/world.js';
import { onboard, patchbay } from './inWorld.js';

/**
 * Clears the screen, colours, overrides the direction of text, rings the bell, and would be Markdown in
 * Temporal's UI.
 */
const HOSTILE = '\u001b[2J\u001b[31mred\u202e\u0007 [click](https://evil.example) <img src=x> **bold**\r\n# Verified';
/** All that a terminal would act on, but for the line's end. */
const CONTROL = /(?!\n)[\p{Cc}\p{Bidi_Control}]/u;

/** Of those words, whatever Markdown or HTML would not show as it is. */
const MARKUP = /(?<!\\)(?:\[click|<img|\*\*bold)|^# Verified/m;

test('what a provider says reaches terminals without control characters, and the Temporal UI as plain text', async () => {
  const world = await givenAccounts();
  const { faults } = world.sandbox;
  const body = { message: [HOSTILE], error: 'Bad Request', statusCode: 400 };
  faults.fail('POST /phone-number', { status: 400, body });
  faults.fail('DELETE /credential/:id', { status: 400, body });

  const spoken = await onboard(world);
  const shown = await patchbay(world, ['status', world.connection]);

  expect(spoken.code).toBe(3);
  for (const text of [spoken.stdout, spoken.stderr, shown.stdout, shown.stderr]) expect(text).not.toMatch(CONTROL);
  expect(spoken.stdout).toContain('red');
  const details = await detailsOf(world);
  expect(details).toContain('red');
  expect(details).not.toMatch(CONTROL);
  expect(details).not.toMatch(MARKUP);
});

/** The board as Temporal's UI shows it. */
async function detailsOf(world: World): Promise<string> {
  const metadata = await runOf(world).query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
}
