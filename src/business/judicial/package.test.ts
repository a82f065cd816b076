import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { parseInstant } from '#base/clock';
import { openZip } from '#formats/bundle';
import { disclose } from '#formats/disclosure';
import { type EntryType, entryHash, entryMessage, printEntry } from '#formats/entry';
import { printHead, printNote } from '#formats/tlog';
import { buildPackage, type CaseMaterial, reportFacts } from './index.ts';

const signer = softSigner(generateSoftKey('ed25519'));
const words = { flaw: (code: string) => `话:${code}`, entry: (type: string) => `事:${type}` };

function page(title: string): Uint8Array {
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R >> % ${title}`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << >> >>',
  ];
  let text = '%PDF-1.7\n';
  const lines = ['0000000000 65535 f \n'];
  for (const [at, body] of objects.entries()) {
    lines.push(`${String(text.length).padStart(10, '0')} 00000 n \n`);
    text += `${at + 1} 0 obj\n${body}\nendobj\n`;
  }
  const tail = `trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  return utf8(`${text}xref\n0 4\n${lines.join('')}${tail}`);
}

async function entry(type: EntryType, seq: number, before?: Uint8Array): Promise<Uint8Array> {
  const zero = toBase64(new Uint8Array(32));
  const unsigned = {
    type,
    caseTag: 'AAECAwQFBgcICQoLDA0ODw',
    seq,
    prev: before === undefined ? null : await entryHash(before, nodeEngine),
    at: parseInstant('2026-11-21T10:00:00.000+08:00'),
    clock: 'LOCAL_CLOCK',
    by: 'serve+00000000',
    env: zero,
    sd: [],
    sd3: [],
    of: [],
  };
  return printEntry({ ...unsigned, sig: toBase64(await signer.sign(entryMessage(unsigned))) });
}

async function material(): Promise<CaseMaterial> {
  const opened = await entry('case.opened', 0);
  const drafted = await entry('document.drafted', 1, opened);
  const salt = new Uint8Array(16);
  const { encoded } = await disclose({ salt, name: 'amountFen', value: '500000' }, nodeEngine);
  const text = printHead({ origin: 'log.example/fubie', size: 2, root: new Uint8Array(32) });
  return {
    documents: [
      { name: 'loan-contract', title: '个人借款合同', bytes: page('contract') },
      { name: 'note', title: '借据', bytes: page('note') },
    ],
    entries: [
      { seq: 0, bytes: opened, disclosures: undefined, proof: 'proof 0' },
      { seq: 1, bytes: drafted, disclosures: [encoded], proof: 'proof 1' },
    ],
    checkpoint: printNote({
      text,
      signatures: [{ name: 'court', keyId: new Uint8Array(4), signature: new Uint8Array(64) }],
    }),
    policy: { bytes: canonicalBytes({ quorum: 3 }), entry: opened, proof: 'proof 9' },
    requiredEvidence: canonicalBytes({ entries: [], documents: [] }),
    authority: utf8('ca'),
    revocationLists: [utf8('crl')],
  };
}

describe('the package', () => {
  test('S0-50 one order gives report, documents, data and proofs, and again the same bytes', async () => {
    const order = { material: await material(), report: page('report') };
    const first = await buildPackage(order, nodeEngine);
    expect(await buildPackage(order, nodeEngine)).toEqual(first);
    const { files, differences } = openZip(first);
    expect(differences).toEqual([]);
    expect(files.map(({ name }) => name)).toEqual([
      'checkpoint.txt',
      'disclosures/0001.json',
      'documents/01-loan-contract.pdf',
      'documents/02-note.pdf',
      'entries/0000.json',
      'entries/0001.json',
      'manifest.json',
      'policy-entry.json',
      'policy.json',
      'policy.tlog-proof',
      'proofs/0000.tlog-proof',
      'proofs/0001.tlog-proof',
      'report.pdf',
      'required-evidence.json',
      expect.stringMatching(/^revocation\/[0-9a-f]{16}\.crl$/),
    ]);
  });

  test('the report lists every file but itself and the manifest, by the bytes they will have', async () => {
    const made = await material();
    const asked = { material: made, trust: new Map(), words, engine: nodeEngine };
    const { files: listed } = await reportFacts(asked);
    const zip = await buildPackage({ material: made, report: page('report') }, nodeEngine);
    const manifest = openZip(zip).files.find(({ name }) => name === 'manifest.json');
    const all = JSON.parse(fromUtf8(manifest?.bytes ?? new Uint8Array())) as { files: unknown[] };
    const bound = all.files.filter((file) => !JSON.stringify(file).includes('report.pdf'));
    expect(listed).toEqual(bound);
  });

  test('the report says what a stranger’s verifier says, not what the house would like', async () => {
    const asked = { material: await material(), trust: new Map(), words, engine: nodeEngine };
    const facts = await reportFacts(asked);
    expect(facts['verdict']).toMatchObject({ is: 'invalid' });
    expect(facts['entries']).toMatchObject([
      { seq: 0, type: 'case.opened', title: '事:case.opened' },
      { seq: 1, type: 'document.drafted' },
    ]);
    expect(facts['checkpoint']).toMatchObject({ origin: 'log.example/fubie', size: 2 });
  });

  test('a case without entries has no package', async () => {
    const empty = { ...(await material()), entries: [] };
    await expect(
      buildPackage({ material: empty, report: page('report') }, nodeEngine),
    ).rejects.toMatchObject({ code: 'judicial.material_missing' });
  });
});
