import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromLatin1, latin1 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { seededRandom } from '#base/random';
import { type EmptyField, emptySignatureFields, type FieldLock, openPdf } from '#formats/pdf';
import { prepareFields } from '#trust/signing';
import { verify } from '#trust/verify';
import { onePage, preparedFields, SigningTable } from './signing-table.ts';

const parties = Array.from({ length: 12 }, (_, at) => `party${at + 1}`);

async function refusal(action: Promise<unknown>): Promise<string | undefined> {
  return action.then(
    () => 'done',
    (thrown: unknown) => faultCode(thrown),
  );
}

test('S2-77 twelve parties sign the fields prepared for them, in whatever order they come', async () => {
  const table = await SigningTable.open();
  const chance = seededRandom(12);
  const order = parties
    .map((name) => ({ name, place: chance.bytes(4).join() }))
    .toSorted((a, b) => (a.place < b.place ? -1 : 1));
  let bytes = preparedFields(parties);
  for (const { name } of order) {
    bytes = await table.fill(bytes, await table.person('ecdsa-sha256'), name);
    table.pass(1);
  }
  expect(emptySignatureFields(await openPdf(bytes, nodeEngine))).toEqual([]);
  const at = table.now;
  const judging = { name: 'contract.pdf', bytes, trust: table.trust(), at } as const;
  const report = await verify(judging, nodeEngine);
  expect(report.flaws).toEqual([]);
  expect(report.signatures.map(({ field, is, level }) => [field, is, level])).toEqual(
    order.map(({ name }) => [name, 'valid', 'B-T']),
  );
});

test('a field that is not there, that is signed, that asks for more', async () => {
  const table = await SigningTable.open();
  const holder = await table.person('ecdsa-sha256');
  const bytes = preparedFields(['borrower', 'lender']);
  const signed = await table.fill(bytes, holder, 'borrower');
  expect(await refusal(table.fill(bytes, holder, 'nobody'))).toBe('pdf.field_missing');
  expect(await refusal(table.fill(signed, holder, 'borrower'))).toBe('pdf.field_taken');
  expect(await refusal(table.sign(signed, holder, 'borrower'))).toBe('pdf.field_taken');
  const seeded = (seeds: string): Promise<unknown> =>
    table.fill(preparedFields(['borrower'], `/SV << ${seeds} >> `), holder, 'borrower');
  expect(await refusal(seeded('/Reasons [(read)] /Ff 8'))).toBe('pdf.field_unsupported');
  expect(await refusal(seeded('/MDP << /P 2 >>'))).toBe('pdf.field_unsupported');
  expect(await refusal(seeded('/Reasons [(read)]'))).toBe('done');
});

test('what an earlier signer forbade is not broken', async () => {
  const table = await SigningTable.open();
  const holder = await table.person('ecdsa-sha256');
  const certified = certifiedPage();
  expect(await refusal(table.sign(certified, holder, 'late'))).toBe('signing.earlier_broken');
});

/** A page whose first signer certified it against every change (DocMDP 1); no key was used. */
function certifiedPage(): Uint8Array {
  const range = '[0 0000000000 0000000000 0000000000]';
  const reference =
    '/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams ' +
    '<< /Type /TransformParams /V /1.2 /P 1 >> >>]';
  const signature = `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached ${reference} /ByteRange ${range} /Contents <30030101ff> >>`;
  const text = latin1(
    onePage('table', [
      '<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] /SigFlags 3 >> /Perms << /DocMDP 5 0 R >> >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [4 0 R] >>',
      '<< /Type /Annot /Subtype /Widget /FT /Sig /T (first) /F 132 /P 3 0 R /Rect [0 0 0 0] /V 5 0 R >>',
      signature,
    ]),
  );
  const first = text.indexOf('<30030101ff>');
  const second = first + '<30030101ff>'.length;
  const width = (value: number): string => String(value).padStart(10, '0');
  const filled = `[0 ${width(first)} ${width(second)} ${width(text.length - second)}]`;
  return fromLatin1(text.replace(range, filled));
}

describe.each(['table', 'stream'] as const)(
  'places for all, in a file that ends in a %s',
  (shape) => {
    test('are prepared by us, signed in any order, and locked as they say', async () => {
      const table = await SigningTable.open();
      const holder = await table.person('ecdsa-sha256');
      const lock: FieldLock = { action: 'Include', fields: ['lender'] };
      const places: EmptyField[] = parties.map((field, at) => ({
        field,
        page: 1,
        rect: [10 + 45 * at, 20, 50 + 45 * at, 40],
      }));
      places.push({ field: 'lender', page: 1, rect: [0, 0, 0, 0] });
      places.push({ field: 'notary', page: 1, rect: [100, 100, 180, 140], lock });
      const bytes = await prepareFields(onePage(shape), places, nodeEngine);
      const file = await openPdf(bytes, nodeEngine);
      expect(emptySignatureFields(file)).toEqual([...parties, 'lender', 'notary']);
      let signed = await table.fill(bytes, holder, 'party7');
      table.pass(1);
      // Further places may come as long as nobody forbade it.
      const more: EmptyField = { field: 'witness', page: 1, rect: [200, 100, 280, 140] };
      signed = await prepareFields(signed, [more], nodeEngine);
      for (const name of ['witness', 'notary', 'party1']) {
        signed = await table.fill(signed, holder, name);
        table.pass(1);
      }
      expect(await refusal(table.fill(signed, holder, 'lender'))).toBe('signing.earlier_broken');
      const judging = {
        name: 'c.pdf',
        bytes: signed,
        trust: table.trust(),
        at: table.now,
      } as const;
      const report = await verify(judging, nodeEngine);
      const valid = report.signatures.map(({ field, is }) => `${field} ${is}`);
      expect(valid).toEqual(['party7', 'witness', 'notary', 'party1'].map((one) => `${one} valid`));
    });

    test('are not prepared twice, beside the page, or against a certification', async () => {
      const table = await SigningTable.open();
      const place: EmptyField = { field: 'lender', page: 1, rect: [10, 10, 60, 40] };
      const prepare = (bytes: Uint8Array, ...fields: EmptyField[]): Promise<string | undefined> =>
        refusal(prepareFields(bytes, fields, nodeEngine));
      const page = onePage(shape);
      expect(await prepare(page, place, place)).toBe('pdf.field_taken');
      expect(await prepare(page, { ...place, field: 'a.b' })).toBe('pdf.field_malformed');
      expect(await prepare(page, { ...place, rect: [10, 10, 9_000, 40] })).toBe(
        'pdf.field_malformed',
      );
      expect(await prepare(page, { ...place, page: 2 })).toBe('pdf.page_missing');
      const lock: FieldLock = { action: 'Include', fields: ['nobody'] };
      expect(await prepare(page, { ...place, lock })).toBe('pdf.field_missing');
      const certified = await table.signAt(page, await table.person('ecdsa-sha256'), {
        place: { is: 'new', field: 'author', page: 1, rect: [0, 0, 0, 0] },
        restrictions: { certify: 1 },
      });
      expect(await prepare(certified, place)).toBe('signing.earlier_broken');
    });
  },
);
