import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, type TestContext, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { faultCode } from '#base/fault';
import {
  judgeChanges,
  openPdf,
  readAttachments,
  readLooseSignatures,
  readPdf,
  readSignatures,
} from './index.ts';

const corpus = fileURLToPath(new URL('../../../../shared/corpus', import.meta.url));
const answerCpuMsMax = 2_000;

/** Of this thread alone: other tests share the computer. */
function spentMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1000;
}

function filesIn(folder: string, context: TestContext): { name: string; bytes: Uint8Array }[] {
  const path = `${corpus}/${folder}`;
  if (!existsSync(path)) context.skip(`the corpus is not here: ${folder}`);
  return readdirSync(path)
    .filter((name) => name.endsWith('.pdf'))
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(`${path}/${name}`)) }));
}

/** Reads everything there is to read; the code of the refusal, or how it was read. */
async function readWhole(bytes: Uint8Array, open = readPdf): Promise<string> {
  try {
    const file = await open(bytes, nodeEngine);
    file.pages();
    for (const number of file.entries.keys()) file.object(number);
    const signatures = readSignatures(file);
    readLooseSignatures(file, signatures);
    await judgeChanges(file, signatures, nodeEngine);
    await readAttachments(file, nodeEngine);
    return file.facts.repaired ? 'repaired' : 'read';
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
        const before = process.threadCpuUsage();
        for (const open of [readPdf, openPdf]) {
          expect({ name, answer: await readWhole(bytes, open) }).toEqual({
            name,
            answer: expect.stringMatching(/^(read|repaired|pdf\..+)$/),
          });
        }
        expect({ name, slow: spentMs(before) > answerCpuMsMax }).toEqual({
          name,
          slow: false,
        });
      }
    },
  );

  test('as a viewer, all are read but those that want a password', async (context) => {
    const answers = new Map<string, string[]>();
    for (const { name, bytes } of filesIn('pdf-parse', context)) {
      const answer = await readWhole(bytes);
      answers.set(answer, [...(answers.get(answer) ?? []), name]);
    }
    expect(answers.get('pdf.encrypted_password')).toEqual([
      'issue19484_2.pdf',
      'issue21579.pdf',
      'issue6010_2.pdf',
    ]);
    expect([...answers.keys()].toSorted()).toEqual(['pdf.encrypted_password', 'read', 'repaired']);
  });

  test('each attack is named: where it sits, or what it changed', async (context) => {
    const found: Record<string, string> = {};
    for (const { name, bytes } of filesIn('pdf-attack', context)) {
      found[name] = (await flawsOf(bytes)).join(' ');
    }
    expect(found).toEqual({
      'isa_A.pdf': 'chain_broken',
      'isa_C.pdf': 'catalog_changed',
      'isa_E.pdf': 'chain_broken',
      'isa_G.pdf': 'chain_broken',
      'isa_I.pdf': 'gap_differs chain_broken',
      'siwa_A.pdf': 'gap_differs',
      'siwa_C.pdf': 'gap_differs',
      'siwa_E.pdf': 'gap_differs',
      'usf_01_Empty_Contents.pdf': 'byte_range_malformed contents_missing gap_differs chain_broken',
      'usf_03_Null_Contents.pdf': 'byte_range_malformed contents_missing chain_broken',
      'usf_05_No_Contents.pdf': 'byte_range_malformed contents_missing chain_broken',
    });
  });

  test('each file that pyHanko tests with: odd but honest, or not', async (context) => {
    const found: Record<string, string> = {};
    for (const { name, bytes } of filesIn('pdf-signed/pyhanko', context)) {
      const flaws = await flawsOf(bytes).catch((thrown: unknown) => [faultCode(thrown) ?? 'threw']);
      if (flaws.length > 0) found[name.replace('.pdf', '')] = flaws.join(' ');
    }
    const shared = 'form-update';
    expect(found).toEqual({
      // The contents are zeros: prepared, and never signed.
      'coverage-anomalies_base': 'contents_malformed',
      'coverage-anomalies_one-byterange': 'byte_range_malformed gap_differs chain_broken',
      'coverage-anomalies_signature-gap-too-big': 'gap_differs revision_incomplete chain_broken',
      'coverage-anomalies_tail-uncovered': 'revision_incomplete chain_broken',
      'coverage-anomalies_weird-byterange': 'gap_differs revision_incomplete chain_broken',
      'extensions-indirect-not-all-paths': 'object_changed',
      [`${shared}-ap-indirect-sneaky-trailer`]: 'appearance_differs',
      [`${shared}-no-override-appearance-stream-ap-indirect-sneaky`]: 'appearance_differs',
      [`${shared}-override-appearance-stream-ap-indirect-sneaky`]: 'object_changed',
      [`${shared}-override-appearance-stream-sneaky`]: 'object_changed',
      'signed-encrypted-pubkey-with-catalog-ref': 'pdf.encrypted_recipient',
    });
  });
});

/** What is wrong with where its signatures sit and with what came after them. */
async function flawsOf(bytes: Uint8Array): Promise<string[]> {
  const file = await readPdf(bytes, nodeEngine);
  const signatures = readSignatures(file);
  const changes = await judgeChanges(file, signatures, nodeEngine);
  return [
    ...signatures.flatMap(({ flaws }) => flaws),
    ...changes.flatMap(({ is, because }) => (is === 'forbidden' ? [because ?? ''] : [])),
  ];
}
