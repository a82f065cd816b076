/**
 * One signature as the house makes it: the document opened from its shelf, a ticket prepared and
 * durable, the intention and the end as two entries, a visible seal, a stamp before the key and one
 * after it, the sealed revision encrypted and on the disk. PostgreSQL, files and vault are real;
 * the stamping authority and the key (P-256, as a phone's) are in this process.
 *
 * Alone: one signature after the other, nobody beside it. Waiting: `blockFiles` contracts at once,
 * as when an institution's seal is put on what came meanwhile. Each with stamps, and without: then
 * a token made beforehand stands where an answer would, for the engine's row has none either.
 * The ways take turns block by block, and with them the engine's row (RSA-2048, `signDocument`, no
 * database) and the floor: keys, digests and ciphers alone.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cipherSuites, generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { TenantObjects } from '#adapters/objects';
import { PostgresEntries, PostgresRevisions, PostgresTickets } from '#adapters/postgres';
import { type Clock, systemClock } from '#base/clock';
import { type Random, systemRandom } from '#base/random';
import { Vault } from '#business/vault';
import { beginningOf, type Engine } from '#formats/crypto';
import { Evidence } from '#trust/evidence';
import { RevisionShelf, Sealer, type SealOrder, type Stamps } from '#trust/signing';
import { TimestampClient, testStampPolicy } from '#trust/timestamp';
import { cpuMsOf, rounded, summaryOf } from './samples.ts';
import {
  inRoom,
  makePdf,
  selfSigned,
  sizes,
  stampingAuthority,
  waysToSign,
} from './signing-ways.ts';
import { bank, VaultHouse } from './vault-house.ts';

const warmShare = 0.25;
/** Signed one after the other, or waiting all at the same moment. */
const blockFiles = 50;
/** What a prepared revision appends with an empty face, and the attributes that a key signs. */
const appendedBytes = 15_000;
const attributesBytes = 200;
const ring = '0.8 0 0 RG 2 w 15 15 m 28 15 l 15 28 l 2 15 l 15 2 l 28 15 l S\n';

export async function product(files: number, say: (line: string) => void) {
  const house = await VaultHouse.open();
  const folder = await mkdtemp(join(tmpdir(), 'fubie-bench-'));
  try {
    const { shelf, ways } = await rooms(house, folder);
    const rows: readonly Row[] = [
      ...ways,
      { name: 'floor', run: floorWay() },
      { name: 'engine', run: await engineWay() },
    ];
    const taken = rows.map((row) => ({ ...row, node: [] as number[], database: [] as number[] }));
    const blocks = Math.max(2, Math.ceil(files / blockFiles));
    // On the shelf beforehand: what keeps a document is no part of signing it.
    for (let block = 0; block < blocks; block += 1) {
      for (const { name } of ways) await shelve(house, shelf, namesOf(name, block));
    }
    for (let block = 0; block < blocks; block += 1) {
      for (const { name, run, node, database } of taken) {
        const before = await house.databaseCpuMs();
        node.push((await cpuMsOf(await run(namesOf(name, block)))) / blockFiles);
        database.push(((await house.databaseCpuMs()) - before) / blockFiles);
      }
    }
    return reported(taken, say);
  } finally {
    await house.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A way to sign all of a block's documents: what is answered does it, all else is done before. */
interface Row {
  readonly name: string;
  readonly run: (documents: readonly string[]) => Promise<() => Promise<unknown>>;
}

function namesOf(name: string, block: number): readonly string[] {
  return Array.from({ length: blockFiles }, (_, at) => `${name}-${block}-${at}`);
}

async function shelve(
  house: VaultHouse,
  shelf: RevisionShelf,
  documents: readonly string[],
): Promise<void> {
  for (const document of documents) {
    const place = { document, subject: `person-${document}` };
    const pdf = new Uint8Array(makePdf(sizes[0]));
    await house.units.run(bank, (unit) => shelf.keep(unit, place, pdf));
  }
}

function reported(
  taken: readonly { name: string; node: readonly number[]; database: readonly number[] }[],
  say: (line: string) => void,
) {
  const rows = taken.map(({ name, node, database }) => {
    const warm = node.slice(Math.floor(node.length * warmShare));
    const [nodeCpuMs, databaseCpuMs] = [summaryOf(warm), summaryOf(database)];
    return { name, nodeCpuMs, min: rounded(Math.min(...warm)), databaseCpuMs, cold: node[0] };
  });
  const engine = rows.find(({ name }) => name === 'engine')?.nodeCpuMs.p50 ?? 0;
  return Object.fromEntries(
    rows.map(({ name, ...row }) => {
      const { nodeCpuMs, databaseCpuMs, min } = row;
      const ratio = {
        node: rounded(nodeCpuMs.p50 / engine),
        withDatabase: rounded((nodeCpuMs.p50 + databaseCpuMs.p50) / engine),
      };
      const node = `${nodeCpuMs.p50} CPU ms (quietest ${min}), ${ratio.node} × engine`;
      say(`product, ${name}: ${node}; database ${databaseCpuMs.p50}, both ${ratio.withDatabase} ×`);
      return [name, { ...row, ratio }];
    }),
  );
}

async function engineWay(): Promise<Row['run']> {
  const { engine } = await waysToSign();
  return async (documents) => {
    const files = documents.map(() => inRoom(makePdf(sizes[0])));
    return async () => {
      for (const { document, room } of files) await engine(document, room);
    };
  };
}

/**
 * Keys, digests and ciphers of one signature and nothing else: the person's key and its check, the
 * keys of two entries, SHA-256 of the file as it opens and of both ciphertexts, SHA-256 and SM3 of
 * the file and of what two revisions append, both ciphers.
 */
function floorWay(): Row['run'] {
  const [phone, actor] = [
    softSigner(generateSoftKey('p256')),
    softSigner(generateSoftKey('ed25519')),
  ];
  const suite = cipherSuites[0]?.keyed(systemRandom.bytes(32));
  const { algorithm, publicKey } = phone;
  const once = async (pdf: Uint8Array, sealed: Uint8Array): Promise<void> => {
    const message = pdf.subarray(0, attributesBytes);
    const signature = await phone.sign(message);
    await nodeEngine.verify({ algorithm, publicKey, signature, message });
    for (const entry of [message, signature]) await actor.sign(entry);
    suite?.open(message, sealed);
    const beginning = beginningOf(nodeEngine, pdf);
    const appended = pdf.subarray(0, appendedBytes);
    await beginning.digest('sha256');
    for (const hash of ['sha256', 'sm3'] as const) {
      for (const piece of [appended, appended.subarray(1)]) await beginning.digest(hash, piece);
    }
    const next = suite?.seal(message, [pdf, appended], systemRandom) ?? sealed;
    for (const ciphertext of [sealed, next]) await nodeEngine.digest('sha256', ciphertext);
  };
  return async (documents) => {
    const files = documents.map(() => new Uint8Array(makePdf(sizes[0])));
    const pairs = files.map((pdf) => {
      const bound = pdf.subarray(0, attributesBytes);
      return { pdf, sealed: suite?.seal(bound, pdf, systemRandom) ?? pdf };
    });
    return async () => {
      for (const { pdf, sealed } of pairs) await once(pdf, sealed);
    };
  };
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
  const signer = softSigner(generateSoftKey('p256'));
  const certificate = await selfSigned(signer);
  const stamped = await stampClient(base);
  const token = await stamped.stamp(new Uint8Array(1));
  const unstamped: Stamps = { stamp: async () => token };
  const sealerWith = (stamps: Stamps): Sealer =>
    new Sealer({
      ...base,
      units: house.units,
      tickets: new PostgresTickets(),
      shelf,
      cipher: vault,
      evidence,
      stamps,
    });
  const waysWith = (stamps: Stamps, name: string): Row[] => {
    const sealer = sealerWith(stamps);
    const once = async (document: string): Promise<void> => {
      const { ticket } = await sealer.prepareInTurn(orderOf(document, certificate));
      const signature = await signer.sign(ticket.signedAttrs);
      await sealer.sealInTurn({ tenant: bank, ticket: ticket.id, signature });
    };
    const alone: Row['run'] = async (documents) => async () => {
      for (const document of documents) await once(document);
    };
    const waiting: Row['run'] = async (documents) => () => Promise.all(documents.map(once));
    return [
      { name: `alone${name}`, run: alone },
      { name: `waiting${name}`, run: waiting },
    ];
  };
  return { shelf, ways: [...waysWith(stamped, ''), ...waysWith(unstamped, 'Unstamped')] };
}

function orderOf(document: string, certificate: Uint8Array): SealOrder {
  return {
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
  };
}

async function stampClient(base: {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}): Promise<TimestampClient> {
  const { authority, certificate } = await stampingAuthority();
  return new TimestampClient({
    ...base,
    line: { ask: (request) => authority.answer(request) },
    authorities: [certificate],
    policy: testStampPolicy,
  });
}
