import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readWorkerConfig } from '../src/config.js';
import { searchAttributes } from '../src/contract/searchAttributes.js';
import { SHUTDOWN_FORCE } from '../src/worker.js';

// There is no Docker where the tests run, so this reads the files: every mistake that shows without
// starting anything.

const CONDITIONS = ['service_started', 'service_healthy', 'service_completed_successfully'] as const;

/** As much of the Compose specification as we use. Strict: a misspelt key is a mistake, not a wish. */
const serviceSchema = z
  .strictObject({
    image: z.string().regex(/^[\w./-]+:[\w.-]+$/),
    build: z.string(),
    init: z.boolean(),
    entrypoint: z.array(z.string()),
    environment: z.record(z.string(), z.string()),
    secrets: z.array(z.string()),
    volumes: z.array(z.string()),
    ports: z.array(z.string()),
    healthcheck: z.strictObject({
      test: z.array(z.string()).min(2),
      interval: z.string(),
      timeout: z.string(),
      start_period: z.string().optional(),
      retries: z.number(),
    }),
    depends_on: z.record(z.string(), z.strictObject({ condition: z.enum(CONDITIONS) })),
    cap_drop: z.array(z.string()),
    security_opt: z.array(z.string()),
    stop_grace_period: z.string().regex(/^\d+s$/),
    restart: z.enum(['no', 'unless-stopped']),
  })
  .partial()
  .required({ restart: true })
  .refine(({ image, build }) => (image === undefined) !== (build === undefined), 'either an image or a build');

const compose = z
  .strictObject({
    name: z.string(),
    services: z.record(z.string(), serviceSchema),
    secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
    volumes: z.record(z.string(), z.strictObject({})),
  })
  .parse(parse(text('docker-compose.yml')));
const services = Object.entries(compose.services);
const service = (name: string) => serviceSchema.parse(compose.services[name]);

test('every file and folder that a service mounts or runs is in the repository', () => {
  const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')));
  for (const [from = '', to = ''] of mounts) {
    if (!from.startsWith('./')) expect(Object.keys(compose.volumes)).toContain(from);
    else expect(existsSync(path(from)), `${from} for ${to}`).toBe(true);
  }
  for (const [name, { entrypoint = [] }] of services) {
    const script = entrypoint.find((word) => word.startsWith('/scripts/'));
    if (script) expect(existsSync(path(`deploy/temporal/${script.slice('/scripts/'.length)}`)), name).toBe(true);
  }
});

test('the dynamic configuration that the server is told to read is mounted where it looks', () => {
  const { environment = {}, volumes = [] } = service('temporal');
  const file = environment['DYNAMIC_CONFIG_FILE_PATH'] ?? '';
  const mount = volumes.map((volume) => volume.split(':')).find(([, to = '']) => file.startsWith(`${to}/`));

  expect(statSync(path(file.replace(mount?.[1] ?? '', mount?.[0] ?? ''))).isFile()).toBe(true);
});

test('every port is open on loopback only', () => {
  const ports = services.flatMap(([, { ports = [] }]) => ports);

  expect(ports.length).toBeGreaterThan(0);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
});

test('secrets come from files alone, and each service gets only what it uses', () => {
  for (const [name, { environment = {}, secrets = [], entrypoint = [] }] of services) {
    for (const [key, value] of Object.entries(environment)) {
      if (/PASSWORD|PWD|KEY|SECRET|TOKEN/.test(key))
        expect([name, key, value]).toEqual([
          name,
          expect.stringMatching(/_FILE$/),
          expect.stringMatching(/^\/run\/secrets\/\w+$/),
        ]);
    }
    const script = entrypoint.find((word) => word.startsWith('/scripts/'))?.replace('/scripts', 'deploy/temporal');
    const used =
      `${Object.values(environment).join(' ')} ${script ? text(script) : ''}`.match(/(?<=\/run\/secrets\/)\w+/g) ?? [];
    expect([name, ...[...new Set(used)].sort()]).toEqual([name, ...[...secrets].sort()]);
    for (const secret of secrets) expect(compose.secrets[secret]?.file).toBe(`./.secrets/${secret}`);
  }
  expect(text('.gitignore').split('\n')).toContain('.secrets/');
  expect(JSON.stringify(compose)).not.toMatch(/\$\{/); // nothing is interpolated from a shell or an .env file
});

test('services wait for what they need: a healthy one that can be asked, a one-shot until it has ended', () => {
  for (const [name, { depends_on: needs = {} }] of services) {
    for (const [needed, { condition }] of Object.entries(needs)) {
      const { restart, healthcheck } = service(needed);
      expect([name, needed, condition]).toEqual([
        name,
        needed,
        restart === 'no' ? 'service_completed_successfully' : 'service_healthy',
      ]);
      if (condition === 'service_healthy') expect(healthcheck, needed).toBeDefined();
    }
  }
  expect(startOrder('worker')).toEqual(['postgresql', 'temporal-schema', 'temporal', 'temporal-namespace', 'worker']);
});

test('the namespace gets exactly the search attributes that the code sets, as keywords', () => {
  const script = text('deploy/temporal/namespace.sh');

  expect(/^for name in ([\w ]+); do$/m.exec(script)?.[1]?.split(' ').sort()).toEqual(
    Object.values(searchAttributes)
      .map(({ name }) => name)
      .sort(),
  );
  expect(script).toContain('--type Keyword');
});

test('the worker understands the settings that it is given, and serves the namespace that is made', () => {
  const { environment = {} } = service('worker');
  const keyFile = join(tmpdir(), `patchbay-key-${process.pid}`);
  writeFileSync(keyFile, 'a-key\n');
  onTestFinished(() => rmSync(keyFile));

  const config = readWorkerConfig({ ...environment, DIDWW_API_KEY_FILE: keyFile, VAPI_API_KEY_FILE: keyFile });

  expect(config.temporal.connectionOptions.address).toBe('temporal:7233');
  expect(config.temporal.namespace).toBe(service('temporal-namespace').environment?.['TEMPORAL_NAMESPACE']);
});

test('the worker is given longer to stop than it gives itself', () => {
  const stop = Number.parseInt(service('worker').stop_grace_period ?? '', 10);

  expect(stop).toBeGreaterThan(Number.parseInt(SHUTDOWN_FORCE, 10));
});

test('one Temporal version everywhere', () => {
  const tags = services.flatMap(([, { image = '' }]) =>
    (/^temporalio\/(?:server|admin-tools):(.*)$/.exec(image) ?? []).slice(1),
  );

  expect(new Set(tags)).toEqual(new Set(['1.31.2']));
});

test('every image is named by an exact version, which no later build takes over unnoticed', () => {
  const bases = [...text('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image);
  const images = [...services.flatMap(([, { image = [] }]) => image), ...bases];

  expect(images.length).toBeGreaterThan(5);
  for (const image of images) expect(image).toMatch(/:\d+\.\d+(?:\.\d+)?(?:-[a-z-]+)?(?:@sha256:[0-9a-f]{64})?$/);
  expect(new Set(bases).size).toBe(1);
});

test('the image is built by the same scripts as a checkout, from files that are there, and runs as nobody special', () => {
  const dockerfile = text('Dockerfile');
  const { scripts, bin } = z
    .object({ scripts: z.record(z.string(), z.string()), bin: z.object({ patchbay: z.string() }) })
    .parse(JSON.parse(text('package.json')));

  for (const [, script = ''] of dockerfile.matchAll(/npm run (\w+)/g)) expect(Object.keys(scripts)).toContain(script);
  expect(dockerfile).toContain('npm run build');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) => files.split(' '));
  const allowed = text('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  expect(copied.sort()).toEqual(allowed.sort());
  for (const file of copied) expect(existsSync(path(file)), file).toBe(true);
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile.trimEnd().split('\n').at(-1)).toBe(`CMD ["node", "${bin.patchbay}", "worker"]`);
  expect(dockerfile).not.toContain('alpine');
});

/** What is started before a service, in order, itself last. */
function startOrder(name: string): string[] {
  const before = Object.keys(service(name).depends_on ?? {}).flatMap(startOrder);
  return [...new Set([...before, name])];
}

function path(relative: string): string {
  return fileURLToPath(new URL(`../${relative}`, import.meta.url));
}

function text(relative: string): string {
  return readFileSync(path(relative), 'utf8');
}
