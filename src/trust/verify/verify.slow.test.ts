import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { equal, fromUtf8, utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { seededRandom } from '#base/random';
import { type BundleFile, manifestOf, openZip, writeZip } from '#formats/bundle';
import { type Report, type VerifyOrder, verify } from './index.ts';
import { type SampleHouse, sampleHouse } from './own/sample-trust.fixture.ts';
import { type SamplePackage, samplePackage, type Wish } from './package/sample-package.fixture.ts';

const seed = 20_261_121;
let house: SampleHouse;
let honest: SamplePackage;

beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-21T10:00:00.000+08:00'),
  });
  honest = await samplePackage(house);
});

async function judge(bytes: Uint8Array, more: Partial<VerifyOrder> = {}): Promise<Report> {
  return verify({ name: 'package.zip', bytes, trust: house.trust, ...more }, nodeEngine);
}

async function judgeWish(wish: Wish): Promise<Report> {
  return judge((await samplePackage(house, wish)).zip);
}

/** A thief who can pack: the ZIP and its manifest are made anew around the changed files. */
async function repacked(files: readonly BundleFile[]): Promise<Uint8Array> {
  const kept = files.filter(({ name }) => name !== 'manifest.json');
  const caseId = 'AAECAwQFBgcICQoLDA0ODw';
  const manifest = await manifestOf({ caseId, files: kept }, nodeEngine);
  return writeZip([...kept, { name: 'manifest.json', bytes: manifest }]);
}

function codesOf(report: Report): string[] {
  return report.flaws.map(({ code }) => code);
}

function flipped(bytes: Uint8Array, at: number, bit = 1): Uint8Array {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ bit;
  return changed;
}

describe('an honest package', () => {
  test('is valid, and says that its witnesses are its own', async () => {
    const report = await judge(honest.zip);
    expect(report.flaws).toEqual([]);
    expect(report).toMatchObject({ is: 'valid', etsi: { indication: 'TOTAL-PASSED' } });
    expect(report.evidence).toMatchObject({ level: 'L2', complete: true, selfAttested: true });
    expect(report.signatures.map(({ field, is }) => `${field} ${is}`)).toEqual([
      'borrower valid',
      'lender valid',
      'seal valid',
    ]);
    expect(report.signatures[0]).toMatchObject({
      signer: '王样例',
      signedAt: '2026-11-21T10:00:30.000+08:00',
      timeFrom: 'timestamp',
      level: 'B-T',
      covers: 'revision',
      changesAfter: 'permitted',
      law13: { ownData: 'valid', ownControl: 'valid', signatureFixed: 'valid' },
    });
    expect(report.notices.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['test_authority', 'local_clock', 'self_attested']),
    );
  });

  test('stays valid with the receipt of the phone that signed', async () => {
    expect(await judge(honest.zip, { receipt: honest.receipt })).toMatchObject({ is: 'valid' });
  });

  test('is valid with three of four witnesses, and names what is missing with fewer', async () => {
    expect(await judgeWish({ votes: 3 })).toMatchObject({ is: 'valid', evidence: { level: 'L2' } });
    const two = await judgeWish({ votes: 2 });
    expect(two).toMatchObject({ because: 'witness_quorum_missing', evidence: { level: 'L1' } });
    const lone = await judgeWish({ withoutSentinel: true });
    expect(lone).toMatchObject({ because: 'sentinel_missing', evidence: { level: 'L0' } });
  });
});

describe('flipped bytes', () => {
  test('one bit anywhere in package.zip is invalid with its part', async () => {
    const random = seededRandom(seed);
    for (let round = 0; round < 24; round += 1) {
      const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
      const at = ((a << 16) | (b << 8) | c) % honest.zip.length;
      const report = await judge(flipped(honest.zip, at, 1 << (d % 8)));
      expect(report.is, `seed ${seed} byte ${at}`).toBe('invalid');
      expect(report.flaws[0]?.part, `seed ${seed} byte ${at}`).toMatch(/./);
    }
  });

  test('S1-18 one bit anywhere in contract.pdf alone is invalid with its part', async () => {
    const random = seededRandom(seed + 1);
    for (let round = 0; round < 150; round += 1) {
      const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
      const at = ((a << 16) | (b << 8) | c) % honest.contract.length;
      const bytes = flipped(honest.contract, at, 1 << (d % 8));
      const report = await judge(bytes, { name: 'contract.pdf' });
      expect(report.is, `seed ${seed} byte ${at}`).toBe('invalid');
      expect(report.flaws[0]?.part).toMatch(/^contract\.pdf/);
    }
  });

  test('no file can be changed by a thief who also makes ZIP and manifest anew', async () => {
    // Each file at one place; fuzz/ repacks thousands of times at any.
    for (const [index, { name, bytes }] of openZip(honest.zip).files.entries()) {
      if (name === 'manifest.json') continue;
      const at = [0, Math.floor(bytes.length / 2), bytes.length - 1][index % 3] ?? 0;
      const changed = honest.files.map((file) =>
        file.name === name ? { name, bytes: flipped(bytes, at) } : file,
      );
      const report = await judge(await repacked(changed));
      expect(report.is, `${name} byte ${at}`).toBe('invalid');
      const parts = report.flaws.map(({ part }) => part);
      expect(
        parts.some((part) => part.startsWith(name)),
        `${name} byte ${at}: ${parts.join()}`,
      ).toBe(true);
    }
  });

  test('a file left out, added or renamed is named', async () => {
    for (const { name } of honest.files) {
      const rest = honest.files.filter((file) => file.name !== name);
      const bytes = name === 'manifest.json' ? writeZip(rest) : await repacked(rest);
      expect((await judge(bytes)).is, name).toBe('invalid');
    }
    const added = { name: 'entries/0099.json', bytes: utf8('{}') };
    expect(codesOf(await judge(await repacked([...honest.files, added])))).toContain(
      'entry_malformed',
    );
    const loose = { name: 'certs/0011223344556677.der', bytes: utf8('x') };
    const report = await judge(await repacked([...honest.files, loose]));
    expect(report.flaws).toContainEqual(
      expect.objectContaining({ code: 'certificate_file_differs', part: loose.name }),
    );
  });
});

describe('thieves', () => {
  test('A: without the gateway’s and the authority’s keys there is no certificate to trust', async () => {
    const ca = { ...house.ca, signer: house.makeKey('p256') };
    const { zip } = await samplePackage({ ...house, ca });
    expect(codesOf(await judge(zip))).toContain('chain_broken');
  });

  test('B, unlogged: the certificate that signed was never issued in the log', async () => {
    const report = await judgeWish({ logsOther: true });
    expect(report).toMatchObject({ is: 'invalid', because: 'issuance_not_logged' });
    const [borrower] = report.signatures;
    expect(borrower).toMatchObject({ is: 'invalid', law13: { ownData: 'invalid' } });
  });

  test('B, logged: no SMS gateway signed the intent', async () => {
    const report = await judgeWish({ smsSigner: house.makeKey('ed25519') });
    expect(report).toMatchObject({ is: 'invalid', because: 'intent_not_attested' });
  });

  test('B, on her own intent: her phone’s receipt names another key', async () => {
    const thief = await samplePackage(house);
    const receipt = honest.receipt;
    expect(await judge(thief.zip)).toMatchObject({ is: 'valid' });
    const report = await judge(thief.zip, { receipt });
    expect(report).toMatchObject({ is: 'invalid', because: 'issued_to_another_key' });
  });

  test('a telephone that no gateway matched with the applicant confirms nothing', async () => {
    const report = await judgeWish({ without: 'identity.checked' });
    expect(codesOf(report)).toEqual(
      expect.arrayContaining(['phone_not_the_applicants', 'evidence_missing']),
    );
    expect(report.evidence).toMatchObject({ complete: false, missing: ['identity.checked'] });
  });

  test('a thief’s own telephone, matched with his own name, confirms nothing for her', async () => {
    const report = await judgeWish({ otherHolder: true });
    expect(report).toMatchObject({ is: 'invalid', because: 'phone_not_the_applicants' });
  });

  test('without her name opened, whose telephone confirmed stays open', async () => {
    const report = await judgeWish({ closed: true });
    expect(report).toMatchObject({ is: 'indeterminate', because: 'applicant_not_shown' });
  });

  test('a list of evidence that no person signed is no list', async () => {
    const codes = codesOf(await judgeWish({ sealForBorrower: true }));
    expect(codes).toContain('required_list_differs');
  });

  test('a seal that operators.json does not name is no seal', async () => {
    const text = fromUtf8(house.trust.get('operators.json') ?? new Uint8Array());
    const trust = new Map(house.trust).set(
      'operators.json',
      utf8(text.replace('"role":"seal"', '"role":"old"')),
    );
    expect(await judge(honest.zip, { trust })).toMatchObject({ is: 'invalid' });
    expect(codesOf(await judge(honest.zip, { trust }))).toContain('seal_unknown');
  });

  test('a seal in the borrower’s field does not stand for the borrower', async () => {
    const { zip, contract } = await samplePackage(house, { sealForBorrower: true });
    const role = { code: 'signer_role_wrong', part: 'documents/01-contract.pdf#revision 2' };
    expect((await judge(zip)).flaws).toContainEqual(expect.objectContaining(role));
    const alone = await judge(contract, { name: 'contract.pdf' });
    expect(alone).toMatchObject({ is: 'invalid', because: 'signer_role_wrong' });
  });

  test('entries of one package with proofs of another', async () => {
    const other = await samplePackage(house, { votes: 3 });
    const mixed = honest.files.map((file) =>
      /^proofs\/|^checkpoint/.test(file.name)
        ? (other.files.find(({ name }) => name === file.name) ?? file)
        : file,
    );
    expect(
      mixed.some((file, at) => !equal(file.bytes, honest.files[at]?.bytes ?? file.bytes)),
    ).toBe(true);
    const codes = codesOf(await judge(await repacked(mixed)));
    expect(codes).toContain('proof_wrong');
    expect(codes).toContain('report_binding_differs');
  });

  test('even a re-sealed report cannot bring in proofs of another log', async () => {
    const other = await samplePackage(house, { logsOther: true });
    const swap = (files: BundleFile[]): BundleFile[] =>
      files.map((file) =>
        file.name.startsWith('proofs/')
          ? (other.files.find(({ name }) => name === file.name) ?? file)
          : file,
      );
    expect(await judgeWish({ swap })).toMatchObject({ is: 'invalid', because: 'proof_wrong' });
  });
});

describe('other rules', () => {
  test('a revoked seal is void, and a case without its seal is open', async () => {
    expect(await judgeWish({ revoked: true })).toMatchObject({ because: 'certificate_revoked' });
    expect(codesOf(await judgeWish({ without: 'case.sealed' }))).toContain('case_not_sealed');
  });

  test('another policy than the trusted one is invalid', async () => {
    const trust = new Map(house.trust).set('policy.json', utf8('{"quorum":1}'));
    expect(codesOf(await judge(honest.zip, { trust }))).toContain('policy_differs');
  });

  test('a time to judge at that lies before the signatures leaves it open', async () => {
    const at = parseInstant('2026-11-20T10:00:00.000+08:00');
    expect(await judge(honest.zip, { at })).toMatchObject({
      is: 'indeterminate',
      because: 'later_than_judged',
    });
  });

  test('a contract alone does not show the intent, and says so', async () => {
    const report = await judge(honest.contract, { name: 'contract.pdf' });
    expect(report).toMatchObject({ is: 'indeterminate', because: 'intent_not_shown' });
    expect(report.signatures.map(({ is }) => is)).toEqual(['indeterminate', 'valid']);
  });

  test('a contract whose certificate carries the gateway’s statement stands alone', async () => {
    const { contract } = await samplePackage(house, { statementInside: true });
    expect(await judge(contract, { name: 'contract.pdf' })).toMatchObject({ is: 'valid' });
    const smsSigner = house.makeKey('ed25519');
    const stolen = await samplePackage(house, { statementInside: true, smsSigner });
    expect(await judge(stolen.contract, { name: 'contract.pdf' })).toMatchObject({
      is: 'invalid',
      because: 'intent_not_attested',
    });
  });

  test('without a trust folder nothing is trusted, and nothing is thrown', async () => {
    const trust = new Map();
    // Nobody was named whom to believe: that says nothing against a package or a contract.
    const whole = await judge(honest.zip, { trust });
    expect([whole.is, new Set(codesOf(whole))]).toEqual([
      'indeterminate',
      new Set(['trust_missing']),
    ]);
    const said = whole.flaws.map(({ part, detail }) => `${part} ${detail}`).join('\n');
    for (const file of ['operators.json', 'gateways', 'ca.pem', 'tsa.pem', 'logs']) {
      expect(said).toContain(`trust/${file}`);
    }
    // What the package itself contradicts needs nobody to be believed.
    for (const wish of [{ without: 'case.sealed' }, { logsOther: true }] as const) {
      const { zip } = await samplePackage(house, wish);
      expect((await judge(zip, { trust })).is).toBe('invalid');
    }
    const changed = honest.files.map(({ name, bytes }) =>
      name === 'documents/01-contract.pdf'
        ? { name, bytes: flipped(bytes, 2_000) }
        : { name, bytes },
    );
    expect((await judge(await repacked(changed), { trust })).is).toBe('invalid');
    const { is, because } = await judge(honest.contract, { trust, name: 'c.pdf' });
    expect([is, because]).toEqual(['indeterminate', 'trust_missing']);
    const altered = honest.contract.slice();
    altered[2_000] = (altered[2_000] ?? 0) ^ 1;
    expect((await judge(altered, { trust, name: 'c.pdf' })).is).toBe('invalid');
  });

  test('random bytes and torn files are judged, never thrown', async () => {
    const names = fc.constantFrom('a.zip', 'a.pdf', 'a.tsr', 'a');
    const torn = fc.nat().map((at) => honest.zip.slice(0, at % honest.zip.length));
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 400 }), torn);
    await fc.assert(
      fc.asyncProperty(names, bytes, async (name, some) => {
        const report = await judge(some, { name, receipt: some });
        expect(report.is).toBe('invalid');
      }),
      { numRuns: 60, seed },
    );
  });
});
