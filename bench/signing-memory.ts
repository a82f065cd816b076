/**
 * Peak memory of one way to sign, each in a process of its own: in one process the largest would
 * hide the others. They are started as `bin/fubie` starts, with compiled code kept between starts.
 */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePdf, sizes, waysToSign } from './signing-ways.ts';

const waysAsked = ['engine', 'appended', 'peer'] as const;
const filesEach = 20;
const freshBytes = 32;
const here = fileURLToPath(import.meta.url);

/** Megabytes by size and way; the process itself, with the library loaded, is in them. */
export function memoryOf(say: (line: string) => void): Record<string, Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'fubie-bench-'));
  try {
    const found: Record<string, Record<string, number>> = {};
    for (const size of sizes) {
      const path = join(folder, 'document.pdf');
      writeFileSync(path, makePdf(size));
      // The first start compiles and keeps what the others find.
      peakOf('none', path);
      const ways = ['none', ...waysAsked].map((way) => [way, peakOf(way, path)] as const);
      found[size.name] = Object.fromEntries(ways);
      say(`${size.name}, peak MB: ${ways.map(([way, mb]) => `${way} ${mb}`).join(', ')}`);
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function peakOf(way: string, path: string): number {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dirname(path), 'compiled') };
  const { stdout } = spawnSync(process.execPath, [here, way, path], { encoding: 'utf8', env });
  return Number(stdout);
}

/** Signs one document again and again, as different each time as chance makes it. */
async function alone(way: string, path: string): Promise<void> {
  const sign = Object.entries(await waysToSign()).find(([one]) => one === way)?.[1];
  const read = readFileSync(path);
  const document = new Uint8Array(read.buffer, read.byteOffset, read.length);
  const fresh = read.indexOf('stream\n') + 'stream\n'.length;
  for (let file = 0; file < filesEach; file += 1) {
    randomFillSync(document, fresh, freshBytes);
    await sign?.(document);
  }
  console.log(Math.round(process.resourceUsage().maxRSS / 1024));
}

if (process.argv[1] === here) await alone(process.argv[2] ?? '', process.argv[3] ?? '');
