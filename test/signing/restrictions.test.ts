import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { Fault } from '#base/fault';
import { type FieldLock, openPdf, readSignatures } from '#formats/pdf';
import { prepareFields } from '#trust/signing';
import { verify } from '#trust/verify';
import { type Holder, onePage, preparedFields, SigningTable } from './signing-table.ts';

let table: SigningTable;
let holder: Holder;

beforeAll(async () => {
  table = await SigningTable.open();
  holder = await table.person('ecdsa-sha256');
});

const place = (field: string) => ({ is: 'new', field, page: 1, rect: [0, 0, 0, 0] }) as const;
const filled = (field: string) => ({ is: 'field', field }) as const;

/** `signed`, or the code and the reason of the refusal. */
async function said(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => 'signed',
    (thrown: unknown) => {
      if (!(thrown instanceof Fault)) throw thrown;
      const { because } = thrown.details;
      return because === undefined ? thrown.code : `${thrown.code} ${String(because)}`;
    },
  );
}

async function verdicts(bytes: Uint8Array): Promise<string[]> {
  const judging = { name: 'restricted.pdf', bytes, trust: table.trust(), at: table.now } as const;
  const report = await verify({ ...judging, profile: 'etsi' }, nodeEngine);
  return report.signatures.map(({ field, is, level }) => `${field} ${is} ${level}`);
}

describe('a document that its first signer certifies', () => {
  test.each([
    [1, 'signing.earlier_broken docmdp', 'signing.earlier_broken docmdp'],
    [2, 'signed', 'signed'],
    [3, 'signed', 'signed'],
  ] as const)('at level %i: what others may still sign', async (certify, filling, adding) => {
    const certified = await table.signAt(preparedFields(['lender', 'borrower']), holder, {
      place: filled('lender'),
      restrictions: { certify },
    });
    table.pass(1);
    const [signature] = readSignatures(await openPdf(certified, nodeEngine));
    expect(signature?.certification).toBe(certify);
    expect(await verdicts(certified)).toEqual(['lender valid B-T']);
    expect(await said(table.fill(certified, holder, 'borrower'))).toBe(filling);
    expect(await said(table.sign(certified, holder, 'late'))).toBe(adding);
    // Proofs are no change: even the strictest one is kept for decades.
    const raised = await table.raise(certified);
    expect(await verdicts(raised)).toEqual(['lender valid B-LTA', 'DocTimeStamp1 valid B-B']);
  });

  test('is certified in a new field too, and what the catalogue said of others stays', async () => {
    const objects = [
      '<< /Type /Catalog /Pages 2 0 R /Perms << /Own (kept) >> >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
    ];
    for (const shape of ['table', 'stream'] as const) {
      const bytes = await table.signAt(onePage(shape, objects), holder, {
        place: place('author'),
        restrictions: { certify: 2 },
      });
      const file = await openPdf(bytes, nodeEngine);
      const perms = file.dict(file.catalog().entries.get('Perms'));
      expect([...(perms?.entries.keys() ?? [])]).toEqual(['Own', 'DocMDP']);
      const [signature] = readSignatures(file);
      expect(perms?.entries.get('DocMDP')).toMatchObject({ number: signature?.object });
      expect(await verdicts(await table.sign(bytes, holder, 'second'))).toEqual([
        'author valid B-T',
        'second valid B-T',
      ]);
    }
  });

  test('at level 2 a seen place must have been prepared; unseen and at level 3 it may come', async () => {
    const seen = (field: string) =>
      ({ place: { is: 'new', field, page: 1, rect: [50, 50, 150, 90] } }) as const;
    const seal = { width: 80, height: 80, content: '0 0 80 80 re f' };
    const edges = { place: { is: 'straddle', field: 'late', seal } } as const;
    const empty = { field: 'witness', page: 1, rect: [50, 150, 150, 190] } as const;
    const twoPages = onePage('table', [
      '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>',
      '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /MediaBox [0 0 595 842] >>',
      '<< /Type /Page /Parent 2 0 R /Annots [5 0 R] >>',
      '<< /Type /Page /Parent 2 0 R >>',
      '<< /Type /Annot /Subtype /Widget /FT /Sig /T (lender) /F 4 /P 3 0 R /Rect [20 20 50 50] >>',
    ]);
    const [late, refused] = [seen('late'), 'signing.place_unprepared'];
    for (const certify of [2, 3] as const) {
      const is = certify === 2 ? refused : 'signed';
      const wish = { place: filled('lender'), restrictions: { certify } };
      const certified = await table.signAt(twoPages, holder, wish);
      table.pass(1);
      expect(await said(table.signAt(certified, holder, late))).toBe(is);
      expect(await said(table.signAt(certified, holder, edges))).toBe(is);
      expect(await said(prepareFields(certified, [empty], nodeEngine))).toBe(is);
      expect(await said(table.sign(certified, holder, 'late'))).toBe('signed');
    }
  });

  test('is certified first or not at all', async () => {
    const signed = await table.sign(onePage('table'), holder, 'first');
    const late = { place: place('late'), restrictions: { certify: 2 } } as const;
    expect(await said(table.signAt(signed, holder, late))).toBe('signing.not_first');
  });
});

describe('fields that a signer locks', () => {
  const names = ['lender', 'borrower', 'guarantor'];
  const locked = async (lock: FieldLock): Promise<Uint8Array> => {
    const wish = { place: place('author'), restrictions: { lock } };
    const bytes = await table.signAt(preparedFields(names), holder, wish);
    table.pass(1);
    return bytes;
  };
  const open = async (bytes: Uint8Array, of = names): Promise<string[]> => {
    const answers = await Promise.all(
      of.map(async (name) => [name, await said(table.fill(bytes, holder, name))] as const),
    );
    expect(answers.map(([, answer]) => answer)).toEqual(
      answers.map(([, answer]) =>
        answer === 'signed' ? answer : 'signing.earlier_broken field_locked',
      ),
    );
    return answers.flatMap(([name, answer]) => (answer === 'signed' ? [name] : []));
  };

  test('all, some, all but some: nobody signs them, and the others do', async () => {
    expect(await open(await locked({ action: 'All', fields: [] }))).toEqual([]);
    const some: FieldLock = { action: 'Include', fields: ['lender', 'guarantor'] };
    expect(await open(await locked(some))).toEqual(['borrower']);
    const bytes = await locked({ action: 'Exclude', fields: ['lender', 'guarantor'] });
    expect(await open(bytes)).toEqual(['lender', 'guarantor']);
    const next = await table.fill(bytes, holder, 'lender');
    expect(await verdicts(next)).toEqual(['author valid B-T', 'lender valid B-T']);
  });

  test('a name that is not there locks nothing: it is refused', async () => {
    const misspelt: FieldLock = { action: 'Include', fields: ['lendor'] };
    expect(await said(locked(misspelt))).toBe('pdf.field_missing');
    expect(await said(locked({ action: 'Exclude', fields: [] }))).toBe('pdf.field_malformed');
  });

  test('the lock that the maker of a field put there is the signer’s word', async () => {
    const lock = '/Lock << /Type /SigFieldLock /Action /Include /Fields [(lender)] >> ';
    const bytes = await table.fill(preparedFields(names, lock), holder, 'borrower');
    table.pass(1);
    const [signature] = readSignatures(await openPdf(bytes, nodeEngine));
    // Once as the signature says it, once as its field does.
    const include = { action: 'Include', fields: ['lender'] };
    expect(signature?.locks).toEqual([include, include]);
    expect(await open(bytes, ['lender', 'guarantor'])).toEqual(['guarantor']);
    const all: FieldLock = { action: 'All', fields: [] };
    const wish = { place: filled('guarantor'), restrictions: { lock: all } };
    expect(await said(table.signAt(bytes, holder, wish))).toBe('pdf.field_unsupported');
  });

  test('a lock of its maker may forbid everything else (ISO 32000-2, /P)', async () => {
    const lock = '/Lock << /Type /SigFieldLock /Action /Include /Fields [(borrower)] /P 1 >> ';
    const bytes = await table.fill(preparedFields(names, lock), holder, 'borrower');
    table.pass(1);
    expect(await said(table.sign(bytes, holder, 'late'))).toBe('signing.earlier_broken docmdp');
  });
});
