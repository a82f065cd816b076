/**
 * Tessera's POSIX log as a peer of the engine: built by the Go toolchain from its module proxy, run
 * in a folder of its own on this disk, entries of 512 bytes in batches of 1,000 or 200 ms.
 *
 * It has no unique key, no witnesses and no database: what it costs is files, hashing and fsync.
 * `node bench/evidence-tessera.ts [SECONDS]` prints its one line.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const source = join(import.meta.dirname, 'peers/tessera');
const program = join(import.meta.dirname, '../var/judges/go/tessera-peer');
const buildMinutesMax = 10;
const workers = 2_000;
const secondsDefault = 20;
const graceSeconds = 60;

/** What the peer measured of itself, or why there is none. */
export type TesseraRate =
  | { readonly perSecond: number; readonly size: number; readonly p99Ms: number }
  | { readonly missing: string };

/** Builds it once; a computer without Go or without its proxy has no such peer and says so. */
export function tesseraPeer(seconds: number): TesseraRate {
  const built = build();
  if (built !== undefined) return { missing: built };
  const folder = mkdtempSync(join(tmpdir(), 'fubie-tessera-'));
  try {
    const words = [join(folder, 'log'), String(seconds), String(workers)];
    const timeout = (seconds + graceSeconds) * 1_000;
    const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', timeout });
    return status === 0 ? JSON.parse(stdout) : { missing: stderr.trim().slice(-200) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(): string | undefined {
  if (existsSync(program)) return undefined;
  mkdirSync(join(program, '..'), { recursive: true });
  const words = ['build', '-buildvcs=false', '-o', program, '.'];
  const options = { cwd: source, encoding: 'utf8', timeout: buildMinutesMax * 60_000 } as const;
  const { error, status, stderr } = spawnSync('go', words, options);
  if (error !== undefined) return 'go is not on this computer';
  return status === 0 ? undefined : stderr.trim().slice(-200);
}

if (import.meta.main) {
  console.log(JSON.stringify(tesseraPeer(Number(process.argv[2] ?? secondsDefault))));
}
