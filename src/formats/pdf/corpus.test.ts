import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, type TestContext, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { faultCode } from '#base/fault';
import { compareRevisions, openPdf, readAttachments, readSignatures } from './index.ts';

const corpus = fileURLToPath(new URL('../../../../shared/corpus', import.meta.url));
const answerMsMax = 2_000;

function filesIn(folder: string, context: TestContext): { name: string; bytes: Uint8Array }[] {
  const path = `${corpus}/${folder}`;
  if (!existsSync(path)) context.skip(`the corpus is not here: ${folder}`);
  return readdirSync(path)
    .filter((name) => name.endsWith('.pdf'))
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(`${path}/${name}`)) }));
}

/** Reads everything there is to read; the code of the refusal, or `read`. */
async function readWhole(bytes: Uint8Array): Promise<string> {
  try {
    const file = await openPdf(bytes, nodeEngine);
    file.pages();
    for (const number of file.entries.keys()) file.object(number);
    readSignatures(file);
    await readAttachments(file, nodeEngine);
    return 'read';
  } catch (thrown) {
    return faultCode(thrown) ?? `threw ${String(thrown)}`;
  }
}

describe('files this project did not write', () => {
  test.for(['pdf-parse', 'pdf-attack', 'pdf-signed/pyhanko'])(
    '%s: each is read or refused with a code, in time',
    async (folder, context) => {
      const files = filesIn(folder, context);
      for (const { name, bytes } of files) {
        const start = performance.now();
        const answer = await readWhole(bytes);
        expect({ name, answer }).toEqual({
          name,
          answer: expect.stringMatching(/^(read|pdf\..+)$/),
        });
        expect({ name, slow: performance.now() - start > answerMsMax }).toEqual({
          name,
          slow: false,
        });
      }
    },
  );

  test('no attack comes out as a signature that covers an unchanged document', async (context) => {
    for (const { name, bytes } of filesIn('pdf-attack', context)) {
      const file = await openPdf(bytes, nodeEngine).catch(faultCode);
      if (typeof file !== 'object') continue;
      for (const signature of readSignatures(file)) {
        const covered = bytes.subarray(0, signature.revisionEnd);
        const later = await compareRevisions(covered, bytes, nodeEngine);
        const clean = signature.flaws.length === 0 && later.is !== 'forbidden';
        expect({ name, clean }).toEqual({ name, clean: false });
      }
    }
  });
});
