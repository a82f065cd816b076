/**
 * One signature as the house makes it: the document opened from its shelf, a ticket prepared and
 * durable, the intention and the end as two entries, a visible seal, a stamp before the key and one
 * after it, the sealed revision encrypted and on the disk. PostgreSQL, files and vault are real;
 * the stamping authority and the key (P-256, as a phone's) are in this process.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { TenantObjects } from '#adapters/objects';
import { PostgresEntries, PostgresRevisions, PostgresTickets } from '#adapters/postgres';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import { Vault } from '#business/vault';
import { Evidence } from '#trust/evidence';
import { RevisionShelf, Sealer } from '#trust/signing';
import { TimestampClient, testStampPolicy } from '#trust/timestamp';
import { cpuMsOf, rounded, summaryOf } from './samples.ts';
import { makePdf, selfSigned, sizes, stampingAuthority } from './signing-ways.ts';
import { bank, VaultHouse } from './vault-house.ts';

const warmShare = 0.25;
const ring = '0.8 0 0 RG 2 w 15 15 m 28 15 l 15 28 l 2 15 l 15 2 l 28 15 l S\n';

export async function product(files: number, say: (line: string) => void) {
  const house = await VaultHouse.open();
  const folder = await mkdtemp(join(tmpdir(), 'fubie-bench-'));
  try {
    const { shelf, sealer } = await rooms(house, folder);
    const signer = softSigner(generateSoftKey('p256'));
    const certificate = await selfSigned(signer);
    const once = async (document: string): Promise<void> => {
      const commit = await sealer.prepare({
        tenant: bank,
        caseId: document,
        document,
        kind: 'loan-contract',
        certificate,
        refs: {},
        face: {
          field: 'borrower',
          page: 1,
          rect: [20, 20, 50, 50],
          appearance: { width: 30, height: 30, content: ring },
          signerName: 'Fubie TEST',
        },
      });
      const { ticket } = await house.units.run(bank, commit);
      const signature = await signer.sign(ticket.signedAttrs);
      const end = await sealer.seal({ tenant: bank, ticket: ticket.id, signature });
      await house.units.run(bank, end);
    };
    // On the shelf beforehand: what keeps a document is no part of signing it.
    for (let file = 0; file < files; file += 1) {
      const place = { document: `contract-${file}`, subject: `person-${file}` };
      const pdf = new Uint8Array(makePdf(sizes[0]));
      await house.units.run(bank, (unit) => shelf.keep(unit, place, pdf));
    }
    const samples: number[] = [];
    const before = await house.databaseCpuMs();
    for (let file = 0; file < files; file += 1) {
      samples.push(await cpuMsOf(() => once(`contract-${file}`)));
    }
    const mean = ((await house.databaseCpuMs()) - before) / files;
    const warm = summaryOf(samples.slice(Math.floor(files * warmShare)));
    say(`product, 100 KB: ${warm.p50} CPU ms, and ${rounded(mean)} of the database`);
    return { cold: summaryOf(samples.slice(0, 20)), warm, databaseCpuMsMean: rounded(mean) };
  } finally {
    await house.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function rooms(house: VaultHouse, folder: string) {
  const base = { engine: nodeEngine, clock: systemClock, random: systemRandom };
  const vault = new Vault(house.parts());
  const objects = new TenantObjects({
    house: join(folder, 'objects'),
    own: async () => undefined,
  });
  const revisions = new PostgresRevisions({ objects });
  const shelf = new RevisionShelf({ revisions, cipher: vault, engine: nodeEngine });
  const evidence = new Evidence({
    ...base,
    store: new PostgresEntries(),
    keeper: vault,
    signer: softSigner(generateSoftKey('ed25519')),
    actor: 'bench',
    environment: Buffer.alloc(32).toString('base64'),
    judge: async () => 'L0',
  });
  const { authority, certificate } = await stampingAuthority();
  const stamps = new TimestampClient({
    ...base,
    line: { ask: (request) => authority.answer(request) },
    authorities: [certificate],
    policy: testStampPolicy,
  });
  const parts = { units: house.units, tickets: new PostgresTickets(), shelf, cipher: vault };
  return { shelf, sealer: new Sealer({ ...base, ...parts, evidence, stamps }) };
}
