import { expect, test, vi } from 'vitest';
import { liveDatabase } from '../../src/cli/liveDatabase.js';

vi.mock('node:os', async (original) => ({
  ...(await original<object>()),
  homedir: () => {
    throw new Error('A system error occurred: uv_os_homedir returned ENOENT');
  },
}));

test('a user without a home is told the variable that names a place for the database', async () => {
  await expect(liveDatabase({})).rejects.toMatchObject({
    name: 'UsageError',
    action: expect.stringContaining('XDG_DATA_HOME') as string,
  });
});
