import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { writeArchive } from '#formats/zip';
import { isOfd, judgeOfd, type OfdFinding } from './index.ts';
import { type Files, type Person, person, type Shape, sampleFiles } from './sample-ofd.fixture.ts';

const page = 'Doc_0/Pages/Page_0/Content.xml';
const value = 'Doc_0/Signs/Sign_0/SignedValue.dat';
const shapes: readonly Shape[] = [
  'v4',
  'v4 raw',
  'v1',
  'cms digest inside',
  'cms attributes',
  'cms detached',
];

let sealer: Person;
let maker: Person;
beforeAll(async () => {
  sealer = await person('签署人');
  maker = await person('制章人');
});

type Entries = readonly (readonly [string, Uint8Array])[];

function pack(files: Files | Entries): Uint8Array {
  const entries: Entries = Array.isArray(files) ? (files as Entries) : Object.entries(files);
  return writeArchive(entries.map(([name, bytes]) => ({ name, bytes })));
}

async function found(files: Files | Entries) {
  const judged = await judgeOfd(pack(files), { engine: nodeEngine });
  return [...judged.findings, ...judged.signatures.flatMap((one) => one.findings)];
}

async function serious(files: Parameters<typeof found>[0]): Promise<readonly string[]> {
  const bad = (one: OfdFinding): boolean => one.weight !== 'warning';
  return [...new Set((await found(files)).filter(bad).map((one) => one.code))];
}

describe('makers spell', () => {
  const spellings: Readonly<Record<string, (xml: string, name: string) => string>> = {
    'a mark before the first byte': (xml) => `\uFEFF${xml}`,
    'a declaration': (xml) => `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n${xml}`,
    'another prefix': (xml) => xml.replaceAll('ofd:', 'x:').replaceAll('xmlns:ofd', 'xmlns:x'),
    'no prefix': (xml) => xml.replaceAll('ofd:', '').replaceAll('xmlns:ofd', 'xmlns'),
    'single quotes and remarks': (xml) =>
      `${xml.replaceAll('"', "'").replace('>', '><!-- by X -->')}\n<!-- end -->`,
    'paths from where they stand': (xml, name) =>
      name === 'Signature.xml' ? xml.replaceAll('FileRef="/', 'FileRef="') : xml,
    'paths with dots': (xml) =>
      xml.replaceAll('"/Doc_0', '"/./Doc_0').replaceAll('>Doc_0/', '>./Doc_0/'),
    'paths from the root': (xml) =>
      xml
        .replace('>Doc_0/Signs', '>/Doc_0/Signs')
        .replace('>Doc_0/Document', '>/Doc_0/Document')
        .replace('"Sign_0/', '"/Doc_0/Signs/Sign_0/')
        .replace('>SignedValue.dat', '>/Doc_0/Signs/Sign_0/SignedValue.dat'),
    'the digest by its identifier': (xml) =>
      xml.replace('CheckMethod="SM3"', 'CheckMethod="1.2.156.10197.1.401"'),
    'the digest with the key that none has': (xml) =>
      xml.replace('CheckMethod="SM3"', 'CheckMethod="1.2.156.10197.1.401.2"'),
    'the digest of the signature algorithm': (xml) =>
      xml.replace('CheckMethod="SM3"', 'CheckMethod="1.2.156.10197.1.401.1"'),
    'the digest in small letters': (xml) => xml.replace('"SM3"', '" sm3 "'),
    'digests in lines': (xml) => xml.replace(/(<[a-z:]*CheckValue>)(.{20})/gi, '$1\n $2\n'),
    'another time': (xml) => xml.replace('2025-06-01 12:00:00', '20250601120000Z'),
    'no time': (xml) => xml.replace(/<ofd:SignatureDateTime>.*?<.ofd:SignatureDateTime>/, ''),
  };
  test.each(Object.entries(spellings))('%s', async (_, spell) => {
    const files = await sampleFiles({ shape: 'v4', sealer, maker, spell });
    expect(await serious(files)).toEqual([]);
    const other = new TextDecoder().decode(files[page]).replace('一万', '九万');
    expect(await serious({ ...files, [page]: utf8(other) })).not.toEqual([]);
  });
});

describe('an OFD in every shape of its value', () => {
  test.each(shapes)(
    '%s: honest, then with another page, other references, another value',
    async (shape) => {
      const files = await sampleFiles({ shape, sealer, maker });
      expect(isOfd(pack(files))).toBe(true);
      expect(await serious(files)).toEqual([]);
      const judged = await judgeOfd(pack(files), { engine: nodeEngine });
      expect(judged.signatures).toMatchObject([{ covers: 'document', id: '1' }]);
      expect(judged.signatures[0]?.value?.certificate).toEqual(sealer.certificate.der);
      expect(judged.signatures[0]?.stamps).toMatchObject([{ boundary: '10 10 40 40' }]);

      expect(await serious({ ...files, [page]: utf8('<Page>借款九万元</Page>') })).toEqual([
        'reference_differs',
      ]);
      const list = 'Doc_0/Signs/Sign_0/Signature.xml';
      const shorter = new TextDecoder()
        .decode(files[list])
        .replace(/<ofd:Reference FileRef="\/Doc_0\/Pages.*?<\/ofd:Reference>/, '');
      expect(await serious({ ...files, [list]: utf8(shorter) })).toEqual(
        expect.arrayContaining(['content_not_covered']),
      );
      expect(await serious({ ...files, [list]: utf8(shorter) })).toEqual(
        expect.arrayContaining([
          expect.stringMatching(
            /^(seal_data_differs|signed_data_differs|digest_differs|signature_broken)$/,
          ),
        ]),
      );
      const broken = (files[value] ?? new Uint8Array()).slice();
      broken[broken.length - 3] = (broken[broken.length - 3] ?? 0) ^ 1;
      expect(await serious({ ...files, [value]: broken })).toEqual(
        expect.arrayContaining([expect.stringMatching(/_broken$|_unknown$/)]),
      );
    },
  );

  test('a bare value names no key, and holds for the certificate the asker brings', async () => {
    const files = await sampleFiles({ shape: 'bare', sealer, maker });
    expect(await serious(files)).toEqual(['signer_certificate_missing']);
    for (const [who, kind] of [
      [sealer, []],
      [maker, ['signer_certificate_missing']],
    ] as const) {
      const certificates = [who.certificate.der];
      const { signatures } = await judgeOfd(pack(files), { engine: nodeEngine, certificates });
      const codes = signatures.flatMap((one) => one.findings.map(({ code }) => code));
      expect(codes).toEqual(kind);
    }
  });
});

describe('a forger', () => {
  test('seals with a seal of which he is no holder, or after its end', async () => {
    const stolen = await sampleFiles({ shape: 'v4', sealer: maker, maker, holder: sealer });
    expect(await serious(stolen)).toEqual(['sealer_not_holder']);
    const sealedAtMs = Date.UTC(2026, 0, 1);
    const late = await sampleFiles({ shape: 'v4', sealer, maker, sealedAtMs });
    expect(await serious(late)).toEqual(['seal_expired']);
  });

  test('makes the seal himself in the name of the maker', async () => {
    const forged = { signer: sealer.signer, certificate: maker.certificate };
    const files = await sampleFiles({ shape: 'v4', sealer, maker: forged });
    expect(await serious(files)).toEqual(['seal_signature_broken']);
  });

  test('adds a page that no signature names', async () => {
    const files = await sampleFiles({ shape: 'v4', sealer, maker });
    const added = {
      ...files,
      'Doc_0/Document.xml': utf8(
        '<Document><Page BaseLoc="Pages/Page_0/Content.xml"/><Page BaseLoc="P.xml"/></Document>',
      ),
      'Doc_0/P.xml': utf8('<Page/>'),
    };
    expect(await serious(added)).toEqual(['reference_differs', 'content_not_covered']);
  });

  test.each(['Encryptions.xml', 'encryptions.XML'])(
    'puts other files under encryption in place of the signed ones (%s)',
    async (name) => {
      const files = await sampleFiles({ shape: 'v4', sealer, maker });
      const shown = '<ofd:Encryptions><ofd:EncryptInfo ID="1"/></ofd:Encryptions>';
      expect(await serious({ ...files, [name]: utf8(shown) })).toEqual(['content_encrypted']);
    },
  );

  test('points OFD.xml to another document', async () => {
    const files = await sampleFiles({ shape: 'v4', sealer, maker });
    const entrance = new TextDecoder()
      .decode(files['OFD.xml'])
      .replace('Doc_0/Document', 'Doc_1/Document');
    const other = {
      ...files,
      'OFD.xml': utf8(entrance),
      'Doc_1/Document.xml': utf8('<Document/>'),
    };
    expect(await serious(other)).toEqual(
      expect.arrayContaining(['reference_differs', 'content_not_covered']),
    );
  });

  test.each([
    [
      'another document',
      '<ofd:DocBody>',
      '<ofd:DocBody><ofd:DocRoot>D/D.xml</ofd:DocRoot></ofd:DocBody>$&',
    ],
    [
      'another one with an empty list',
      '<ofd:DocBody>',
      '<ofd:DocBody><ofd:DocRoot>D/D.xml</ofd:DocRoot>' +
        '<ofd:Signatures>D/S.xml</ofd:Signatures></ofd:DocBody>$&',
    ],
    [
      'another version',
      '</ofd:DocBody>',
      '<ofd:Versions><ofd:Version BaseLoc="/D/D.xml"/></ofd:Versions>$&',
    ],
  ])('has an entrance signed that leads to %s, which nobody signed', async (_, at, more) => {
    const spell = (xml: string, name: string): string =>
      name === 'OFD.xml' ? xml.replace(at, more) : xml;
    const files = await sampleFiles({ shape: 'v4', sealer, maker, spell });
    const two = {
      ...files,
      'D/D.xml': utf8('<Document/>'),
      'D/S.xml': utf8('<Signatures/>'),
    };
    expect(await serious(two)).toEqual(['content_not_covered']);
    expect((await judgeOfd(pack(two), { engine: nodeEngine })).notCovered).toEqual(['D/D.xml']);
  });

  test.each([
    ['a long way', `<ofd:Page BaseLoc="${'./'.repeat(999)}P.xml"/>`],
    ['words between elements', '<ofd:Page>P<ofd:x/>.xml</ofd:Page>'],
    ['a path in Windows’ manner', '<ofd:Page BaseLoc="..\\Doc_0\\P.xml"/>'],
  ])('has a document signed that leads to another page by %s', async (_, more) => {
    const spell = (xml: string, name: string): string =>
      name === 'Document.xml' ? xml.replace('</ofd:Pages>', `${more}$&`) : xml;
    const files = await sampleFiles({ shape: 'v4', sealer, maker, spell });
    const led = { ...files, 'Doc_0/P.xml': utf8('<Page/>') };
    expect(await serious(led)).toEqual(['content_not_covered']);
  });

  test('shows a page by way of a file whose name is not that of a text', async () => {
    const spell = (xml: string, name: string): string =>
      name === 'Content.xml' ? `\uFEFF\n${xml.replace('</', '<R BaseLoc="/P.xml"/>$&')}` : xml;
    const files = await sampleFiles({ shape: 'v4', sealer, maker, spell, page: 'Content.bin' });
    expect(await serious({ ...files, 'P.xml': utf8('<Page/>') })).toEqual(['content_not_covered']);
  });

  test.each([
    ['is not well-formed', (xml: string) => `${xml}<`],
    ['is in another encoding', (xml: string) => `<?xml version="1.0" encoding="GBK"?>${xml}`],
    ['has wide letters', (xml: string) => `\uFEFF${xml}`, 'utf16le'],
  ] as const)('shows a page by way of one that %s', async (_, bent, encoding?: 'utf16le') => {
    const led = (xml: string): string => bent(xml.replace('</', '<R BaseLoc="/P.xml"/>$&'));
    const spell = (xml: string, name: string): string => (name === 'Content.xml' ? led(xml) : xml);
    const files = await sampleFiles({ shape: 'v4', sealer, maker, spell, encoding });
    expect(await serious(files)).toEqual([]);
    expect(await serious({ ...files, 'P.xml': utf8('<Page/>') })).toEqual(['content_not_covered']);
  });

  test('leaves the entrance unsigned, so that he can lead elsewhere later', async () => {
    const spell = (xml: string, name: string): string =>
      name === 'Signature.xml'
        ? xml.replace(/<ofd:Reference FileRef="\/OFD.*?Reference>/, '')
        : xml;
    const files = await sampleFiles({ shape: 'v4', sealer, maker, spell });
    expect(await serious(files)).toEqual(['content_not_covered']);
  });

  test('puts a file in twice, so that two programs see two pages', async () => {
    const files = await sampleFiles({ shape: 'v4', sealer, maker });
    const twice = [...Object.entries(files), [page, utf8('<Page>另一页</Page>')] as const];
    expect(await serious(twice)).toEqual(expect.arrayContaining(['file_ambiguous']));
  });

  test('takes the signature off the list', async () => {
    const files = await sampleFiles({ shape: 'v4', sealer, maker });
    const empty = { ...files, 'Doc_0/Signs/Signatures.xml': utf8('<Signatures/>') };
    expect(await serious(empty)).toEqual(['not_signed']);
    expect((await found(empty)).map((one) => one.code)).toContain('signature_not_listed');
  });
});

test('no flipped byte of a signed OFD leaves it good', async () => {
  const files = await sampleFiles({ shape: 'v4', sealer, maker });
  const whole = pack(files);
  let good = 0;
  for (let at = 0; at < whole.length; at += 13) {
    const flipped = whole.map((byte, index) => (index === at ? byte ^ 0x04 : byte));
    const judged = await judgeOfd(flipped, { engine: nodeEngine });
    const all = [...judged.findings, ...judged.signatures.flatMap((one) => one.findings)];
    const isGood = all.every((one) => one.weight === 'warning');
    if (!isGood) continue;
    good += 1;
    expect([at, judged.signatures[0]?.covers]).toEqual([at, 'document']);
  }
  // The archive's own dates, versions and flags, and the white space of XML, are no content.
  expect(good).toBeLessThan(whole.length / 13 / 8);
});
