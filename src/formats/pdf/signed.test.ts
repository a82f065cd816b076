import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeCompiler, PdfStandard } from '@myriaddreamin/typst-ts-node-compiler';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromLatin1, indexOf, latin1, toHex, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { faultCode } from '#base/fault';
import { isName } from './file/value.ts';
import {
  compareRevisions,
  embedSignature,
  invisible,
  openPdf,
  prepareSignature,
  readAttachments,
  readSignatures,
  type SignatureWish,
  sealInside,
  signedBytes,
  signerLines,
} from './index.ts';

const fontOf = (file: string): Buffer =>
  readFileSync(createRequire(import.meta.url).resolve(`@expo-google-fonts/noto-serif-sc/${file}`));

const contract = `#set document(title: "个人借款合同", author: "示范银行(TEST)", date: auto)
#set page(paper: "a4", margin: 2.5cm)
#set text(font: "Noto Serif SC", lang: "zh", region: "cn", size: 11pt, fallback: false)
#pdf.attach("data.json", bytes("{\\"amount\\":\\"500000\\"}"), relationship: "data",
  mime-type: "application/json", description: "合同数据")
= 个人借款合同
借款金额为人民币伍仟元整。#link("https://example.org")[条款]
#pagebreak()
第二条 借款人逾期的。
`;

/** A box for every letter: what the appearance draws is not at issue here. */
const boxes = (text: string) =>
  [...text].map(() => ({
    advance: 1,
    steps: [
      { do: 'move' as const, to: [0.1, 0] as const },
      { do: 'line' as const, to: [0.9, 0] as const },
      { do: 'quadratic' as const, by: [0.9, 0.9] as const, to: [0.1, 0.9] as const },
      { do: 'close' as const },
    ],
  }));

const wishes: Record<'borrower' | 'lender', SignatureWish> = {
  borrower: {
    field: 'borrower',
    page: 2,
    rect: [300, 300, 480, 350],
    appearance: signerLines({ lines: ['签署人：王小明'], width: 180, height: 50, outlines: boxes }),
    signerName: '王小明',
    label: '借款人签名',
    time: instantFromMs(1_795_271_400_000),
    contentsBytes: 8_192,
  },
  lender: {
    field: 'lender',
    page: 2,
    rect: [320, 120, 440, 240],
    appearance: sealInside(
      {
        shape: 'round',
        diameterMm: 40,
        name: '示范县农村信用合作联社',
        hasStar: true,
        line: '合同专用章',
      },
      { width: 120, height: 120 },
      boxes,
    ),
    signerName: '示范县农村信用合作联社',
    time: instantFromMs(1_795_271_460_000),
    contentsBytes: 8_192,
  },
};

/** Stands in for a CMS where only the place of the bytes is at issue. */
const octets = concat(Uint8Array.of(0x30, 0x82, 0x01, 0x00), new Uint8Array(256).fill(0xab));

async function signWith(bytes: Uint8Array, wish: SignatureWish, cms = octets): Promise<Uint8Array> {
  const prepared = prepareSignature(await openPdf(bytes, nodeEngine), wish);
  return embedSignature(prepared.bytes, prepared.byteRange, cms);
}

let base: Uint8Array;
let once: Uint8Array;
let twice: Uint8Array;

beforeAll(async () => {
  const fontBlobs = [fontOf('400Regular/NotoSerifSC_400Regular.ttf')];
  fontBlobs.push(fontOf('700Bold/NotoSerifSC_700Bold.ttf'));
  const compiler = NodeCompiler.create({ workspace: '/', fontArgs: [{ fontBlobs }] });
  const options = { pdfStandard: PdfStandard.A_3a, creationTimestamp: 1_790_000_000 };
  base = new Uint8Array(compiler.pdf({ mainFileContent: contract }, options));
  once = await signWith(base, wishes.borrower);
  twice = await signWith(once, wishes.lender);
});

describe('a contract signed by two parties', () => {
  test('each signature only appends: earlier revisions stay byte for byte', () => {
    expect(latin1(once.subarray(0, base.length))).toBe(latin1(base));
    expect(latin1(twice.subarray(0, once.length))).toBe(latin1(once));
  });

  test('both are read back, exactly in their place', async () => {
    const found = readSignatures(await openPdf(twice, nodeEngine));
    expect(found).toMatchObject([
      { field: 'borrower', signerName: '王小明', flaws: [], revisionEnd: once.length },
      { field: 'lender', fubie: true, flaws: [], revisionEnd: twice.length },
    ]);
    for (const { contents, paddingIsZero, hexIsLower, subFilter } of found) {
      expect(toHex(contents)).toBe(toHex(octets));
      expect({ paddingIsZero, hexIsLower, subFilter }).toEqual({
        paddingIsZero: true,
        hexIsLower: true,
        subFilter: 'ETSI.CAdES.detached',
      });
    }
    expect(found[0]?.claimedTime).toBe("D:20261121223000+08'00'");
  });

  test('the marker of our strict profile lies inside the signed range', async () => {
    const [first] = readSignatures(await openPdf(once, nodeEngine));
    const text = latin1(signedBytes(once, first?.byteRange ?? [0, 0, 0, 0]));
    expect(text).toContain('/Fubie /v1');
    expect(text).not.toContain(toHex(octets));
  });

  test('one more, one less: any flipped byte of the contents place is seen', async () => {
    const [signature] = readSignatures(await openPdf(once, nodeEngine));
    const [, first = 0, second = 0] = signature?.byteRange ?? [];
    for (const at of [first, first + 1, first + 700, second - 2, second - 1]) {
      const bytes = once.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const found = await openPdf(bytes, nodeEngine)
        .then((file) => readSignatures(file)[0])
        .catch(faultCode);
      const same =
        typeof found === 'object' &&
        found.flaws.length === 0 &&
        found.paddingIsZero &&
        found.hexIsLower &&
        toHex(found.contents) === toHex(octets);
      expect(same).toBe(false);
    }
  });

  test('what PDF/A-3a asks of a widget holds (ISO 19005-3 §6.3 and §6.4)', async () => {
    const file = await openPdf(twice, nodeEngine);
    const catalog = file.catalog();
    const form = file.dict(catalog.entries.get('AcroForm'));
    expect(form?.entries.has('NeedAppearances')).toBe(false);
    const before = await openPdf(base, nodeEngine);
    expect(catalog.entries.get('Metadata')).toEqual(before.catalog().entries.get('Metadata'));
    expect(file.list(form?.entries.get('Fields'))).toHaveLength(2);
    for (const field of file.list(form?.entries.get('Fields'))) {
      const widget = file.dict(field);
      const flags = widget?.entries.get('F');
      expect(flags?.kind === 'number' && flags.value & (1 | 2 | 4 | 32)).toBe(4);
      expect(widget?.entries.has('A') || widget?.entries.has('AA')).toBe(false);
      const appearance = file.dict(widget?.entries.get('AP'));
      expect([...(appearance?.entries.keys() ?? [])]).toEqual(['N']);
      const drawn = file.resolve(appearance?.entries.get('N'));
      expect(drawn.kind === 'stream' && latin1(drawn.raw)).not.toMatch(/\b(Tf|Tj|Do|gs|Do|sh)\b/);
    }
  });

  test('a widget is found from the structure tree and finds it back, until somebody signed', async () => {
    const file = await openPdf(twice, nodeEngine);
    const root = file.dict(file.catalog().entries.get('StructTreeRoot'));
    const nums = file.list(file.dict(root?.entries.get('ParentTree'))?.entries.get('Nums'));
    const form = file.dict(file.catalog().entries.get('AcroForm'));
    const [first, ...later] = file.list(form?.entries.get('Fields'));
    // Readers that compare revisions would call the first signature broken by a tree that grew.
    expect(later.map((one) => file.dict(one)?.entries.has('StructParent'))).toEqual([false]);
    for (const field of first === undefined ? [] : [first]) {
      const key = file.dict(field)?.entries.get('StructParent');
      const at = nums.findIndex((item, place) => place % 2 === 0 && alike(item, key));
      const element = file.dict(nums[at + 1]);
      expect(isName(element?.entries.get('S'), 'Form')).toBe(true);
      // A single kid and no list: pyHanko allows a tagged field to be signed by that path alone.
      expect(file.dict(element?.entries.get('K'))?.entries.get('Obj')).toEqual(field);
    }
  });

  test('the attached data is still there', async () => {
    const [attached] = await readAttachments(await openPdf(twice, nodeEngine), nodeEngine);
    expect(attached).toMatchObject({ name: 'data.json', relationship: 'Data' });
    expect(attached?.bytes).toEqual(utf8('{"amount":"500000"}'));
  });

  test('a field name is used once, and a wish outside the page is refused', async () => {
    const file = await openPdf(once, nodeEngine);
    const refused = (wish: SignatureWish) => () => prepareSignature(file, wish);
    expect(refused(wishes.borrower)).toThrow('pdf.field_taken');
    expect(refused({ ...wishes.lender, field: 'a.b' })).toThrow('pdf.field_malformed');
    expect(refused({ ...wishes.lender, page: 3 })).toThrow('pdf.page_missing');
    expect(refused({ ...wishes.lender, rect: [0, 0, 900, 10] })).toThrow('pdf.field_malformed');
  });

  test('a CMS that does not fit, or a place that is taken, is refused', () => {
    const first = indexOf(once, fromLatin1(`<${toHex(octets)}`));
    const range = [0, first, first + 16_386, once.length - first - 16_386] as const;
    expect(() => embedSignature(once, range, octets)).toThrow('pdf.range_malformed');
    expect(() => embedSignature(once, range, new Uint8Array(8_193))).toThrow(
      'pdf.certificate_space_small',
    );
  });
});

describe('what a later revision changed', () => {
  test('the second signature is permitted beside the first, and named', async () => {
    const change = await compareRevisions(once, twice, nodeEngine);
    expect(change).toMatchObject({ is: 'permitted', fields: ['lender'] });
    expect(change.widgets).toMatchObject([
      { field: 'lender', page: 2, rect: [320, 120, 440, 240] },
    ]);
    const all = await compareRevisions(base, twice, nodeEngine);
    expect(all).toMatchObject({ is: 'permitted', fields: ['borrower', 'lender'] });
    expect(await compareRevisions(once, once, nodeEngine)).toMatchObject({ is: 'none' });
  });

  test('another document, or an earlier one, is not a later revision', async () => {
    expect(await compareRevisions(twice, once, nodeEngine)).toMatchObject({ is: 'forbidden' });
    const other = concat(once, fromLatin1('% note\n'));
    expect(await compareRevisions(once, other, nodeEngine)).toMatchObject({ is: 'forbidden' });
  });

  test('a page whose contents are exchanged is forbidden and named', async () => {
    const file = await openPdf(once, nodeEngine);
    const contents = file.pages()[0]?.dict.entries.get('Contents');
    const number = contents?.kind === 'ref' ? contents.number : 0;
    const forged = appended(once, number, '<< /Length 0 >>\nstream\n\nendstream');
    const change = await compareRevisions(once, forged, nodeEngine);
    expect(change.is).toBe('forbidden');
    expect(change.changes).toContainEqual({
      object: `object ${number}`,
      what: 'changed: stream',
      permitted: false,
      because: 'object_changed',
    });
  });

  test('an object may not be moved to other bytes of the signed part', async () => {
    const file = await openPdf(once, nodeEngine);
    const [from, to] = [file.pages()[0], file.pages()[1]].map((page) => {
      const ref = page?.dict.entries.get('Contents');
      return ref?.kind === 'ref' ? ref.number : 0;
    });
    const entry = file.entries.get(to ?? 0);
    const at = entry?.kind === 'at' ? entry.offset : 0;
    const forged = section(once, `${from} 1\n${String(at).padStart(10, '0')} 00000 n \n`);
    expect(await compareRevisions(once, forged, nodeEngine)).toMatchObject({ is: 'forbidden' });
  });

  test('a text field, an action and a second face are no signature', async () => {
    const prepared = prepareSignature(await openPdf(once, nodeEngine), {
      ...wishes.lender,
      appearance: invisible,
    });
    const text = latin1(prepared.bytes);
    const swaps = [
      ['/FT /Sig', '/FT /Txt'],
      ['/TU <', '/AA <'],
      ['/AP << /N ', '/AP << /D '],
      ['/SigFlags 3', '/SigFlags 7'],
    ] as const;
    for (const [was, is] of swaps) {
      const place = text.lastIndexOf(was);
      expect(place).toBeGreaterThan(once.length);
      const forged = fromLatin1(text.slice(0, place) + is + text.slice(place + was.length));
      expect(await compareRevisions(once, forged, nodeEngine)).toMatchObject({ is: 'forbidden' });
    }
  });
});

describe('foreign judges', () => {
  test('pdfsig calls both signatures valid and qpdf finds nothing', async (context) => {
    const missing = ['pdfsig', 'qpdf', 'openssl'].filter((tool) => spawnSync(tool, ['-v']).error);
    if (missing.length > 0) context.skip(`not installed: ${missing.join(' ')}`);
    const folder = mkdtempSync(join(tmpdir(), 'fubie-pdf-'));
    const file = join(folder, 'signed.pdf');
    let bytes = base;
    for (const wish of Object.values(wishes)) {
      const prepared = prepareSignature(await openPdf(bytes, nodeEngine), wish);
      const cms = opensslSignature(folder, signedBytes(prepared.bytes, prepared.byteRange));
      bytes = embedSignature(prepared.bytes, prepared.byteRange, cms);
    }
    writeFileSync(file, bytes);
    const said = spawnSync('pdfsig', ['-nocert', file], { encoding: 'utf8' }).stdout;
    expect(said.match(/Signature Validation: Signature is Valid/g)).toHaveLength(2);
    expect(spawnSync('qpdf', ['--check', file]).status).toBe(0);
    rmSync(folder, { recursive: true });
  });
});

function opensslSignature(folder: string, message: Uint8Array): Uint8Array {
  const run = (...words: string[]) =>
    execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  const request = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=TEST -days 2';
  run('req', ...request.split(' '), '-keyout', 'key.pem', '-out', 'crt.pem');
  writeFileSync(join(folder, 'message'), message);
  const sign = 'cms -sign -binary -cades -in message -signer crt.pem -inkey key.pem -outform DER';
  return new Uint8Array(run(...sign.split(' ')));
}

function alike(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A forged revision that writes one object again. */
function appended(bytes: Uint8Array, number: number, body: string): Uint8Array {
  const object = fromLatin1(`${number} 0 obj\n${body}\nendobj\n`);
  const entry = `${number} 1\n${String(bytes.length).padStart(10, '0')} 00000 n \n`;
  return section(concat(bytes, object), entry, bytes);
}

function section(bytes: Uint8Array, entries: string, before = bytes): Uint8Array {
  const text = latin1(before);
  const trailer = text.slice(text.lastIndexOf('trailer'), text.lastIndexOf('startxref'));
  const start = /startxref\s+(\d+)/.exec(text.slice(text.lastIndexOf('startxref')))?.[1] ?? '';
  const next = trailer.replace(/ \/Prev \d+/, '').replace('>>', `/Prev ${start} >>`);
  const tail = `xref\n${entries}${next}startxref\n${bytes.length}\n%%EOF\n`;
  return concat(bytes, fromLatin1(tail));
}
