/**
 * Verifies a package in a name space without any network, with an empty environment and no server.
 *
 * `node tools/offline.ts PACKAGE TRUST-FOLDER`. Where the kernel allows no such name space, the
 * file is verified all the same and the missing isolation is said as a skip.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const verifySecondsMax = 300;
const isolations: readonly (readonly string[])[] = [
  ['unshare', '--net'],
  ['unshare', '--user', '--map-root-user', '--net'],
];

function main([file, trust]: readonly string[]): number {
  if (file === undefined || trust === undefined) {
    console.error('usage: node tools/offline.ts PACKAGE TRUST-FOLDER');
    return 2;
  }
  const isolation = isolations.find(([program = '', ...words]) => {
    return spawnSync(program, [...words, 'true']).status === 0;
  });
  if (isolation === undefined) {
    console.log('SKIP verification without network: the kernel allows no network name space here');
  }
  const [program, ...words]: [string, ...string[]] = [
    isolation?.[0] ?? resolve('bin/fubie'),
    ...(isolation === undefined ? [] : [...isolation.slice(1), resolve('bin/fubie')]),
    'verify',
    resolve(file),
    '--trust',
    resolve(trust),
    '--json',
  ];
  const answer = spawnSync(program, words, {
    // Nothing of ours is handed over but where programs are: no database, no folder of a server.
    env: { PATH: process.env['PATH'] },
    cwd: '/',
    encoding: 'utf8',
    timeout: verifySecondsMax * 1000,
  });
  const verdict = isOf(answer.stdout);
  console.log(`${isolation?.join(' ') ?? 'with network'}: exit ${answer.status}, is ${verdict}`);
  if (answer.status === 0 && verdict === 'valid') return 0;
  console.log(answer.stdout, answer.stderr);
  return 1;
}

function isOf(text: string): string {
  try {
    const report: unknown = JSON.parse(text);
    return typeof report === 'object' && report !== null && 'is' in report
      ? String(report.is)
      : 'unsaid';
  } catch {
    return 'unreadable';
  }
}

process.exitCode = main(process.argv.slice(2));
