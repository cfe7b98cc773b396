import { expect, test } from 'vitest';
import { stillThereActivities } from '../../src/activities/discovery/stillThere.js';
import { remainingObject } from '../../src/domain/objects/removal.js';
import { givenWorld } from './world.js';

test('an object that cannot be read counts as left, and says why it could not', async () => {
  const world = await givenWorld();
  const { confirmRemaining } = stillThereActivities(world);
  const remaining = [
    remainingObject('phone-number', 'gone', 'still imported'),
    remainingObject('transfer-tool', 'unread', 'still there after the undo'),
  ];
  world.faults.fail('GET /tool/:id', { status: 500 });

  const there = await world.attempt(confirmRemaining, { region: 'us', remaining });

  expect(there).toEqual([
    {
      ...remaining[1],
      why: expect.stringMatching(
        /^still there after the undo; it could not be read: Vapi failed to answer GET \/tool/,
      ) as string,
    },
  ]);
});
