/**
 * Where a seal stands: over the edges of all pages by one signature, and over words of the text;
 * and a message in the shape of GB/T 35275, inside a document and by itself.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { loadFonts, outlinesOf } from '#adapters/typesetting';
import { fromLatin1, latin1, utf8 } from '#base/bytes';
import { addSeconds, instantFromMs } from '#base/clock';
import { faultCode } from '#base/fault';
import {
  buildSignedData,
  checkSigner,
  cmsOid,
  readSignedData,
  signedAttributesWith,
} from '#formats/cms';
import type { Signer } from '#formats/crypto';
import {
  drawSeal,
  findText,
  fittedFace,
  judgeChanges,
  openPdf,
  readSignatures,
  sealOfKind,
  signedBytes,
  straddlePagesMax,
} from '#formats/pdf';
import {
  basicConstraints,
  buildCertificate,
  buildName,
  keyUsage,
  readCertificate,
} from '#formats/x509';
import { prepareFields, type SignaturePlace, signAppended, signDocument } from '#trust/signing';

const now = instantFromMs(Date.UTC(2026, 0, 5, 2));
const parts = { engine: nodeEngine, clock: { now: () => now, source: 'TEST_CLOCK' } };
const outlines = outlinesOf(loadFonts());
const seal = drawSeal(sealOfKind('official', { name: '示例银行股份有限公司' }), outlines);

interface Party {
  readonly signer: Signer;
  readonly certificate: Uint8Array;
}

async function partyOf(commonName: string, kind: 'p256' | 'sm2' = 'p256'): Promise<Party> {
  const signer = softSigner(generateSoftKey(kind));
  const name = buildName([['commonName', commonName]]);
  const draft = {
    serial: Uint8Array.of(9),
    issuer: name,
    subject: name,
    notBefore: now,
    notAfter: addSeconds(now, 86_400),
    publicKey: signer.publicKey,
    extensions: [basicConstraints(false), keyUsage('digitalSignature')],
  };
  return { signer, certificate: (await buildCertificate(draft, signer)).der };
}

/** Pages with a line each; the second to fourth are turned, and the third is cropped. */
function documentOf(count: number, isTagged = false): Uint8Array {
  const turns = ['', '/Rotate 90', '/Rotate 270 /CropBox [20 20 500 700]', '/Rotate 180'];
  const font = '/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>';
  const kids = Array.from({ length: count }, (_, at) => `${3 + 2 * at} 0 R`);
  const bodies = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${count} >>`,
  ];
  for (let at = 0; at < count; at += 1) {
    const text = `BT /F 24 Tf 100 500 Td (Signed by the lender, page ${at + 1}) Tj ET`;
    const page = `/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] ${turns[at] ?? ''}`;
    bodies.push(
      `<< ${page} /Contents ${4 + 2 * at} 0 R /Resources << ${font} >> >>`,
      `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    );
  }
  if (isTagged) {
    const root = bodies.length + 1;
    bodies[0] = `<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot ${root} 0 R >>`;
    bodies.push(
      `<< /Type /StructTreeRoot /K ${root + 1} 0 R /ParentTree << /Nums [] >> /ParentTreeNextKey 3 >>`,
      `<< /Type /StructElem /S /Document /P ${root} 0 R /K [] >>`,
    );
  }
  let file = '%PDF-1.7\n';
  const rows = bodies.map((body, at) => {
    const row = `${String(file.length).padStart(10, '0')} 00000 n \n`;
    file += `${at + 1} 0 obj\n${body}\nendobj\n`;
    return row;
  });
  const size = bodies.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return fromLatin1(file + table + trailer);
}

let bank: Party;
let borrower: Party;
beforeAll(async () => {
  bank = await partyOf('Bank TEST');
  borrower = await partyOf('Borrower TEST');
});

const straddle: SignaturePlace = { is: 'straddle', field: 'edges', seal };
const line = (field: string): SignaturePlace => ({
  is: 'new',
  field,
  page: 1,
  rect: [60, 100, 200, 140],
});
const code = (promise: Promise<unknown>) => promise.then(() => 'done', faultCode);

async function stripsOf(document: Uint8Array): Promise<string[]> {
  const file = await openPdf(document, nodeEngine);
  return latin1(file.bytes).match(/\/Rect \[[^\]]*\]/g) ?? [];
}

describe('骑缝章', () => {
  test('S2-73 one signature seals all edges and leaves the others valid, whoever comes first', async () => {
    let document = documentOf(5);
    document = await signDocument({ document, place: line('one'), ...borrower }, parts);
    document = await signDocument({ document, place: straddle, ...bank }, parts);
    const last = {
      is: 'text',
      field: 'two',
      find: { text: 'lender' },
      width: 90,
      height: 30,
    } as const;
    document = await signDocument({ document, place: last, ...borrower }, parts);
    const file = await openPdf(document, nodeEngine);
    const signatures = readSignatures(file);
    expect(signatures.map(({ field, flaws }) => [field, flaws])).toEqual([
      ['one', []],
      ['edges', []],
      ['two', []],
    ]);
    const changes = await judgeChanges(file, signatures, nodeEngine);
    expect(changes.map(({ is }) => is)).toEqual(['permitted', 'permitted', 'none']);
    judgedByPoppler(document, ['one', 'edges', 'edges', 'edges', 'edges', 'edges', 'two']);
  });

  test('each strip stands on the edge that its reader sees on the right', async () => {
    const document = await signDocument(
      { document: documentOf(4), place: straddle, ...bank },
      parts,
    );
    const wide = seal.width / 4;
    const low = (tall: number) => tall / 2 - seal.height / 2;
    const expected = [
      [595 - wide, low(842), 595, low(842) + seal.height],
      [595 - low(595) - seal.height, 842 - wide, 595 - low(595), 842],
      [20 + low(480), 20, 20 + low(480) + seal.height, 20 + wide],
      [0, 842 - low(842) - seal.height, wide, 842 - low(842)],
    ].map((sides) => `/Rect [${sides.map((side) => Number(side.toFixed(4))).join(' ')}]`);
    expect(await stripsOf(document)).toEqual(expected);
  });

  test('more pages than one seal can bear make more seals, and none over a single page', async () => {
    const pages = straddlePagesMax + 1;
    const document = await signDocument(
      { document: documentOf(pages), place: straddle, ...bank },
      parts,
    );
    const boxes = latin1(document).match(/\/BBox \[[^\]]*\] \/Matrix/g) ?? [];
    expect(boxes.length).toBe(pages);
    expect(boxes.filter((box) => box.startsWith('/BBox [0 ')).length).toBe(2);
    expect((await openPdf(document, nodeEngine)).pages().length).toBe(pages);
  });

  test('each rule of PDF/A-3a and of tagged documents that a widget can break is kept', async () => {
    const document = await signDocument(
      { document: documentOf(3, true), place: straddle, ...bank },
      parts,
    );
    const file = await openPdf(document, nodeEngine);
    const form = file.dict(file.catalog().entries.get('AcroForm'));
    // ISO 19005-3 §6.4.1: viewers do not make appearances of their own.
    expect(form?.entries.has('NeedAppearances')).toBe(false);
    const [field] = file.list(form?.entries.get('Fields'));
    const widgets = file.list(file.dict(field)?.entries.get('Kids'));
    expect(widgets.length).toBe(3);
    const root = file.dict(file.catalog().entries.get('StructTreeRoot'));
    const nums = file.list(file.dict(root?.entries.get('ParentTree'))?.entries.get('Nums'));
    expect(root?.entries.get('ParentTreeNextKey')).toMatchObject({ value: 6 });
    for (const [at, widget] of widgets.entries()) {
      const entries = file.dict(widget)?.entries;
      // §6.3.2: printed, and neither hidden, invisible nor switched by a viewer.
      expect(entries?.get('F')).toMatchObject({ value: 4 | 128 });
      // §6.3.3: one normal appearance, which is a form and no dictionary of states.
      const faces = file.dict(entries?.get('AP'))?.entries;
      expect([...(faces?.keys() ?? [])]).toEqual(['N']);
      expect(file.resolve(faces?.get('N')).kind).toBe('stream');
      // §6.4.1 and §6.5: no action of any kind.
      expect(['A', 'AA', 'MK', 'BS'].filter((key) => entries?.has(key))).toEqual([]);
      // §6.7.3.3 and ISO 32000-1 §14.7.4: found from the structure tree, and finds it back.
      expect(entries?.get('StructParent')).toMatchObject({ value: 3 + at });
      expect(nums[2 * at]).toMatchObject({ value: 3 + at });
      const element = file.dict(nums[2 * at + 1]);
      expect(element?.entries.get('S')).toMatchObject({ name: 'Form' });
      expect(element?.entries.has('Alt')).toBe(true);
      expect(file.dict(element?.entries.get('K'))?.entries.get('Obj')).toEqual(widget);
    }
  });

  test('one page has no edge to seal, and pages that are not there have none', async () => {
    const place = (pages: { from: number; to: number }): SignaturePlace => ({ ...straddle, pages });
    const sign = (count: number, given: SignaturePlace) =>
      code(signDocument({ document: documentOf(count), place: given, ...bank }, parts));
    expect(await sign(1, straddle)).toBe('pdf.page_missing');
    expect(await sign(3, place({ from: 2, to: 4 }))).toBe('pdf.page_missing');
    expect(await sign(3, place({ from: 2, to: 2 }))).toBe('pdf.page_missing');
    expect(await sign(3, { ...straddle, heightShare: 2 })).toBe('pdf.field_malformed');
  });
});

describe('words of the text', () => {
  test('S2-73 the n-th occurrence, the last one, on one page', async () => {
    const file = await openPdf(documentOf(3), nodeEngine);
    const found = await findText(file, { text: 'the lender', occurrence: 2 });
    expect(found.page).toBe(2);
    expect(await findText(file, { text: 'thelender', occurrence: -1 })).toMatchObject({ page: 3 });
    expect(await findText(file, { text: 'lender', page: 3 })).toMatchObject({ page: 3 });
    expect(await code(findText(file, { text: 'lender', occurrence: 4 }))).toBe('pdf.text_missing');
    expect(await code(findText(file, { text: 'nowhere' }))).toBe('pdf.text_missing');
    expect(await code(findText(file, { text: ' ' }))).toBe('pdf.text_missing');
  });

  test('the face stands over them, moved by the offset', async () => {
    const document = documentOf(1);
    const { rect } = await findText(await openPdf(document, nodeEngine), { text: 'lender' });
    const place = {
      is: 'text',
      field: 'two',
      find: { text: 'lender' },
      width: 40,
      height: 20,
      offset: [5, -10],
    } as const;
    const signed = await signDocument({ document, place, ...bank }, parts);
    const middle = [(rect[0] + rect[2]) / 2 + 5, (rect[1] + rect[3]) / 2 - 10] as const;
    const sides = [middle[0] - 20, middle[1] - 10, middle[0] + 20, middle[1] + 10];
    expect(await stripsOf(signed)).toEqual([
      `/Rect [${sides.map((side) => Number(side.toFixed(4))).join(' ')}]`,
    ]);
  });
});

test('S2-73 a seal stands in a field of the document, at coordinates, over words and over all edges', async () => {
  const empty = [{ field: 'lender', page: 2, rect: [60, 100, 200, 240] }] as const;
  const document = await prepareFields(documentOf(3), empty, nodeEngine);
  const { rect } = await findText(await openPdf(document, nodeEngine), { text: 'lender', page: 3 });
  const [x, y] = [(rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2];
  const find = { text: 'lender', page: 3 };
  const over = [x - 30, y - 30, x + 30, y + 30].map((side) => Number(side.toFixed(4)));
  const rooms: readonly (readonly [SignaturePlace, string, number])[] = [
    [{ is: 'field', field: 'lender' }, '[60 100 200 240]', 140],
    [{ is: 'new', field: 'at', page: 1, rect: [10, 20, 70, 80] }, '[10 20 70 80]', 60],
    [{ is: 'text', field: 'words', find, width: 60, height: 60 }, `[${over.join(' ')}]`, 60],
    [straddle, '', seal.width],
  ];
  for (const [place, where, side] of rooms) {
    const face = (room: { width: number; height: number }) => fittedFace(seal, room);
    const order = { document, place, face, ...bank };
    const appended = latin1(await signAppended(order, parts));
    expect(appended.match(/\/Rect \[[^\]]*\]/g)).toHaveLength(where === '' ? 3 : 1);
    expect(appended).toContain(`/Rect ${where}`.trim());
    // What is seen there is the seal itself, as large as the place lets it be.
    expect(appended).toContain(fittedFace(seal, { width: side, height: side }).content);
    const signed = await openPdf(await signDocument(order, parts), nodeEngine);
    expect(readSignatures(signed).map(({ field, flaws }) => [field, flaws])).toEqual([
      [place.field, []],
    ]);
  }
});

test('what is appended is what the whole ends in', async () => {
  const document = documentOf(2);
  const place = line('one');
  const appended = await signAppended({ document, place, ...bank }, parts);
  const whole = Buffer.concat([document, appended]);
  const file = await openPdf(new Uint8Array(whole), nodeEngine);
  const [signature] = readSignatures(file);
  expect(signature?.flaws).toEqual([]);
  expect(whole.length).toBe(signature?.revisionEnd);
});

describe('GB/T 35275', () => {
  test('L-CP-02 a document signed in its shape is judged like any other', async () => {
    const company = await partyOf('Company TEST', 'sm2');
    const order = { document: documentOf(1), place: line('one'), isGm: true, ...company };
    const file = await openPdf(await signDocument(order, parts), nodeEngine);
    const [signature] = readSignatures(file);
    if (signature === undefined) throw new Error('no signature');
    const message = readSignedData(signature.contents, { profile: 'etsi' });
    expect(message.isGm).toBe(true);
    expect(message.contentType).toBe(cmsOid.gmData);
    const covered = signedBytes(file.bytes, signature.byteRange);
    expect(await judged(message, covered)).toEqual([true, true, []]);
    covered[20] = (covered[20] ?? 0) ^ 1;
    expect((await judged(message, covered))[0]).toBe(false);
  });

  test('L-CP-02 and so is a message by itself, with its content inside', async () => {
    const company = await partyOf('Company TEST', 'sm2');
    const content = utf8('借款合同');
    const attributes = signedAttributesWith('sm3', {
      contentType: cmsOid.gmData,
      messageDigest: await nodeEngine.digest('sm3', content),
      certificateDigest: await nodeEngine.digest('sm3', company.certificate),
    });
    const draft = {
      certificate: readCertificate(company.certificate),
      signedAttributes: attributes,
      signature: await company.signer.sign(attributes),
      algorithm: 'sm2-sm3',
      isGm: true,
      encapsulated: { contentType: cmsOid.gmData, content },
    } as const;
    expect(
      await judged(readSignedData(buildSignedData(draft), { profile: 'etsi' }), undefined),
    ).toEqual([true, true, []]);
    expect(() => buildSignedData({ ...draft, algorithm: 'ecdsa-sha256' })).toThrow(
      'cms.unsuitable',
    );
  });
});

async function judged(message: ReturnType<typeof readSignedData>, covered: Uint8Array | undefined) {
  const [signer] = message.signers;
  if (signer === undefined) throw new Error('no signer');
  const content = covered && {
    digest: (hash: Parameters<typeof nodeEngine.digest>[0]) => nodeEngine.digest(hash, covered),
    bytes: () => covered,
  };
  const check = { message, signer, ...(content && { content }) };
  const { contentIntact, signatureIntact, findings } = await checkSigner(check, nodeEngine);
  return [contentIntact, signatureIntact, findings];
}

/** A foreign judge where it is installed: it lists a field once for each of its widgets. */
function judgedByPoppler(document: Uint8Array, fields: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'fubie-seals-'));
  const path = join(folder, 'signed.pdf');
  writeFileSync(path, document);
  const { stdout, error } = spawnSync('pdfsig', [path], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  if (error !== undefined) return;
  const said = [...stdout.matchAll(/Field Name: (\S+)/g)].map(([, field]) => field);
  expect(said).toEqual(fields);
  expect(stdout.match(/Signature is Valid/g)?.length).toBe(fields.length);
}
