import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const FOR_COMMANDS = ['client.ts', 'config.ts', 'files.ts', 'localConfig.ts', 'worker.ts'];

/** What everybody may use. */
const SHARED = ['contract', 'domain'];

/** What activities reach both accounts and Temporal with. */
const ACCOUNTS = [...SHARED, 'didww', 'vapi', 'http', 'runHistory'];

/** What the contract itself is made of. */
const WORDS = ['domain/sip', 'domain/text'];

/**
 * Which room may use which: `values` freely, `types` by `import type` alone. Every room may use itself; what
 * is not named is refused. What ends in `.ts` is a single file; of several places that hold a file the last
 * one counts.
 */
const ARROWS = {
  'domain/text': {},
  'domain/sip': {},
  contract: { values: WORDS },
  'domain/objects': { values: ['contract', ...WORDS] },
  'domain/calls': { values: ['contract', ...WORDS] },
  'domain/diagnosis': { values: ['contract', ...WORDS, 'domain/calls'] },
  'domain/verdict': { values: ['contract', ...WORDS, 'domain/calls', 'domain/diagnosis'] },
  'domain/reports': { values: SHARED },

  http: { values: SHARED },
  didww: { values: [...SHARED, 'http'] },
  vapi: { values: [...SHARED, 'http'] },
  runHistory: { values: SHARED },

  activities: { values: ACCOUNTS },
  'activities/engine': { values: ACCOUNTS },
  'activities/runs': { values: [...ACCOUNTS, 'activities/engine'] },
  'activities/discovery': { values: [...ACCOUNTS, 'activities/engine'] },
  'activities/objects': { values: [...ACCOUNTS, 'activities/engine', 'activities/discovery'] },
  'activities/preflight': {
    values: [...ACCOUNTS, 'activities/engine', 'activities/runs', 'activities/discovery', 'activities/objects'],
  },
  'activities/verification': {
    values: [...ACCOUNTS, 'activities/engine', 'activities/runs', 'activities/discovery'],
  },

  workflows: { values: SHARED, types: ['activities'] },
  'workflows/engine': { values: SHARED, types: ['activities'] },
  'workflows/discovery': { values: [...SHARED, 'workflows/engine'] },
  'workflows/assistants': { values: [...SHARED, 'workflows/engine'] },
  'workflows/verification': { values: [...SHARED, 'workflows/engine'], types: ['activities'] },
  'workflows/planning': { values: [...SHARED, 'workflows/engine'] },
  'workflows/offboarding': {
    values: [...SHARED, 'workflows/engine', 'workflows/discovery', 'workflows/assistants'],
  },
  'workflows/onboarding': {
    values: [...SHARED, 'workflows/engine', 'workflows/discovery', 'workflows/assistants', 'workflows/verification'],
  },

  sandbox: { values: [...SHARED, 'files.ts'] },
  devserver: { values: [...SHARED, 'localConfig.ts'] },
  client: { values: [...SHARED, 'runHistory'] },
  'client.ts': { values: [...SHARED, 'client', 'runHistory'] },
  'files.ts': { values: SHARED },
  'settings.ts': { values: SHARED },
  'localConfig.ts': { values: [...SHARED, 'settings.ts'] },
  'temporalConfig.ts': { values: [...SHARED, 'files.ts', 'settings.ts', 'temporalCertificates.ts'] },
  'config.ts': {
    values: [...SHARED, 'didww/versions/settings.ts', 'files.ts', 'localConfig.ts', 'settings.ts', 'temporalConfig.ts'],
  },
  'worker.ts': { values: [...SHARED, 'activities', 'didww', 'vapi', 'http', 'config.ts', 'workerLog.ts'] },
  'workerLog.ts': { values: ['http'] },
  cli: { values: [...SHARED, ...FOR_COMMANDS] },
  'cli/sandbox.ts': { values: [...SHARED, ...FOR_COMMANDS, 'sandbox'] },
  'cli/demo.ts': { values: [...SHARED, ...FOR_COMMANDS, 'sandbox', 'devserver'] },
  'cli/dev.ts': { values: [...SHARED, ...FOR_COMMANDS, 'sandbox', 'devserver'] },
};

/** Rooms whose code runs in Temporal's workflow sandbox; `contract` and `domain` are bundled along. */
const IN_THE_SANDBOX = ['workflows', 'contract', 'domain'];

/** What the workflow sandbox lacks, or what would make a replay differ from the run. */
const NOT_IN_WORKFLOWS = [
  { regex: '^node:', message: 'Workflows do no I/O: use an activity.' },
  { regex: '^(undici|fastify)$', message: 'Workflows do no I/O: use an activity.' },
  { regex: '^@temporalio/(activity|client|worker|testing|envconfig)', message: 'Not available in a workflow.' },
];

const GLOBALS_NOT_IN_WORKFLOWS = ['process', 'fetch', 'crypto', 'Buffer', 'structuredClone'].map((name) => ({
  name,
  message: 'Not available in a workflow: use an activity or the input.',
}));

export default tseslint.config(
  { ignores: ['dist/', '.dist-*/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, varsIgnorePattern: '^_', argsIgnorePattern: '^_' },
      ],
      // Numbers of Temporal's protocol enums are compared as what they are on the wire.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // A function may be async because its contract is, and may return what returns nothing.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // `'' || fallback` is often what is meant where settings and texts are read.
      '@typescript-eslint/prefer-nullish-coalescing': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } }),
      ],
      'import-x/extensions': ['.ts', '.js'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-duplicates': ['error', { 'prefer-inline': true }],
      'import-x/no-extraneous-dependencies': ['error', { devDependencies: false }],
    },
  },
  ...Object.entries(ARROWS).map(([place, allowed]) => arrows(place, allowed)),
  {
    files: IN_THE_SANDBOX.map((room) => `src/${room}/**/*.ts`),
    rules: { 'no-restricted-globals': ['error', ...GLOBALS_NOT_IN_WORKFLOWS] },
  },
  {
    files: ['src/workflows/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ThrowStatement > NewExpression[callee.name=/^(Error|TypeError|RangeError)$/]',
          message: 'A plain error is retried for ever in a workflow: throw an ApplicationFailure.',
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);

/**
 * Holds one place to its arrows: real paths for what may be used at all, and `import type` where only types
 * may.
 */
function arrows(place, { values = [], types = [] }) {
  const isFile = place.endsWith('.ts');
  const own = isFile ? place.split('/').slice(0, -1) : [place];
  const message = `src/${place} may not use this; which room may use which stands in eslint.config.js.`;
  const except = [...new Set([...own, ...values, ...types])];
  const zone = { target: './src', from: './src', except, message };
  const isBundled = IN_THE_SANDBOX.some((room) => place === room || place.startsWith(`${room}/`));
  return {
    files: [isFile ? `src/${place}` : `src/${place}/**/*.ts`],
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: [zone] }],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [...types.map((room) => typesAlone(place, room)), ...(isBundled ? NOT_IN_WORKFLOWS : [])] },
      ],
    },
  };
}

/** However deep the folder is from which the room is named. */
function typesAlone(place, room) {
  return {
    regex: `^(\\.{1,2}/)+${room}/`,
    allowTypeImports: true,
    message: `src/${place} may use types of ${room} alone (import type).`,
  };
}
