import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromLatin1 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { seededRandom } from '#base/random';
import { judgeChanges } from './changes.ts';
import { readPdf } from './open.ts';
import { readSignatures } from './signatures.ts';

const corpus = fileURLToPath(new URL('../../../../shared/corpus', import.meta.url));
const folders = ['pdf-parse', 'pdf-attack', 'pdf-signed/pyhanko'];
const fuzzMs = 10 * 60_000;
const answerCpuMsMax = 2_000;
const words =
  'obj endobj stream endstream xref trailer startxref /Prev /Length /Kids /V /AP << >> [ ] R'.split(
    ' ',
  );

/** Cuts, copies, flips and puts in words of the language, at seeded places. */
function damaged(bytes: Uint8Array, random: ReturnType<typeof seededRandom>): Uint8Array {
  const number = (max: number): number => {
    const [a = 0, b = 0, c = 0] = random.bytes(3);
    return (a * 65_536 + b * 256 + c) % Math.max(1, max);
  };
  let out: Uint8Array = bytes.slice();
  for (let turn = 0; turn <= number(6); turn += 1) {
    const at = number(out.length);
    const to = Math.min(out.length, at + number(200));
    const word = fromLatin1(words[number(words.length)] ?? '');
    const kind = number(4);
    if (kind === 0) out[at] = number(256);
    else if (kind === 1) out = concat(out.subarray(0, at), out.subarray(to));
    else if (kind === 2) out = concat(out.subarray(0, at), word, out.subarray(at));
    else out = concat(out.subarray(0, to), out.subarray(at));
  }
  return out;
}

test(
  'ten minutes of damaged files: each read or refused with a code, in time',
  async (context) => {
    if (!existsSync(corpus)) context.skip(`the corpus is not here: ${corpus}`);
    const files = folders.flatMap((folder) =>
      readdirSync(`${corpus}/${folder}`).map((name) => `${corpus}/${folder}/${name}`),
    );
    const random = seededRandom(20_261_122);
    const end = performance.now() + fuzzMs;
    let tried = 0;
    for (; performance.now() < end; tried += 1) {
      const path = files[tried % files.length] ?? '';
      const bytes = damaged(new Uint8Array(readFileSync(path)), random);
      const before = process.threadCpuUsage();
      const answer = await readPdf(bytes, nodeEngine)
        .then(async (file) => {
          file.pages();
          const changes = await judgeChanges(file, readSignatures(file), nodeEngine);
          return `pdf.${changes.length}`;
        })
        .catch(faultCode);
      const { user } = process.threadCpuUsage(before);
      expect({ path, tried, answer }).toMatchObject({ answer: expect.stringMatching(/^pdf\./) });
      expect({ path, tried, slow: user / 1000 > answerCpuMsMax }).toMatchObject({ slow: false });
    }
    expect(tried).toBeGreaterThan(100);
  },
  fuzzMs * 2,
);
