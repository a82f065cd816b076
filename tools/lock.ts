// Completes package-lock.json with binaries for other platforms that this registry lacks: npm
// leaves them out, and then `npm ci` refuses the lock.
import { readFileSync, writeFileSync } from 'node:fs';

interface Entry {
  version?: string;
  dev?: boolean;
  optionalDependencies?: Record<string, string>;
}
const lock: { packages: Record<string, Entry> } = JSON.parse(
  readFileSync('package-lock.json', 'utf8'),
);
const added: string[] = [];

function known(from: string, name: string): boolean {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${at && `${at}/`}node_modules/${name}`]) return true;
    if (!at) return false;
  }
}

function platform(name: string): Record<string, unknown> {
  const os = /android|darwin|freebsd|openharmony|win32|windows|linux/
    .exec(name)?.[0]
    .replace('windows', 'win32');
  const cpu = /arm64|arm(?!64)|x64|amd64|ia32|ppc64|riscv64|s390x|loong64|wasm32/
    .exec(name)?.[0]
    .replace('amd64', 'x64');
  if (!os && !cpu) throw new Error(`no platform in the name ${name}: add it by hand`);
  return {
    ...(cpu && { cpu: [cpu] }),
    ...(os && { os: [os] }),
    ...(name.includes('musl') && { libc: ['musl'] }),
  };
}

for (const [at, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (known(at, name)) continue;
    if (!/^\d/.test(version))
      throw new Error(`${at} wants ${name}@${version}: pin a version that is whole`);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(entry.dev && { dev: true }),
      optional: true,
      ...platform(name),
    } as Entry;
    added.push(`${name}@${version}`);
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en')),
);
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length ? added.join('\n') : 'package-lock.json is whole');
