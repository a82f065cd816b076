import { afterEach, expect, test, vi } from 'vitest';
import { createNodeEngine, nodeEngine } from '#adapters/engine';
import { equal, fromBase64 } from '#base/bytes';
import { beginningOf } from '#formats/crypto';
import type { Original } from '#formats/entry';
import { bank, basePdf, Ceremony, documentId } from './ceremony.fixture.ts';
import { MetFiles } from './met-files.ts';
import type { SealFact } from './ports.ts';

afterEach(() => vi.restoreAllMocks());

/** A ceremony whose document was drafted by this process, and what of SM3 was known each time. */
async function drafted() {
  const ceremony = await Ceremony.open();
  const known: number[] = [];
  const originals: Original[] = [];
  const untouched = createNodeEngine();
  vi.spyOn(nodeEngine, 'begin').mockImplementation((bytes, before = []) => {
    known.push(before.length);
    return (
      untouched.begin?.(bytes, before) ?? { digest: () => Promise.reject(new Error('no engine')) }
    );
  });
  const record = ceremony.book.record.bind(ceremony.book);
  vi.spyOn(ceremony.book, 'record').mockImplementation((unit, draft: SealFact) => {
    originals.push(...draft.of.filter((one): one is Original => typeof one.bytes === 'number'));
    return record(unit, draft);
  });
  const keep = (document: string, pdf: Uint8Array) =>
    ceremony.parts.units.run(bank, (unit) => {
      const beginning = beginningOf(nodeEngine, pdf);
      return ceremony.shelf.keep(unit, { document, subject: 'person-1', beginning }, pdf);
    });
  const sign = async (document: string, field: string, place: number) => {
    const party = await ceremony.party(field);
    const order = { ...ceremony.order(party, field, place), document };
    const prepared = await ceremony.prepare(order);
    const signature = await party.signer.sign(prepared.ticket.signedAttrs);
    return [prepared.revision, (await ceremony.redeem(prepared.ticket.id, signature)).bytes];
  };
  return { ceremony, known, originals, keep, sign };
}

test('a document is gone through with SM3 when it is drafted, and no signature does it again', async () => {
  const { known, originals, keep, sign } = await drafted();
  await keep('met', basePdf);
  known.length = 0;
  const files = [...(await sign('met', 'borrower', 0)), ...(await sign('met', 'lender', 1))];
  // Opened to be prepared on, and read again by the one who looks at what became of it.
  expect(known.every((count) => count === 1)).toBe(true);
  expect(originals.map(({ name }) => name)).toEqual([
    'prepared',
    'revision',
    'prepared',
    'revision',
  ]);
  for (const [at, file] of files.entries()) {
    const found = await nodeEngine.digest('sm3', file);
    expect(equal(fromBase64(originals[at]?.sm3 ?? ''), found)).toBe(true);
  }
});

test('what another process drafted is gone through here, to the same digests', async () => {
  const { known, originals, sign } = await drafted();
  const files = await sign(documentId, 'borrower', 0);
  expect(known[0]).toBe(0);
  for (const [at, file] of files.entries()) {
    const found = await nodeEngine.digest('sm3', file);
    expect(equal(fromBase64(originals[at]?.sm3 ?? ''), found)).toBe(true);
  }
});

test("a row that names another file's digest finds its SM3 and is refused all the same", async () => {
  const { ceremony, keep, sign } = await drafted();
  const other = Uint8Array.from([...basePdf, 0x0a]);
  await keep('met', basePdf);
  await keep('other', other);
  const sha256 = await nodeEngine.digest('sha256', other);
  const { revisions, units } = ceremony.parts;
  const rows = await units.run(bank, (unit) => revisions.heads(unit, ['met']));
  const altered = rows.map(({ newest, ...row }) => ({ ...row, newest: { ...newest, sha256 } }));
  Object.assign(revisions, { heads: async () => altered });
  await expect(sign('met', 'borrower', 0)).rejects.toThrow('signing.revision_differs');
});

test('the file met longest ago is forgotten first', async () => {
  const met = new MetFiles();
  const begun = beginningOf(nodeEngine, basePdf).begun?.('sm3');
  if (begun === undefined) throw new Error('an engine that can stop in the middle');
  const nameOf = (at: number) => new Uint8Array(new Uint32Array([at]).buffer);
  for (let at = 0; at < 4_096; at += 1) met.keep(nameOf(at), begun);
  met.keep(nameOf(0), begun);
  met.keep(nameOf(4_096), begun);
  expect([0, 1, 2, 4_096].map((at) => met.find(nameOf(at)).length)).toEqual([1, 0, 1, 1]);
});
