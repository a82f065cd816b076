import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromLatin1, latin1 } from '#base/bytes';
import { canonicalBytes, parseCanonical } from '#base/canonical';
import { instantFromMs } from '#base/clock';
import { faultCode } from '#base/fault';
import { signedAttributes } from '#formats/cms';
import { embedSignature, openPdf, prepareSignature } from '#formats/pdf';
import { basePdf, Ceremony, type Party } from './ceremony.fixture.ts';
import {
  type BeforeSigning,
  checkBeforeSigning,
  parseTicket,
  type SealFace,
  ticketJson,
} from './index.ts';

let look: BeforeSigning;
let other: Party;

beforeAll(async () => {
  const ceremony = await Ceremony.open();
  other = await ceremony.party('示范联社');
  await ceremony.signAs(other, 'lender', 1);
  const party = await ceremony.party('王小明');
  const { ticket, revision } = await ceremony.prepare(ceremony.order(party, 'borrower'));
  const certificate = party.certificate.der;
  look = { base: basePdf, prepared: revision, ticket, certificate, ownField: 'borrower' };
});

const judge = (change: Partial<BeforeSigning>) =>
  checkBeforeSigning({ ...look, ...change }, nodeEngine);

/** The ticket that a dishonest server would hand out for these bytes. */
async function ticketFor(prepared: Uint8Array) {
  const sha256 = await nodeEngine.digest('sha256', prepared);
  return { prepared, ticket: { ...look.ticket, revision: { bytes: prepared.length, sha256 } } };
}

/** The last `was` of a file as `is`, which is as long, so that nothing moves. */
function replacedLast(file: Uint8Array, [was, is]: [was: string, is: string]): Uint8Array {
  const text = latin1(file);
  const at = text.lastIndexOf(was);
  expect(at >= 0 && was.length === is.length).toBe(true);
  return fromLatin1(text.slice(0, at) + is + text.slice(at + was.length));
}

describe('the last look before a key signs', () => {
  test('what the house prepared honestly is valid, beside another party’s signature', async () => {
    expect(await judge({})).toEqual({ is: 'valid' });
  });

  test('another base than the one that was shown is refused', async () => {
    const shown = fromLatin1(latin1(basePdf).replace('5,000.00', '9,000.00'));
    expect(await judge({ base: shown })).toMatchObject({ because: 'base_differs' });
    const base = { bytes: shown.length, sha256: await nodeEngine.digest('sha256', shown) };
    const ticket = { ...look.ticket, base };
    expect(await judge({ base: shown, ticket })).toMatchObject({ because: 'base_differs' });
  });

  test('bytes that are not those of the ticket are refused', async () => {
    const prepared = concat(look.prepared, fromLatin1('\n'));
    expect(await judge({ prepared })).toMatchObject({ because: 'revision_differs' });
  });

  test('a change beside the signature fields is refused and named', async () => {
    const text = latin1(look.prepared);
    const start = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? '';
    const at = look.prepared.length;
    const forged = [
      '4 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n',
      `xref\n4 1\n${String(at).padStart(10, '0')} 00000 n \n`,
      `trailer\n<< /Size 40 /Root 1 0 R /Prev ${start} >>\nstartxref\n`,
    ];
    const tail = `${forged.join('')}${at + (forged[0] ?? '').length}\n%%EOF\n`;
    const change = await ticketFor(concat(look.prepared, fromLatin1(tail)));
    expect(await judge(change)).toMatchObject({
      because: 'change_forbidden',
      detail: 'object 4: changed: stream',
    });
  });

  test('another field than her own is refused', async () => {
    expect(await judge({ ownField: 'guarantor' })).toMatchObject({ because: 'field_differs' });
    const ticket = { ...look.ticket, field: 'guarantor' };
    expect(await judge({ ticket })).toMatchObject({ because: 'field_differs' });
  });

  /** The look at what the house would prepare with this face: the ticket fits it throughout. */
  async function lookAt(face: Partial<SealFace>, twist?: [was: string, is: string]) {
    const ceremony = await Ceremony.open();
    const party = await ceremony.party('王小明');
    const order = ceremony.order(party, 'borrower');
    const { ticket, revision } = await ceremony.prepare({
      ...order,
      face: { ...order.face, ...face },
    });
    const prepared = twist === undefined ? revision : replacedLast(revision, twist);
    const sha256 = await nodeEngine.digest('sha256', prepared);
    return judge({
      ticket: { ...ticket, revision: { bytes: prepared.length, sha256 } },
      prepared,
      certificate: party.certificate.der,
    });
  }

  test('a white box over the amount on page 1 is refused: the base states another place', async () => {
    expect(
      await lookAt({
        rect: [40, 400, 295, 650],
        appearance: { width: 255, height: 250, content: '1 1 1 rg 0 0 255 250 re f\n' },
      }),
    ).toEqual({
      is: 'invalid',
      because: 'face_out_of_place',
      detail: 'borrower: [40 400 295 650] for [20 20 50 50]',
    });
  });

  test('her own field moved by a point, or onto the place of another, is refused', async () => {
    for (const rect of [
      [21, 20, 51, 50],
      [20, 20, 50, 50.001],
      [60, 20, 90, 50],
    ] as const) {
      expect(await lookAt({ rect })).toMatchObject({ because: 'face_out_of_place' });
    }
  });

  test('a base that states no places cannot be signed', async () => {
    const mute = fromLatin1(latin1(basePdf).replace('"slots"', '"stols"'));
    const party = await (await Ceremony.open()).party('王小明');
    const { face } = (await Ceremony.open()).order(party, 'borrower');
    const wish = { ...face, time: instantFromMs(1_795_271_400_000), contentsBytes: 4096 };
    const { bytes } = prepareSignature(await openPdf(mute, nodeEngine), wish);
    const { prepared, ticket } = await ticketFor(bytes);
    const base = { bytes: mute.length, sha256: await nodeEngine.digest('sha256', mute) };
    expect(await judge({ base: mute, prepared, ticket: { ...ticket, base } })).toMatchObject({
      because: 'face_out_of_place',
      detail: expect.stringContaining('pdf.attachment_malformed'),
    });
  });

  test('a face in its place may show nothing but our own strokes in its own box', async () => {
    const drawn = (content: string) => ({ appearance: { width: 30, height: 30, content } });
    for (const content of [
      '/Image Do\n',
      'BT (9,000.00) Tj ET\n',
      '1 1 1 rg 0 0 m 30 0 l 30 30 l h f\n',
    ]) {
      expect(await lookAt(drawn(content))).toMatchObject({ because: 'face_forbidden' });
    }
    expect(await lookAt({ appearance: { width: 90, height: 30, content: '' } })).toMatchObject({
      because: 'face_forbidden',
      detail: 'borrower: a box [0 0 90 30] of another size',
    });
    expect(await lookAt({}, ['/F 132', '/F 134'])).toMatchObject({
      because: 'face_forbidden',
      detail: 'borrower: other flags',
    });
    expect(await lookAt({}, ['/F 132', '/F 132'])).toEqual({ is: 'valid' });
  });

  test('a second widget that carries no signature is refused', async () => {
    const ceremony = await Ceremony.open();
    const lender = await ceremony.prepare(ceremony.order(other, 'lender', 1));
    const [, value = ''] = /(\/V \d+ 0 R)(?![^]*\/V )/.exec(latin1(lender.revision)) ?? [];
    const empty = replacedLast(lender.revision, [value, '/V null'.padEnd(value.length)]);
    const { face } = ceremony.order(other, 'borrower');
    const wish = { ...face, time: instantFromMs(1_795_271_400_000), contentsBytes: 4096 };
    const { bytes } = prepareSignature(await openPdf(empty, nodeEngine), wish);
    expect(await judge(await ticketFor(bytes))).toEqual({
      is: 'invalid',
      because: 'face_forbidden',
      detail: 'lender: a widget without a signature',
    });
  });

  test('a broken signature of another party is refused', async () => {
    const text = latin1(look.prepared);
    const place = text.indexOf('/M (D:2026') + '/M (D:202'.length;
    const broken = fromLatin1(`${text.slice(0, place)}7${text.slice(place + 1)}`);
    expect(await judge(await ticketFor(broken))).toMatchObject({
      because: 'other_signature_broken',
      detail: 'lender',
    });
  });

  test('her own place must still be empty', async () => {
    const filled = embedSignature(look.prepared, look.ticket.byteRange, Uint8Array.of(1));
    expect(await judge(await ticketFor(filled))).toMatchObject({ because: 'range_differs' });
  });

  test('a range that leaves out more than her own empty place is refused', async () => {
    const [from, first, second, rest] = look.ticket.byteRange;
    const ticket = { ...look.ticket, byteRange: [from, first - 2, second, rest] as const };
    expect(await judge({ ticket })).toMatchObject({ because: 'range_differs' });
  });

  test('attributes over other bytes, or for another certificate, are refused', async () => {
    const digest = await nodeEngine.digest('sha256', look.certificate);
    const elsewhere = signedAttributes({ messageDigest: digest, certificateSha256: digest });
    expect(await judge({ ticket: { ...look.ticket, signedAttrs: elsewhere } })).toMatchObject({
      because: 'digest_differs',
    });
    expect(await judge({ certificate: other.certificate.der })).toMatchObject({
      because: 'certificate_differs',
    });
    const ticket = { ...look.ticket, certificate: other.certificate.der };
    expect(await judge({ ticket })).toMatchObject({ because: 'certificate_differs' });
    expect(await judge({ ticket, certificate: other.certificate.der })).toMatchObject({
      because: 'certificate_differs',
    });
    expect(
      await judge({ ticket: { ...look.ticket, signedAttrs: new Uint8Array(3) } }),
    ).toMatchObject({
      is: 'invalid',
    });
  });
});

describe('a ticket on the wire', () => {
  test('is read back as it was printed', () => {
    const bytes = canonicalBytes(ticketJson(look.ticket));
    expect(parseTicket(parseCanonical(bytes))).toEqual(look.ticket);
  });

  test('is read back as it was printed or refused with a code, whatever a member holds', () => {
    const json = Object.entries(Object(ticketJson(look.ticket)));
    fc.assert(
      fc.property(fc.nat(json.length - 1), fc.jsonValue({ noUnicodeString: true }), (at, value) => {
        const name = json[at]?.[0] ?? '';
        const changed = JSON.parse(JSON.stringify({ ...Object.fromEntries(json), [name]: value }));
        try {
          expect(ticketJson(parseTicket(changed))).toEqual(changed);
        } catch (thrown) {
          expect(faultCode(thrown)).toBe('signing.ticket_malformed');
        }
      }),
    );
    const more = { ...Object.fromEntries(json), more: 1 };
    expect(() => parseTicket(JSON.parse(JSON.stringify(more)))).toThrow('signing.ticket_malformed');
  });
});
