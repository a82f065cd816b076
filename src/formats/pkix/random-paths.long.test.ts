/**
 * Random paths through our judge and through OpenSSL: where the two differ, one of the reasons
 * below holds, each of them a choice of OpenSSL's that RFC 5280 §6 does not make.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { type Certificate, writePem } from '#formats/x509';
import { buildPath } from './index.ts';
import { isSelfIssued, keyFit } from './issuing.ts';
import { type RandomPath, RandomPaths } from './random-paths.fixture.ts';
import { now } from './world.fixture.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const pathsCount = 400;

/** OpenSSL's answer: 0, or the number of its error. */
function openssl(one: RandomPath, pool: readonly Certificate[], folder: string): number {
  const file = (name: string, ders: readonly Certificate[]): string => {
    const path = join(folder, name);
    writeFileSync(path, ders.map(({ der }) => writePem('CERTIFICATE', der)).join(''));
    return path;
  };
  const policies = one.policies ?? ['2.5.29.32.0'];
  const flags = [
    '-attime',
    String(Math.floor(now / 1000)),
    '-policy_check',
    '-no-CApath',
    '-no-CAstore',
    '-CAfile',
    file('root.pem', [one.root]),
    '-untrusted',
    file('pool.pem', pool),
    ...policies.flatMap((name) => ['-policy', name]),
    ...(one.explicitPolicyRequired ? ['-explicit_policy'] : []),
  ];
  const leaf = file('leaf.pem', [one.leaf]);
  const said = spawnSync('openssl', ['verify', ...flags, leaf], { encoding: 'utf8' });
  if (said.status === 0) return 0;
  return Number(/error (\d+) at/.exec(said.stderr + said.stdout)?.[1] ?? -1);
}

/** Why OpenSSL refuses a path that we found; undefined where nothing here explains it. */
function reasonOf(path: readonly Certificate[], alone: number): string | undefined {
  if (alone === 0) return 'it tries one authority of a name, and does not go back to another';
  const links = path.slice(0, -1).map((child, at) => [child, path[at + 1] ?? child] as const);
  if (alone === 20 && links.some(([child, issuer]) => keyFit(child, issuer) === 'differs')) {
    return 'it binds by key identifiers, which are hints (§4.2.1.1)';
  }
  const inner = path.slice(1, -1);
  // 7: it checks that certificate with its own key; 18, 19: and takes it for the end.
  if ([7, 18, 19].includes(alone) && inner.some(isSelfIssued)) {
    return 'it takes a self-issued authority for a root';
  }
  return undefined;
}

test('random paths are judged as OpenSSL does, or the reason is named', async (context) => {
  if (!hasOpenssl) return context.skip('there is no openssl');
  const folder = mkdtempSync(join(tmpdir(), 'fubie-paths-'));
  const paths = new RandomPaths(20_261_122);
  const reasons = new Map<string, number>();
  let valid = 0;
  for (let count = 0; count < pathsCount; count += 1) {
    const one = await paths.next();
    const { policies, explicitPolicyRequired } = one;
    const verdict = await buildPath({
      target: one.leaf,
      anchors: [{ certificate: one.root, applies: 'key' }],
      pool: one.pool,
      at: now,
      engine: nodeEngine,
      explicitPolicyRequired,
      ...(policies === undefined ? {} : { policies }),
    });
    const error = openssl(one, one.pool, folder);
    if (verdict.is === 'valid') valid += 1;
    if ((verdict.is === 'valid') === (error === 0)) continue;
    // What it takes and we do not would be a path that we cannot see.
    const why = verdict.is === 'valid' ? '' : verdict.because.code;
    expect([count, why]).toEqual([count, '']);
    const { certificates } = verdict.path ?? { certificates: [] };
    const reason = reasonOf(certificates, openssl(one, certificates.slice(1, -1), folder));
    expect([count, reason]).not.toEqual([count, undefined]);
    reasons.set(reason ?? '', (reasons.get(reason ?? '') ?? 0) + 1);
  }
  rmSync(folder, { recursive: true });
  console.info(`${valid} of ${pathsCount} valid; differences`, Object.fromEntries(reasons));
  expect(valid).toBeGreaterThan(pathsCount / 4);
}, 300_000);
