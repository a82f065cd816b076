import { beforeEach, describe, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { Fault, faultCode } from '#base/fault';
import { parseSignedData, verifySignedData } from '#formats/cms';
import { openPdf, readSignatures, signedBytes } from '#formats/pdf';
import { bank, basePdf, Ceremony, OneAtATime, type Party } from './ceremony.fixture.ts';
import type { Beside, PreparedTicket, SealedTicket } from './index.ts';

let ceremony: Ceremony;
let units: OneAtATime;
let party: Party;

async function opened(stamper: Parameters<typeof Ceremony.open>[2] = []): Promise<void> {
  ceremony = await Ceremony.open(undefined, undefined, stamper);
  // The same tables and book, with their units one after the other.
  units = new OneAtATime(ceremony.parts.units);
  Object.assign(ceremony.parts, { units });
  ceremony.restart();
  party = await ceremony.party('示范联社');
}

beforeEach(() => opened());

const codeOf = (promise: Promise<unknown>) => promise.then(() => 'resolved', faultCode);

async function shelved(count: number): Promise<string[]> {
  const documents = Array.from({ length: count }, (_, at) => `waiting-${at}`);
  for (const document of documents) {
    const place = { document, subject: `person-of-${document}` };
    await units.run(bank, (unit) => ceremony.shelf.keep(unit, place, basePdf));
  }
  units.begun = 0;
  return documents;
}

const prepare = (document: string, beside?: Beside<PreparedTicket>, by = party) =>
  ceremony.sealer.prepareInTurn(
    { ...ceremony.order(by, 'lender'), document, caseId: `case-of-${document}` },
    beside,
  );

async function sealWith(
  { ticket }: PreparedTicket,
  beside?: Beside<SealedTicket>,
): Promise<SealedTicket> {
  const signature = await party.signer.sign(ticket.signedAttrs);
  return ceremony.sealer.sealInTurn({ tenant: bank, ticket: ticket.id, signature }, beside);
}

async function isValid({ revision }: SealedTicket): Promise<boolean> {
  const { document, number } = revision;
  const { bytes } = await units.run(bank, (unit) => ceremony.shelf.read(unit, document, number));
  const [found, ...more] = readSignatures(await openPdf(bytes, nodeEngine));
  if (found === undefined || more.length > 0) return false;
  const covered = signedBytes(bytes, found.byteRange);
  const contentDigest = await nodeEngine.digest('sha256', covered);
  const signed = parseSignedData(found.contents);
  return (await verifySignedData(signed, { contentDigest }, nodeEngine)).is === 'valid';
}

const count = (type: string): number => ceremony.book.types().filter((one) => one === type).length;

const noTurn: Beside<unknown> = {
  locks: 'z',
  before: () => Promise.reject(new Fault('test.not_your_turn')),
};

describe('tickets that wait at one moment', () => {
  test('share units and the stamp before the key; each signature has a stamp of its own', async () => {
    const documents = await shelved(8);
    const tickets = await Promise.all(documents.map((document) => prepare(document)));
    // One unit in which they are read, one for their intentions.
    expect([units.begun, ceremony.stampsMade]).toEqual([2, 1]);
    const sealed = await Promise.all(tickets.map((ticket) => sealWith(ticket)));
    // Whoever is not with the first ones is with the next.
    expect(units.begun).toBeLessThanOrEqual(4);
    expect(ceremony.stampsMade).toBe(9);
    expect(await Promise.all(sealed.map(isValid))).toEqual(documents.map(() => true));
    expect(new Set(sealed.map(({ revision }) => revision.document)).size).toBe(8);
    // What the shared stamp is over stands beside it, and holds the digest of each ticket.
    const intended = ceremony.book.facts.filter(({ type }) => type === 'seal.intended');
    expect(intended.map(({ of }) => of.slice(-2))).toEqual(
      documents.map(() => ['probe', 'probed']),
    );
    const ends = ceremony.book.facts.filter(({ type }) => type === 'seal.done');
    expect(new Set(ends.map(({ refs }) => refs['intended']))).toEqual(
      new Set(intended.map(({ hash }) => hash)),
    );
  });

  test('each have an outcome of their own, and a refusal harms no neighbour', async () => {
    const [first = '', ...others] = await shelved(4);
    const late = await ceremony.party('过期', 4);
    const outcomes = await Promise.all([
      codeOf(prepare(first)),
      codeOf(prepare('nobody-knows-it')),
      codeOf(prepare(others[0] ?? '', noTurn)),
      codeOf(prepare(others[1] ?? '', undefined, late)),
      codeOf(prepare(others[2] ?? '')),
    ]);
    expect(outcomes).toEqual([
      'resolved',
      'signing.document_unknown',
      'test.not_your_turn',
      'signing.certificate_expired',
      'resolved',
    ]);
    expect(ceremony.book.types()).toEqual(['seal.intended', 'seal.intended']);
  });

  test('one whose own step fails afterwards leaves no seal, and its neighbours have theirs', async () => {
    const documents = await shelved(4);
    const tickets = await Promise.all(documents.map((document) => prepare(document)));
    const failing: Beside<SealedTicket> = {
      locks: 'a',
      before: async () => undefined,
      after: () => Promise.reject(new Fault('test.case_moved')),
    };
    const outcomes = await Promise.all(
      tickets.map((ticket, at) => codeOf(sealWith(ticket, at === 2 ? failing : undefined))),
    );
    expect(outcomes).toEqual(['resolved', 'resolved', 'test.case_moved', 'resolved']);
    expect([count('seal.intended'), count('seal.done')]).toEqual([4, 3]);
    const newest = await units.run(bank, (unit) => ceremony.shelf.newest(unit, documents[2] ?? ''));
    expect(newest).toBe(0);
    // Nothing is lost: the same ticket and signature are redeemed when the case lets them.
    const [, , kept] = tickets;
    expect(kept && (await sealWith(kept)).isNew).toBe(true);
  });

  test('for one place: the later ends the earlier, and the log says so', async () => {
    const [first = '', twice = ''] = await shelved(2);
    const [, earlier, later] = await Promise.all([prepare(first), prepare(twice), prepare(twice)]);
    expect([count('seal.intended'), count('attempt.void')]).toEqual([3, 1]);
    expect(await codeOf(sealWith(earlier))).toBe('signing.ticket_stale');
    expect(await isValid(await sealWith(later))).toBe(true);
  });

  test('one ticket redeemed twice at once leaves one signature and two equal answers', async () => {
    const [document = ''] = await shelved(1);
    const ticket = await prepare(document);
    const answers = await Promise.all([1, 2, 3].map(() => sealWith(ticket)));
    expect(answers.map(({ isNew }) => isNew)).toEqual([true, false, false]);
    expect(new Set(answers.map(({ revision }) => revision.number))).toEqual(new Set([1]));
    expect(count('seal.done')).toBe(1);
  });

  test('hear all of them that no time is to be had, before a key was asked', async () => {
    const documents = await shelved(4);
    ceremony.broken = () => {
      throw new Fault('timestamp.unavailable', {}, { retryable: true });
    };
    const outcomes = await Promise.all(documents.map((document) => codeOf(prepare(document))));
    expect(outcomes).toEqual(documents.map(() => 'timestamp.unavailable'));
    expect(ceremony.book.facts).toEqual([]);
  });
});

test('what was confirmed is what the newest revision begins with, whatever a row says', async () => {
  const [document = ''] = await shelved(1);
  await sealWith(await prepare(document));
  const [head] = await units.run(bank, (unit) => ceremony.parts.revisions.heads(unit, [document]));
  const altered = { ...head, base: { bytes: basePdf.length - 1, sha256: head?.base.sha256 } };
  Object.assign(ceremony.parts.revisions, { heads: async () => [altered] });
  expect(await codeOf(prepare(document))).toBe('signing.revision_differs');
});

describe('between prepare and seal', () => {
  test('a process that was started again redeems a ticket from its row', async () => {
    const [document = ''] = await shelved(1);
    const ticket = await prepare(document);
    ceremony.restart();
    expect(await isValid(await sealWith(ticket))).toBe(true);
    expect(ceremony.book.types()).toEqual(['seal.intended', 'seal.done']);
  });

  test('who was erased or restricted meanwhile gets no signature, though the draft is in memory', async () => {
    const [document = ''] = await shelved(1);
    const ticket = await prepare(document);
    ceremony.closed = new Fault('vault.restricted');
    expect(await codeOf(sealWith(ticket))).toBe('vault.restricted');
    ceremony.closed = undefined;
    expect(ceremony.book.types()).toEqual(['seal.intended']);
  });

  test('the memory of a signed document is given back, and who stood on the same one hears that it is stale', async () => {
    const [document = '', neighbour = ''] = await shelved(2);
    const order = { ...ceremony.order(party, 'borrower', 1), document, caseId: 'another case' };
    // Prepared together, two fields of one document stand on one opening of it.
    const [first, second, third] = await Promise.all([
      prepare(document),
      ceremony.sealer.prepareInTurn(order),
      prepare(neighbour),
    ]);
    const prepared = [first.revision, third.revision];
    const sealed = await sealWith(first);
    expect(() => first.revision).toThrow('signing.ticket_stale');
    expect(() => second.revision).toThrow('signing.ticket_stale');
    expect(await codeOf(sealWith(second))).toBe('signing.ticket_stale');
    // Nothing of it stands in what others hold: copies stay, and the neighbour's is its own.
    expect(third.revision).toEqual(prepared[1]);
    expect(prepared[0]?.subarray(0, basePdf.length)).toEqual(basePdf);
    expect([await isValid(sealed), await isValid(await sealWith(third))]).toEqual([true, true]);
  });

  test('no ciphertext outlives the unit that kept it, or the opening that read it', async () => {
    const { revisions } = ceremony.parts;
    const handed: Uint8Array[] = [];
    const append = revisions.append.bind(revisions);
    const find = revisions.find.bind(revisions);
    Object.assign(revisions, {
      append: (...asked: Parameters<typeof append>) => {
        handed.push(...asked[1].map(({ sealed }) => sealed));
        return append(...asked);
      },
      find: async (...asked: Parameters<typeof find>) => {
        const row = await find(...asked);
        if (row !== undefined) handed.push(row.sealed);
        return row;
      },
    });
    const [document = ''] = await shelved(1);
    const { bytes } = await units.run(bank, (unit) => ceremony.shelf.read(unit, document));
    expect(bytes).toEqual(basePdf);
    // As it was kept, and as it was read.
    expect(handed.map(({ length }) => length)).toEqual([0, 0]);
  });

  test('an authority with larger stamps than any before is found out before the key', async () => {
    await opened([{ oid: '2.999.7', critical: false, value: new Uint8Array(6_000) }]);
    const [document = ''] = await shelved(1);
    const stamps = ceremony.stampsMade;
    const ticket = await prepare(document);
    expect(ceremony.stampsMade).toBe(stamps + 2);
    expect(await isValid(await sealWith(ticket))).toBe(true);
  });
});
