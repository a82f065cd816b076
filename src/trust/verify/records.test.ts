/**
 * Evidence records (RFC 4998) as proofs that a signature existed while its certificate lived (ETSI
 * EN 319 102-1 §5.6.2.3): beside a file, and in a message (EN 319 122-3).
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, utf8 } from '#base/bytes';
import { cmsOid } from '#formats/cms';
import type { HashName } from '#formats/crypto';
import { contextConstructed, integer, octetString, parseDer, sequence } from '#formats/der';
import {
  type EvidenceRecord,
  firstImprint,
  groupTrees,
  printEvidenceRecord,
  rehashed,
  rehashImprint,
  renewalImprint,
  renewed,
} from '#formats/ers';
import { type Holder, on, SampleAuthority } from './etsi/sample-authority.fixture.ts';
import { type Report, verify } from './index.ts';
import { having, sha256, signedMessage, stampOver, tokenFor, valueIn } from './messages.fixture.ts';
import { Signers } from './shapes.fixture.ts';

const content = utf8('甲方借给乙方五千元');
let authority: SampleAuthority;
let clock: Holder;
let later: Holder;
let message: Uint8Array;
beforeAll(async () => {
  authority = await SampleAuthority.open();
  clock = await authority.clock('2010-01-01', '2024-01-01');
  later = await authority.clock('2018-01-01', '2040-01-01');
  message = await signed('2010-01-01', '2022-01-01');
});

async function signed(from: string, to: string): Promise<Uint8Array> {
  const signer = await authority.signer(from, to);
  return signedMessage(signer, content, { chain: [authority.issuing.certificate.der] });
}

interface How {
  readonly at?: string;
  readonly content?: Uint8Array;
}

function judged(
  bytes: Uint8Array,
  records: readonly (EvidenceRecord | Uint8Array)[],
  how: How = {},
): Promise<Report> {
  const { root, issuing } = authority;
  const trust = new Map([
    ['root.der', root.certificate.der],
    ['issuing.der', issuing.certificate.der],
  ]);
  const evidenceRecords = records.map((one) =>
    one instanceof Uint8Array ? one : printEvidenceRecord(one),
  );
  const order = { name: 'a.p7s', bytes, trust, content: how.content ?? content, evidenceRecords };
  return verify({ ...order, at: on(how.at ?? '2023-06-01') }, nodeEngine);
}

/** What is said of the signature, and of records. */
function said({ because, notices, signatures }: Report) {
  const records = notices.filter(({ code }) => /record|stamp_not/.test(code));
  return [because, signatures[0]?.timeFrom, ...records.map(({ code }) => code)];
}

const proved = [undefined, 'timestamp'];
const unproved = ['certificate_out_of_time', 'claimed'];

async function first(
  data: Uint8Array,
  day: string,
  { hash = 'sha256', by = clock }: { hash?: HashName; by?: Holder } = {},
): Promise<EvidenceRecord> {
  const imprint = await firstImprint(data, hash, nodeEngine);
  return { chains: [[{ hash, tree: [], token: await tokenFor(by, imprint, day) }]] };
}

async function stampedAgain(record: EvidenceRecord, day: string, by = later) {
  return renewed(record, await tokenFor(by, await renewalImprint(record, nodeEngine), day));
}

async function hashedAgain(
  record: EvidenceRecord,
  by: { readonly data: Uint8Array; readonly hash: HashName },
  day: string,
): Promise<EvidenceRecord> {
  const imprint = await rehashImprint(record, by, nodeEngine);
  return rehashed(record, by.hash, await tokenFor(later, imprint, day));
}

describe('beside a message', () => {
  test('it proves the signature after the certificate has ended', async () => {
    expect(said(await judged(message, []))).toEqual(unproved);
    const { signatures, ...kept } = await judged(message, [await first(message, '2021-06-01')]);
    expect(said({ signatures, ...kept })).toEqual(proved);
    expect(signatures[0]?.signedAt).toBe('2021-06-01T00:00:00.000+08:00');
    expect(signatures[0]?.stamps?.map(({ over, is }) => [over, is])).toEqual([
      ['document', 'valid'],
    ]);
  });

  test('one that came after the end proves too little, and one over another file nothing', async () => {
    const late = await judged(message, [await first(message, '2022-06-01')]);
    expect(late.because).toBe('certificate_out_of_time');
    const other = await judged(message, [await first(content, '2021-06-01')]);
    expect(said(other)).toEqual([...unproved, 'evidence_record_not_used']);
  });

  test('a flipped byte of the file, and the record is over something else', async () => {
    const record = await first(message, '2021-06-01');
    const bytes = Uint8Array.from(message);
    const at = bytes.length - 3;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const report = await judged(bytes, [record]);
    expect([report.because, said(report)[2]]).toEqual([
      'signature_wrong',
      'evidence_record_not_used',
    ]);
  });

  test('content and signature in one group', async () => {
    const both = await Promise.all([content, message].map(sha256));
    const { imprint, tree } = await groupTrees(both, 'sha256', nodeEngine);
    const token = await tokenFor(clock, imprint, '2021-06-01');
    const record = { chains: [[{ hash: 'sha256' as const, tree, token }]] };
    expect(said(await judged(message, [record]))).toEqual(proved);
  });

  test('one that is damaged, encrypted, or by a clock nobody knows, is said and not used', async () => {
    const record = await first(message, '2021-06-01');
    const [version, algorithms, chains] = parseDer(printEvidenceRecord(record)).children;
    const parts = [version, algorithms, chains].map((part) => part?.der ?? new Uint8Array());
    const secret = contextConstructed(1, sequence());
    const encrypted = sequence(...parts.slice(0, 2), secret, ...parts.slice(2));
    // §3.1: another version is another syntax; nothing stands behind the chains.
    const [other, old] = [integer(2), integer(0)].map((one) => sequence(one, ...parts.slice(1)));
    const longer = sequence(...parts, sequence());
    const forms = [content, new Uint8Array(), encrypted, other, old, longer];
    for (const bytes of forms.map((form) => form ?? message)) {
      const report = await judged(message, [bytes]);
      expect(said(report)).toEqual([...unproved, 'evidence_record_not_used']);
    }
    const stranger = await (await SampleAuthority.open()).clock('2010-01-01', '2030-01-01');
    const unknown = await judged(message, [await first(message, '2021-06-01', { by: stranger })]);
    expect(said(unknown)).toEqual([...unproved, 'stamp_not_trusted']);
  });
});

describe('carried on (§5.2)', () => {
  test('stamped again while the clock’s certificate lived, it holds after that has ended', async () => {
    const once = await first(message, '2021-06-01');
    const at = '2030-01-01';
    expect(said(await judged(message, [once], { at }))).toEqual([...unproved, 'stamp_not_trusted']);
    expect(said(await judged(message, [await stampedAgain(once, '2023-12-01')], { at }))).toEqual(
      proved,
    );
    const late = await stampedAgain(once, '2024-02-01');
    expect(said(await judged(message, [late], { at }))).toEqual([...unproved, 'stamp_not_trusted']);
  });

  test('hashed again before SHA-1 fell, it holds after; later, or not at all, it does not', async () => {
    const old = await signed('2010-01-01', '2013-01-01');
    const once = await first(old, '2012-06-01', { hash: 'sha1' });
    const by = { data: old, hash: 'sha256' } as const;
    const again = await hashedAgain(once, by, '2019-06-01');
    expect(said(await judged(old, [again]))).toEqual(proved);
    expect(said(await judged(old, [await stampedAgain(again, '2022-01-01')]))).toEqual(proved);
    const outdated = [...unproved, 'stamp_not_trusted'];
    expect(said(await judged(old, [once]))).toEqual(outdated);
    expect(said(await judged(old, [await stampedAgain(once, '2019-06-01')]))).toEqual(outdated);
    // The younger stamp proves what it is over, for its own time.
    const late = await judged(old, [await hashedAgain(once, by, '2020-06-01')]);
    expect(said(late)).toEqual(['certificate_out_of_time', 'timestamp', 'stamp_not_trusted']);
    expect(late.signatures[0]?.signedAt).toBe('2020-06-01T00:00:00.000+08:00');
  });

  test('a stamp dropped, exchanged, out of order or over something else: used for nothing', async () => {
    const once = await first(message, '2021-06-01');
    const twice = await stampedAgain(once, '2022-06-01');
    const by = { data: message, hash: 'sha512' } as const;
    const thrice = await hashedAgain(twice, by, '2023-01-01');
    expect(said(await judged(message, [thrice]))).toEqual(proved);
    const [[one, two] = [], [three] = []] = thrice.chains;
    if (one === undefined || two === undefined || three === undefined) throw new Error('three');
    const early = await stampedAgain(once, '2021-01-01');
    const wrong = await hashedAgain(twice, { ...by, data: content }, '2023-01-01');
    const other = await first(message, '2021-07-01');
    const [[stranger] = []] = other.chains;
    for (const chains of [
      [[one], [three]],
      [[two], [three]],
      [[two, one], [three]],
      [[three]],
      [
        [one, two],
        [stranger ?? one, three],
      ],
      [[one, two], [{ ...three, hash: 'sha384' as const }]],
      early.chains,
      wrong.chains,
    ]) {
      const report = await judged(message, [{ chains }]);
      expect(said(report)).toEqual([...unproved, 'evidence_record_not_used']);
    }
  });
});

describe('as others write it', () => {
  const members = (record: EvidenceRecord): Uint8Array[] =>
    parseDer(printEvidenceRecord(record)).children.map(({ der }) => der);

  test('without the name of the digest, with cryptographic information, with attributes', async () => {
    const record = await first(message, '2021-06-01');
    const [version, algorithms] = members(record);
    const token = record.chains[0]?.[0]?.token ?? new Uint8Array();
    const attributes = contextConstructed(1, new Uint8Array());
    const information = contextConstructed(0, new Uint8Array());
    const chains = sequence(sequence(sequence(attributes, token)));
    const bytes = sequence(version ?? token, algorithms ?? token, information, chains);
    expect(said(await judged(message, [bytes]))).toEqual(proved);
  });

  test('a tree of many levels, with a list of one that is hashed or taken as it is', async () => {
    const leaf = await sha256(message);
    const beside = await sha256(content);
    for (const lowest of [leaf, await sha256(leaf)]) {
      const pair = [lowest, beside].toSorted((a, b) => Buffer.compare(a, b));
      const imprint = { hash: 'sha256' as const, digest: await sha256(concat(...pair)) };
      const token = await tokenFor(clock, imprint, '2021-06-01');
      const tree = [[leaf], [beside]];
      const record = { chains: [[{ hash: 'sha256' as const, tree, token }]] };
      expect(said(await judged(message, [record]))).toEqual(proved);
      const without = { chains: [[{ hash: 'sha256' as const, tree: [[beside], [leaf]], token }]] };
      expect(said(await judged(message, [without]))[2]).toBe('evidence_record_not_used');
    }
  });
});

describe('in a message (appendix A)', () => {
  const record = async (over: Uint8Array, day: string): Promise<Uint8Array> =>
    printEvidenceRecord(await first(over, day));

  test('it is over the message before it, and one after it over both or over the same', async () => {
    const once = having(message, cmsOid.evidenceInside, await record(message, '2021-06-01'));
    expect(said(await judged(once, []))).toEqual(proved);
    for (const over of [message, once]) {
      const twice = having(once, cmsOid.evidenceInside, await record(over, '2021-07-01'));
      expect(said(await judged(twice, []))).toEqual(proved);
    }
  });

  test('a stamp that stood there before is proved with it, and must not be taken out', async () => {
    const token = await stampOver(clock, valueIn(message), '2020-06-01');
    const stamped = having(message, cmsOid.signatureTimestampToken, token);
    const kept = having(stamped, cmsOid.evidenceInside, await record(stamped, '2021-06-01'));
    const { signatures } = await judged(kept, []);
    expect(signatures[0]?.signedAt).toBe('2020-06-01T00:00:00.000+08:00');
    const torn = having(message, cmsOid.evidenceInside, await record(stamped, '2021-06-01'));
    expect(said(await judged(torn, []))).toEqual([...unproved, 'evidence_record_not_used']);
  });

  test('over the content beside it as well', async () => {
    const both = await Promise.all([content, message].map(sha256));
    const { imprint, tree } = await groupTrees(both, 'sha256', nodeEngine);
    const token = await tokenFor(clock, imprint, '2021-06-01');
    const der = printEvidenceRecord({ chains: [[{ hash: 'sha256', tree, token }]] });
    const kept = having(message, cmsOid.evidenceOutside, der);
    expect(said(await judged(kept, []))).toEqual(proved);
    const alone = having(message, cmsOid.evidenceOutside, await record(message, '2021-06-01'));
    expect(said(await judged(alone, []))[2]).toBe('evidence_record_not_used');
  });

  test('whoever appends one that is none takes nothing from the signature', async () => {
    for (const der of [octetString(content), await record(content, '2021-06-01')]) {
      const odd = having(message, cmsOid.evidenceInside, der);
      const report = await judged(odd, [], { at: '2021-01-01' });
      expect([report.is, said(report)[2]]).toEqual(['valid', 'evidence_record_not_used']);
    }
  });
});

describe('by itself', () => {
  const judgedAlone = (
    record: EvidenceRecord,
    at: string,
    over: Uint8Array | undefined = content,
  ) =>
    verify(
      {
        name: 'a.ers',
        bytes: printEvidenceRecord(record),
        trust: new Map([
          ['root.der', authority.root.certificate.der],
          ['issuing.der', authority.issuing.certificate.der],
        ]),
        at: on(at),
        ...(over && { content: over }),
      },
      nodeEngine,
    );

  test('over what was handed in, as long as it was carried on', async () => {
    const once = await first(content, '2021-06-01');
    const { kind, is, signatures } = await judgedAlone(once, '2023-01-01');
    expect([kind, is, signatures.map(({ signedAt }) => signedAt)]).toEqual([
      'evidence-record',
      'valid',
      ['2021-06-01T00:00:00.000+08:00'],
    ]);
    expect((await judgedAlone(once, '2030-01-01')).because).toBe('certificate_out_of_time');
    const again = await stampedAgain(once, '2023-06-01');
    expect((await judgedAlone(again, '2030-01-01')).is).toBe('valid');
    expect((await judgedAlone(again, '2030-01-01', message)).because).toBe('stamp_wrong');
    expect((await judgedAlone(again, '2030-01-01', new Uint8Array())).because).toBe('stamp_wrong');
  });

  test('without the data nobody knows what it is over', async () => {
    const bytes = printEvidenceRecord(await first(content, '2021-06-01'));
    const report = await verify({ name: 'a.ers', bytes, trust: new Map() }, nodeEngine);
    expect([report.kind, report.because]).toEqual(['evidence-record', 'content_missing']);
  });
});

describe('beside a document', () => {
  const at = on('2025-01-01');

  test('it proves the signatures of a PDF, and nothing of one that differs by a byte', async () => {
    const signers = await Signers.open();
    const bytes = await signers.signed();
    const own = await signers.authority.clock('2010-01-01', '2030-01-01');
    const record = printEvidenceRecord(await first(bytes, '2021-06-01', { by: own }));
    const ask = { name: 'a.pdf', bytes, trust: signers.trust, at };
    expect((await verify(ask, nodeEngine)).because).toBe('certificate_out_of_time');
    const kept = await verify({ ...ask, evidenceRecords: [record] }, nodeEngine);
    expect([kept.flaws, kept.signatures[0]?.timeFrom]).toEqual([[], 'timestamp']);
    const longer = { ...ask, bytes: concat(bytes, utf8('\n')), evidenceRecords: [record] };
    const other = await verify(longer, nodeEngine);
    expect([other.because, other.notices.at(-1)?.code]).toEqual([
      'certificate_out_of_time',
      'evidence_record_not_used',
    ]);
  });

  test('a revocation after the record takes nothing from the signature, one before it does', async () => {
    const signers = await Signers.open();
    const { authority: own, signer } = signers;
    const bytes = await signers.signed();
    const stamping = await own.clock('2010-01-01', '2030-01-01');
    const record = printEvidenceRecord(await first(bytes, '2021-06-01', { by: stamping }));
    for (const [since, without, because] of [
      ['2021-07-01', 'revoked_without_proof', undefined],
      ['2021-05-01', 'certificate_revoked', 'certificate_revoked'],
    ] as const) {
      const revoked = [{ of: signer, since }];
      const list = await own.list(own.issuing, { day: '2021-12-01', revoked });
      const trust = new Map([...signers.trust, ['issuing.crl', list] as const]);
      const ask = { name: 'a.pdf', bytes, trust, at: on('2021-12-15') };
      const { because: bare } = await verify(ask, nodeEngine);
      const report = await verify({ ...ask, evidenceRecords: [record] }, nodeEngine);
      expect([since, bare, report.because]).toEqual([since, without, because]);
    }
  });

  test('a package, and more records than anybody needs', async () => {
    const record = printEvidenceRecord(await first(content, '2021-06-01'));
    const ask = { name: 'a.zip', bytes: utf8('PK'), trust: new Map(), evidenceRecords: [record] };
    const { notices } = await verify(ask, nodeEngine);
    expect(notices.map(({ code }) => code)).toContain('evidence_record_not_used');
    const many = Array.from({ length: 9 }, () => record);
    expect((await judged(message, many, { at: '2021-01-01' })).because).toBe('resource_limit');
  });

  test('it carries a token by itself on', async () => {
    const bytes = await stampOver(clock, content, '2021-06-01');
    const carried = await first(bytes, '2023-01-01', { by: later });
    const late = { at: '2030-01-01' };
    expect((await judged(bytes, [], late)).because).toBe('certificate_out_of_time');
    expect((await judged(bytes, [carried], late)).flaws).toEqual([]);
    const tooLate = await first(bytes, '2024-06-01', { by: later });
    expect((await judged(bytes, [tooLate], late)).because).toBe('certificate_out_of_time');
  });
});
