import { beforeEach, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { latin1, toHex } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import { parseSignedData, verifySignedData } from '#formats/cms';
import { compareRevisions, openPdf, readSignatures, signedBytes } from '#formats/pdf';
import { basePdf, Ceremony, documentId } from './ceremony.fixture.ts';

let ceremony: Ceremony;

beforeEach(async () => {
  ceremony = await Ceremony.open();
});

const codeOf = (promise: Promise<unknown>) => promise.then(() => 'resolved', faultCode);

async function signaturesIn(bytes: Uint8Array) {
  const found = readSignatures(await openPdf(bytes, nodeEngine));
  return Promise.all(
    found.map(async ({ field, contents, byteRange, flaws }) => {
      const signed = parseSignedData(contents);
      const contentDigest = await nodeEngine.digest('sha256', signedBytes(bytes, byteRange));
      const { is } = await verifySignedData(signed, { contentDigest }, nodeEngine);
      return { field, is, flaws, stamped: signed.signer.timestampToken !== undefined };
    }),
  );
}

describe('sealing by ticket', () => {
  test('S2-77 two parties sign, each with a stamp of its own; both signatures stay valid and the base is untouched', async () => {
    await ceremony.signAs(await ceremony.party('王小明'), 'borrower');
    const last = await ceremony.signAs(await ceremony.party('示范联社'), 'lender', 1);
    const good = { is: 'valid', flaws: [], stamped: true };
    expect(await signaturesIn(last.bytes)).toEqual([
      { field: 'borrower', ...good },
      { field: 'lender', ...good },
    ]);
    expect(last.number).toBe(2);
    expect(latin1(last.bytes.subarray(0, basePdf.length))).toBe(latin1(basePdf));
    expect(await compareRevisions(basePdf, last.bytes, nodeEngine)).toMatchObject({
      is: 'permitted',
    });
  });

  test('the intention is in the log before the key is asked, the seal only after the stamp', async () => {
    const party = await ceremony.party('王小明');
    const { ticket } = await ceremony.prepare(ceremony.order(party, 'borrower'));
    expect(ceremony.book.types()).toEqual(['seal.intended']);
    expect(ceremony.book.facts[0]).toMatchObject({
      of: ['prepared', 'certificate', 'ticket', 'probe'],
      refs: { intent: 'entry-of-intent' },
      values: { document: documentId, field: 'borrower', ticket: ticket.id },
    });
    await ceremony.redeem(ticket.id, await party.signer.sign(ticket.signedAttrs));
    expect(ceremony.book.facts[1]).toMatchObject({
      type: 'seal.done',
      of: ['revision', 'signature', 'stamp'],
      refs: { intended: 'entry-0' },
    });
  });

  test('a dead time-stamping authority refuses before the key and leaves no trace', async () => {
    ceremony.broken = () => {
      throw new Fault('timestamp.unavailable', {}, { retryable: true });
    };
    const order = ceremony.order(await ceremony.party('王小明'), 'borrower');
    expect(await codeOf(ceremony.prepare(order))).toBe('timestamp.unavailable');
    expect(ceremony.book.facts).toEqual([]);
  });

  test('a second call with the same ticket gets the first answer, whatever it brings', async () => {
    const party = await ceremony.party('王小明');
    const { ticket } = await ceremony.prepare(ceremony.order(party, 'borrower'));
    const first = await ceremony.redeem(ticket.id, await party.signer.sign(ticket.signedAttrs));
    const stamps = ceremony.stampsMade;
    ceremony.clock.pass(3_600);
    const again = await ceremony.redeem(ticket.id, await party.signer.sign(ticket.signedAttrs));
    expect(toHex(again.sha256)).toBe(toHex(first.sha256));
    expect(ceremony.stampsMade).toBe(stamps);
    expect(ceremony.book.types()).toEqual(['seal.intended', 'seal.done']);
  });

  test('two calls at once with the same ticket leave one signature', async () => {
    const party = await ceremony.party('王小明');
    const { ticket } = await ceremony.prepare(ceremony.order(party, 'borrower'));
    const calls = await Promise.all(
      [1, 2].map(async () => {
        const signature = await party.signer.sign(ticket.signedAttrs);
        return ceremony.sealer.seal({
          tenant: ceremony.order(party, 'x').tenant,
          ticket: ticket.id,
          signature,
        });
      }),
    );
    const answers = [];
    for (const commit of calls) {
      answers.push(await ceremony.parts.units.run(ceremony.order(party, 'x').tenant, commit));
    }
    expect(new Set(answers.map(({ sha256 }) => toHex(sha256))).size).toBe(1);
    expect(ceremony.book.types().filter((type) => type === 'seal.done')).toHaveLength(1);
  });

  test('a signature by another key, or over other bytes, is refused before the stamp', async () => {
    const [party, other] = [await ceremony.party('王小明'), await ceremony.party('他人')];
    const { ticket } = await ceremony.prepare(ceremony.order(party, 'borrower'));
    const stamps = ceremony.stampsMade;
    const forged = await other.signer.sign(ticket.signedAttrs);
    const elsewhere = await party.signer.sign(ticket.certificate);
    for (const signature of [forged, elsewhere, new Uint8Array()]) {
      expect(await codeOf(ceremony.redeem(ticket.id, signature))).toBe('signing.signature_differs');
    }
    expect(ceremony.stampsMade).toBe(stamps);
  });

  test('a ticket is stale when another revision landed first, and is made again', async () => {
    const [one, two] = [await ceremony.party('甲'), await ceremony.party('乙')];
    const late = await ceremony.prepare(ceremony.order(one, 'first'));
    await ceremony.signAs(two, 'second', 1);
    const signature = await one.signer.sign(late.ticket.signedAttrs);
    const stamps = ceremony.stampsMade;
    expect(await codeOf(ceremony.redeem(late.ticket.id, signature))).toBe('signing.ticket_stale');
    expect(ceremony.stampsMade).toBe(stamps);
    const last = await ceremony.signAs(one, 'first');
    expect(await signaturesIn(last.bytes)).toHaveLength(2);
    const ends = ceremony.book.facts.filter(({ refs }) => refs['intended'] !== undefined);
    expect(ends.map(({ type }) => type)).toEqual(['seal.done', 'attempt.void', 'seal.done']);
  });

  test('a ticket is stale when its lease is over', async () => {
    const party = await ceremony.party('王小明');
    const { ticket } = await ceremony.prepare(ceremony.order(party, 'borrower'));
    ceremony.clock.pass(60);
    const signature = await party.signer.sign(ticket.signedAttrs);
    // Not retryable: who repeats the same request waits in vain; another ticket is to be prepared.
    await expect(ceremony.redeem(ticket.id, signature)).rejects.toMatchObject({
      code: 'signing.ticket_stale',
      retryable: false,
    });
  });

  test('no field is signed twice, and no ticket is made for a certificate that has ended', async () => {
    const party = await ceremony.party('王小明', 30);
    await ceremony.signAs(party, 'borrower');
    const order = ceremony.order(party, 'borrower');
    expect(await codeOf(ceremony.prepare(order))).toBe('signing.already_signed');
    ceremony.clock.pass(26);
    const ended = ceremony.order(party, 'other', 1);
    expect(await codeOf(ceremony.prepare(ended))).toBe('signing.certificate_expired');
  });
});

describe('when the stamp does not come', () => {
  test('while the certificate lives the same call may be made again', async () => {
    const party = await ceremony.party('王小明');
    const { ticket } = await ceremony.prepare(ceremony.order(party, 'borrower'));
    const signature = await party.signer.sign(ticket.signedAttrs);
    ceremony.broken = () => {
      throw new Fault('timestamp.unavailable', {}, { retryable: true });
    };
    expect(await codeOf(ceremony.redeem(ticket.id, signature))).toBe('timestamp.unavailable');
    ceremony.broken = undefined;
    expect((await ceremony.redeem(ticket.id, signature)).number).toBe(1);
  });

  test('a stamp after the certificate’s life voids the attempt, and the log says so', async () => {
    const party = await ceremony.party('王小明', 40);
    const { ticket } = await ceremony.prepare(ceremony.order(party, 'borrower'));
    const signature = await party.signer.sign(ticket.signedAttrs);
    ceremony.broken = () => ceremony.clock.pass(41);
    expect(await codeOf(ceremony.redeem(ticket.id, signature))).toBe('signing.attempt_void');
    ceremony.broken = undefined;
    expect(await codeOf(ceremony.redeem(ticket.id, signature))).toBe('signing.attempt_void');
    expect(ceremony.book.facts.at(-1)).toMatchObject({
      type: 'attempt.void',
      values: { because: 'stamp_missing' },
      refs: { intended: 'entry-0' },
    });
  });
});

describe('after a crash', () => {
  test('every intention ends in a seal or a void, and recovery may run again', async () => {
    const party = await ceremony.party('王小明');
    await ceremony.prepare(ceremony.order(party, 'borrower'));
    const { tenant } = ceremony.order(party, 'borrower');
    expect(await ceremony.sealer.recover(tenant)).toBe(0);
    ceremony.clock.pass(120);
    expect(await ceremony.sealer.recover(tenant)).toBe(1);
    expect(await ceremony.sealer.recover(tenant)).toBe(0);
    expect(ceremony.book.facts.at(-1)).toMatchObject({
      type: 'attempt.void',
      values: { because: 'lease_over' },
    });
    expect((await ceremony.signAs(party, 'borrower')).number).toBe(1);
  });
});
