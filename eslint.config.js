import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const FOR_COMMANDS = ['client.ts', 'config.ts', 'files.ts', 'localConfig.ts', 'worker.ts'];

/**
 * Which room may use which: `values` freely, `types` by `import type` alone. Every room may use itself and
 * `domain`; whatever is not named is refused. What ends in `.ts` is a single file.
 */
const ARROWS = {
  domain: {},
  http: {},
  didww: { values: ['http'] },
  vapi: { values: ['http'] },
  runs: { values: ['workflows/messages.ts'], types: ['workflows'] },
  activities: { values: ['didww', 'vapi', 'http', 'runs'] },
  workflows: { types: ['activities'] },
  sandbox: { values: ['files.ts'] },
  devserver: { values: ['localConfig.ts', 'workflows/messages.ts'] },
  client: { values: ['runs', 'workflows/messages.ts'], types: ['workflows'] },
  'client.ts': { values: ['client', 'runs', 'workflows/messages.ts'], types: ['workflows'] },
  'files.ts': {},
  'settings.ts': {},
  'localConfig.ts': { values: ['settings.ts'] },
  'temporalConfig.ts': { values: ['files.ts', 'settings.ts', 'temporalCertificates.ts'] },
  'config.ts': {
    values: ['didww/versions/settings.ts', 'files.ts', 'localConfig.ts', 'settings.ts', 'temporalConfig.ts'],
  },
  'worker.ts': { values: ['activities', 'didww', 'vapi', 'http', 'config.ts', 'workflows/messages.ts'] },
  cli: { values: FOR_COMMANDS, types: ['workflows'] },
  'cli/sandbox.ts': { values: [...FOR_COMMANDS, 'sandbox'], types: ['workflows'] },
  'cli/demo.ts': { values: [...FOR_COMMANDS, 'sandbox', 'devserver'], types: ['workflows'] },
  'cli/dev.ts': { values: [...FOR_COMMANDS, 'sandbox', 'devserver'], types: ['workflows'] },
};

/** Rooms whose code runs in Temporal's workflow sandbox; `domain` is bundled along. */
const IN_THE_SANDBOX = ['workflows', 'domain'];

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
  const ownRoom = isFile ? place.split('/').slice(0, -1) : [place];
  const message = `src/${place} may not use this; which room may use which stands in eslint.config.js.`;
  const except = [...new Set(['domain', ...ownRoom, ...values, ...types])];
  const zone = { target: './src', from: './src', except, message };
  return {
    files: [isFile ? `src/${place}` : `src/${place}/**/*.ts`],
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: [zone] }],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [...typesAlone(place, types, values), ...(IN_THE_SANDBOX.includes(place) ? NOT_IN_WORKFLOWS : [])],
        },
      ],
    },
  };
}

function typesAlone(place, types, values) {
  return types.map((room) => ({
    regex: `^\\.{1,2}/${values.map((file) => `(?!${file.replace('.ts', '.js')}$)`).join('')}${room}/`,
    allowTypeImports: true,
    message: `src/${place} may use types of ${room} alone (import type).`,
  }));
}
