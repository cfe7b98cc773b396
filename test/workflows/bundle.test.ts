import { readFile } from 'node:fs/promises';
import { expect, inject, test } from 'vitest';

test('workflow code holds no schemas, which would be evaluated anew in every run', async () => {
  const bundle = await readFile(inject('workflowBundlePath'), 'utf8');

  expect(bundle).toContain('onboardConnection');
  expect(bundle).not.toContain('ZodError');
});
