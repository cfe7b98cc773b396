// Writes schema/onboarding-request.schema.json from the zod schema; with --check it only says whether the
// file is current.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { z } from 'zod';
import { requestSchema } from '../src/contract/request.js';

const FILE = fileURLToPath(new URL('../schema/onboarding-request.schema.json', import.meta.url));

const schema = {
  title: 'Patchbay onboarding request',
  ...z.toJSONSchema(requestSchema, { io: 'input', unrepresentable: 'any' }),
};
const wanted = await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 });

if (process.argv.includes('--check')) {
  const current = await readFile(FILE, 'utf8').catch(() => '');
  if (current !== wanted) {
    process.stderr.write('schema/onboarding-request.schema.json is not what the code says. Run: npm run schema\n');
    process.exit(1);
  }
} else {
  await mkdir(dirname(FILE), { recursive: true });
  await writeFile(FILE, wanted);
}
