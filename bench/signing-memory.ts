/**
 * Peak memory of one way to sign, each in a process of its own: in one process the largest would
 * hide the others. They are started as `bin/fubie` starts, with compiled code kept between starts.
 */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signingRoomBytes } from '#trust/signing';
import { makePdf, sizes, waysToSign } from './signing-ways.ts';

const waysAsked = ['engine', 'joined', 'appended', 'peer'] as const;
const filesEach = 20;
const freshBytes = 32;
const statusFile = '/proc/self/status';
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
  const { document, room } = readIntoRoom(path);
  const fresh = Buffer.from(room.buffer).indexOf('stream\n') + 'stream\n'.length;
  for (let file = 0; file < filesEach; file += 1) {
    randomFillSync(document, fresh, freshBytes);
    await sign?.(document, room);
  }
  console.log(Math.round(peakKilobytes() / 1024));
}

/** Of this program: what the system keeps for a process begins with whoever started it. */
function peakKilobytes(): number {
  const status = existsSync(statusFile) ? readFileSync(statusFile, 'utf8') : '';
  const own = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  return own > 0 ? own : process.resourceUsage().maxRSS;
}

/** Read once, into memory that the signature has room in. */
function readIntoRoom(path: string): { document: Uint8Array; room: Uint8Array } {
  const { size } = statSync(path);
  const room = new Uint8Array(size + signingRoomBytes);
  const file = openSync(path, 'r');
  readSync(file, room, 0, size, 0);
  closeSync(file);
  return { document: room.subarray(0, size), room };
}

if (process.argv[1] === here) await alone(process.argv[2] ?? '', process.argv[3] ?? '');
