// Run after every `npm install` that changed package-lock.json. Where a registry mirror lacks the native
// packages of other platforms, npm leaves them out of the lock file, and `npm ci` then refuses it
// ("Missing: … from lock file"). This adds an entry for each; the platform stands in the package's name.
// What npm installs has to be what was locked, so that every entry gets the hash that the registry gives
// for it (`test/lockfile.test.ts`).
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const { packages } = lock;
let added = 0;
for (const [path, entry] of Object.entries({ ...packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isListed(path, name)) continue;
    packages[`node_modules/${name}`] = entryOf(name, version, entry.dev);
    added++;
  }
}
let hashed = 0;
for (const [path, entry] of Object.entries(packages)) {
  if (path === '' || entry.link || entry.integrity) continue;
  packages[path] = withIntegrity(path, entry);
  hashed++;
}
if (added + hashed > 0) {
  lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(`package-lock.json: ${added} entries added, ${hashed} hashes added`);

/** Node looks for a package beside the one that wants it, then upwards. */
function isListed(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('node_modules/') - 1, 0))) {
    if (`${folder && `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

/** In npm's own order of keys, so that its next run does not change them. */
function entryOf(name, version, dev) {
  const words = name.split(/[-/]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  if (os.length === 0 || cpu.length === 0) throw new Error(`${name}: its platform cannot be told from its name`);
  return { version, cpu, ...(dev && { dev }), ...libcOf(os, words), optional: true, os };
}

function libcOf(os, words) {
  if (!os.includes('linux')) return {};
  if (words.some((word) => word.startsWith('musl'))) return { libc: ['musl'] };
  return words.some((word) => word.startsWith('gnu')) ? { libc: ['glibc'] } : {};
}

/** The entry with its hash after its version, where npm itself writes it. */
function withIntegrity(path, { version, ...rest }) {
  const name = rest.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const integrity = execFileSync('npm', ['view', `${name}@${version}`, 'dist.integrity'], { encoding: 'utf8' }).trim();
  if (!integrity.startsWith('sha512-')) throw new Error(`${name}@${version}: the registry gives no SHA-512`);
  return { version, integrity, ...rest };
}
