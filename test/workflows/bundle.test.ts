import { readFile } from 'node:fs/promises';
import { expect, inject, test } from 'vitest';

test('workflow code holds no schemas, evaluated anew in every run, and no rule by which a call is judged', async () => {
  const bundle = await readFile(inject('workflowBundlePath'), 'utf8');
  const ofRules = ['ZodError', 'One-way audio', 'billing page'];
  const words = ['onboardConnection', ...ofRules];

  expect(words.filter((word) => bundle.includes(word))).toEqual(['onboardConnection']);
});
