import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromLatin1, latin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import { openPdf, readDss, readSignatures } from '#formats/pdf';
import { signDocument } from '#trust/signing';
import { verify } from '#trust/verify';
import {
  archivedDocument,
  type Holder,
  keyMakers,
  onePage,
  SigningTable,
} from './signing-table.ts';

const yearSeconds = 365 * 86_400;

async function judged(
  bench: SigningTable,
  bytes: Uint8Array,
  revocation: 'required' | 'if-present' = 'required',
) {
  const order = { name: 'contract.pdf', bytes, trust: bench.trust(), at: bench.now } as const;
  return verify({ ...order, profile: 'etsi', revocation }, nodeEngine);
}

function startsWith(bytes: Uint8Array, earlier: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, earlier.length).equals(earlier);
}

/** pyHanko compares objects: what stands directly in an enciphered store is to it another one. */
async function entriesBelowVri(bytes: Uint8Array): Promise<readonly string[]> {
  const file = await openPdf(bytes, nodeEngine);
  const store = file.dict(file.catalog().entries.get('DSS'))?.entries;
  const entries = file.dict(store?.get('VRI'))?.entries.values() ?? [];
  return [...entries].map(({ kind }) => kind);
}

/** Keys of RSA take their time; they are made once. */
async function sixPeople(bench: SigningTable): Promise<[string, Holder][]> {
  const people: [string, Holder][] = [];
  for (const algorithm of Object.keys(keyMakers)) {
    const kind = algorithm === 'ecdsa-sha256' ? 'event' : 'lasting';
    people.push([algorithm, await bench.person(algorithm, kind)]);
  }
  return people;
}

describe.each(['table', 'stream'] as const)('a file that ends in a %s', (shape) => {
  test('S2-77 L-XS-01 six people with six kinds of keys sign in any order; it is raised and renewed, and no signature is lost', async () => {
    const bench = await SigningTable.open();
    const people = await sixPeople(bench);
    if (shape === 'stream') people.reverse();
    let bytes = onePage(shape);
    for (const [algorithm, holder] of people) {
      const earlier = bytes;
      bytes = await bench.sign(bytes, holder, algorithm);
      expect(startsWith(bytes, earlier)).toBe(true);
      bench.pass(1);
    }

    const stamped = bytes;
    bytes = await bench.raise(stamped);
    expect(startsWith(bytes, stamped)).toBe(true);
    expect(await entriesBelowVri(bytes)).toEqual(people.map(() => 'ref'));
    const archived = await judged(bench, bytes);
    expect(archived.flaws).toEqual([]);
    expect(archived.signatures.map(({ kind, is, level }) => `${kind} ${is} ${level}`)).toEqual([
      ...people.map(() => 'signature valid B-LTA'),
      'timestamp valid B-B',
    ]);

    // Two years later the people's certificates have ended; the clock has a new key.
    bench.pass(2 * yearSeconds);
    await bench.renewClock(5);
    const before = bytes;
    bytes = await bench.raise(before);
    expect(startsWith(bytes, before)).toBe(true);
    expect((await judged(bench, bytes, 'if-present')).flaws).toEqual([]);
    // Two more, and the first clock's key has ended: only the renewal carries them all now.
    bench.pass(2 * yearSeconds);
    const renewed = await judged(bench, bytes, 'if-present');
    expect(renewed.flaws).toEqual([]);
    const signatures = renewed.signatures.filter(({ kind }) => kind === 'signature');
    expect(signatures.map(({ is }) => is)).toEqual(people.map(() => 'valid'));
    expect((await judged(bench, before, 'if-present')).is).toBe('indeterminate');
    const file = await openPdf(bytes, nodeEngine);
    expect(readSignatures(file).map(({ kind }) => kind)).toEqual([
      ...people.map(() => 'signature'),
      'timestamp',
      'timestamp',
    ]);
  });
});

describe('what cannot be shown in full is not raised', () => {
  async function signed(kind: 'event' | 'lasting' = 'lasting') {
    const bench = await SigningTable.open();
    const holder = await bench.person('ecdsa-sha256', kind);
    const bytes = await bench.sign(onePage('table'), holder, 'borrower');
    return { bench, holder, bytes };
  }

  async function refusal(action: Promise<unknown>): Promise<string> {
    const thrown = await action.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    return thrown instanceof Fault ? thrown.code : `not refused: ${String(thrown)}`;
  }

  test('a list from before the stamp says nothing about it', async () => {
    const { bench, bytes } = await signed();
    bench.pass(-60);
    const code = await refusal(bench.raise(bytes));
    expect(code).toBe('signing.revocation_missing');
  });

  test('no stamp, not raised; the document stays what it was', async () => {
    const { bench, bytes } = await signed();
    bench.pass(5);
    bench.broken = () => {
      throw new Fault('timestamp.unavailable', {}, { retryable: true });
    };
    const copy = bytes.slice();
    expect(await refusal(bench.raise(bytes))).toBe('timestamp.unavailable');
    expect(bytes).toEqual(copy);
    bench.broken = undefined;
    expect((await judged(bench, await bench.raise(bytes))).is).toBe('valid');
  });

  test('a certificate that was revoked before the stamp', async () => {
    const bench = await SigningTable.open();
    const holder = await bench.person('ecdsa-sha256');
    bench.revoke(holder);
    bench.pass(60);
    const bytes = await bench.sign(onePage('table'), holder, 'borrower');
    bench.pass(60);
    expect(await refusal(bench.raise(bytes))).toBe('signing.certificate_revoked');
  });

  test('a revocation after the stamp harms nothing and is kept', async () => {
    const { bench, holder, bytes } = await signed();
    bench.pass(60);
    bench.revoke(holder);
    bench.pass(60);
    const raised = await bench.raise(bytes);
    expect((await judged(bench, raised)).is).toBe('valid');
  });

  test('a page that was exchanged after it was signed', async () => {
    const { bench, bytes } = await signed();
    bench.pass(5);
    const text = latin1(bytes);
    const start = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? '';
    const content = '4 0 obj\n<< /Length 16 >>\nstream\nBT ET % 9,000.00\nendstream\nendobj\n';
    const row = `${String(text.length).padStart(10, '0')} 00000 n \n`;
    const trailer = `trailer\n<< /Size 99 /Root 1 0 R /Prev ${start} >>`;
    const at = text.length + content.length;
    const later = `xref\n4 1\n${row}${trailer}\nstartxref\n${at}\n%%EOF\n`;
    const changed = fromLatin1(text + content + later);
    expect(await refusal(bench.raise(changed))).toBe('signing.earlier_broken');
    const trailing = fromLatin1(`${text}more bytes`);
    expect(await refusal(bench.raise(trailing))).toMatch(/^(?:pdf|signing)\./);
  });

  test('a signature without a stamp, and a document without a signature', async () => {
    const { bench, holder } = await signed();
    expect(await refusal(bench.raise(onePage('table')))).toBe('signing.nothing_signed');
    const unstamped = await signDocument(
      {
        document: onePage('table'),
        place: { is: 'new', field: 'borrower', page: 1, rect: [0, 0, 0, 0] },
        signer: holder.signer,
        certificate: holder.certificate.der,
      },
      { engine: nodeEngine, clock: bench.clock },
    );
    expect(await refusal(bench.raise(unstamped))).toBe('signing.stamp_missing');
  });
});

test('the store keeps each certificate and list once, however often it is raised', async () => {
  const bench = await SigningTable.open();
  const holder = await bench.person('ecdsa-sha256', 'event');
  const bytes = await bench.sign(onePage('stream'), holder, 'borrower');
  bench.pass(5);
  const once = await bench.raise(bytes, 'B-LT');
  const twice = await bench.raise(once, 'B-LT');
  expect(twice).toEqual(once);
  const store = await readDss(await openPdf(once, nodeEngine));
  expect([store.certificates.length, store.crls.length]).toEqual([4, 2]);
});

test('the archived sample that others are measured with is what it says', async () => {
  const { bytes, trust } = await archivedDocument();
  const judging = { name: 'archived.pdf', bytes, trust, revocation: 'required' } as const;
  const { flaws, signatures } = await verify(judging, nodeEngine);
  expect(flaws).toEqual([]);
  const levels = signatures.map(({ level }) => level);
  expect(levels).toEqual(['B-LTA', 'B-LTA', 'B-LTA', 'B-B']);
});
