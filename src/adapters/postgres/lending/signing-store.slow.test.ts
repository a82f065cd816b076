import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cipherSuites, generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { SoftWrapKeys } from '#adapters/keystores';
import { TenantObjects } from '#adapters/objects';
import { fromLatin1, toHex, utf8 } from '#base/bytes';
import { addSeconds, systemClock } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import { systemRandom } from '#base/random';
import type { Unit } from '#base/unit';
import { Vault } from '#business/vault';
import { parseSignedData, verifySignedData } from '#formats/cms';
import type { Signer } from '#formats/crypto';
import { openPdf, readSignatures, signedBytes } from '#formats/pdf';
import { buildToken, parseToken } from '#formats/tsp';
import { buildCertificate, buildName, type Certificate } from '#formats/x509';
import { RevisionShelf, Sealer, type SealRecorder, type Stamps } from '#trust/signing';
import { bankA, bankB, openScratch, type Scratch } from '../scratch.ts';
import { findPlainText } from '../vault/plain-text.ts';
import { PostgresVaultIndex } from '../vault/vault-index-store.ts';
import { PostgresVault } from '../vault/vault-store.ts';
import { PostgresRevisions, PostgresTickets } from './signing-store.ts';

const phones = 12;
const roundsMax = 40;
const secretText = '王小明 借款 5,000.00 元';

let world: Scratch;
let folder = '';
let shelf: RevisionShelf;
let sealer: Sealer;
let recorded: string[] = [];

const evidence: SealRecorder = {
  async recordCases(_unit, cases) {
    return cases.map(({ drafts }) =>
      drafts.map((draft) => {
        recorded.push(draft.type);
        return { hash: `entry-${recorded.length}` };
      }),
    );
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-keys-'));
  world = await openScratch();
  const vault = new Vault({
    store: new PostgresVault(),
    index: new PostgresVaultIndex(),
    keys: new SoftWrapKeys(join(folder, 'vault'), systemRandom),
    random: systemRandom,
    suites: cipherSuites,
    suiteOf: async () => 'aes-256-gcm',
    indexed: {},
  });
  const revisions = new PostgresRevisions({ objects: objectsIn(folder) });
  shelf = new RevisionShelf({ revisions, cipher: vault, engine: nodeEngine });
  sealer = new Sealer({
    units: world.units,
    tickets: new PostgresTickets(),
    shelf,
    cipher: vault,
    evidence,
    stamps: await stampsOfTest(),
    engine: nodeEngine,
    clock: systemClock,
    random: systemRandom,
  });
});

function objectsIn(root: string): TenantObjects {
  return new TenantObjects({ house: join(root, 'objects'), own: async () => undefined });
}

afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const inBank = <T>(action: (unit: Unit) => Promise<T>): Promise<T> =>
  world.units.run(bankA, action);

async function keep(document: string): Promise<void> {
  const pdf = onePage();
  await inBank((unit) => shelf.keep(unit, { document, subject: 'person-1' }, pdf));
}

async function prepare(document: string, place: number, party: Party) {
  const left = 20 + 40 * place;
  const commit = await sealer.prepare({
    tenant: bankA,
    caseId: 'case-1',
    document,
    kind: 'loan-contract',
    certificate: party.certificate.der,
    refs: { intent: 'entry-0' },
    face: {
      field: `party-${place}`,
      page: 1,
      rect: [left, 20, left + 30, 50],
      appearance: { width: 30, height: 30, content: '0 0 30 30 re S\n' },
      signerName: '王小明',
    },
  });
  return inBank(commit);
}

/** What a phone does: prepare, sign, redeem; again while the ticket is stale. */
async function signByPhone(document: string, place: number): Promise<number> {
  const party = await newParty();
  for (let round = 1; round <= roundsMax; round += 1) {
    const { ticket } = await prepare(document, place, party);
    const signature = await party.signer.sign(ticket.signedAttrs);
    try {
      const commit = await sealer.seal({ tenant: bankA, ticket: ticket.id, signature });
      await inBank(commit);
      return round;
    } catch (thrown) {
      if (faultCode(thrown) !== 'signing.ticket_stale') throw thrown;
    }
  }
  throw new Fault('signing.ticket_stale', { place });
}

describe('tickets on PostgreSQL', () => {
  test('twelve phones that press sign at once give twelve valid signatures', async () => {
    await keep('contract-12');
    recorded = [];
    await Promise.all(Array.from({ length: phones }, (_, at) => signByPhone('contract-12', at)));
    const last = await inBank((unit) => shelf.read(unit, 'contract-12'));
    const signatures = readSignatures(await openPdf(last.bytes, nodeEngine));
    expect(last.number).toBe(phones);
    expect(signatures.map(({ field }) => field).toSorted()).toEqual(
      Array.from({ length: phones }, (_, at) => `party-${at}`).toSorted(),
    );
    for (const { flaws, contents, byteRange } of signatures) {
      const contentDigest = await nodeEngine.digest('sha256', signedBytes(last.bytes, byteRange));
      const verdict = verifySignedData(parseSignedData(contents), { contentDigest }, nodeEngine);
      expect({ flaws, is: (await verdict).is }).toEqual({ flaws: [], is: 'valid' });
    }
  });

  test('the same ticket redeemed by two calls at once leaves one revision', async () => {
    await keep('contract-2');
    const party = await newParty();
    const { ticket } = await prepare('contract-2', 0, party);
    const answers = await Promise.all(
      [1, 2].map(async () => {
        const signature = await party.signer.sign(ticket.signedAttrs);
        return inBank(await sealer.seal({ tenant: bankA, ticket: ticket.id, signature }));
      }),
    );
    expect(new Set(answers.map(({ sha256 }) => toHex(sha256))).size).toBe(1);
    expect(await inBank((unit) => shelf.newest(unit, 'contract-2'))).toBe(1);
  });

  test('another tenant sees neither ticket nor document', async () => {
    await keep('contract-3');
    const { ticket } = await prepare('contract-3', 0, await newParty());
    const order = { tenant: bankB, ticket: ticket.id, signature: new Uint8Array() };
    expect(await sealer.seal(order).catch(faultCode)).toBe('signing.ticket_unknown');
    const read = world.units.run(bankB, (unit) => shelf.read(unit, 'contract-3'));
    expect(await read.catch(faultCode)).toBe('signing.document_unknown');
  });

  test('neither the document nor the name on the ticket stands anywhere as plain text', async () => {
    await keep('contract-4');
    await prepare('contract-4', 0, await newParty());
    const words = [secretText, '王小明', '%PDF-1.7'];
    expect(await findPlainText(world.owner, { tenants: [bankA, bankB], words })).toEqual([]);
  });

  test('a base revision is kept once; other bytes under its name are refused', async () => {
    await keep('contract-5');
    await keep('contract-5');
    const place = { document: 'contract-5', subject: 'person-1' };
    const other = inBank((unit) => shelf.keep(unit, place, utf8('%PDF-1.7 other')));
    expect(await other.catch(faultCode)).toBe('signing.document_known');
  });
});

interface Party {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

async function newParty(): Promise<Party> {
  const signer = softSigner(generateSoftKey('p256'));
  const name = buildName([['commonName', 'TEST 王小明']]);
  const now = systemClock.now();
  const certificate = await buildCertificate(
    {
      serial: Uint8Array.of(1),
      issuer: name,
      subject: name,
      notBefore: addSeconds(now, -1),
      notAfter: addSeconds(now, 600),
      publicKey: signer.publicKey,
      extensions: [],
    },
    signer,
  );
  return { certificate, signer };
}

async function stampsOfTest(): Promise<Stamps> {
  const party = await newParty();
  return {
    async stamp(bytes) {
      const info = {
        policy: '2.999.1.1',
        imprint: { hash: 'sha256', digest: await nodeEngine.digest('sha256', bytes) } as const,
        serial: '01',
        time: systemClock.now(),
        accuracyMs: 1_000,
        ordering: false,
        nonce: 1n,
      };
      return parseToken(await buildToken(info, { ...party, engine: nodeEngine }));
    },
  };
}

function onePage(): Uint8Array {
  const content = `% ${toHex(utf8(secretText))}\n`;
  const bodies = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  ];
  let text = '%PDF-1.7\n';
  const entries = bodies.map((body, at) => {
    const entry = `${String(text.length).padStart(10, '0')} 00000 n \n`;
    text += `${at + 1} 0 obj\n${body}\nendobj\n`;
    return entry;
  });
  const table = `xref\n0 5\n0000000000 65535 f \n${entries.join('')}`;
  return fromLatin1(
    `${text}${table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF`,
  );
}
