/**
 * One way of the product row in a process of its own, which does a block when it is told to. What
 * it stands on, a PostgreSQL among it, is its own: no way pays for what another one left behind.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cipherSuites, generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { TenantObjects } from '#adapters/objects';
import { PostgresEntries, PostgresRevisions, PostgresTickets } from '#adapters/postgres';
import { type Clock, systemClock } from '#base/clock';
import { type Random, systemRandom } from '#base/random';
import { Vault } from '#business/vault';
import { type BegunDigest, beginningOf, type Engine } from '#formats/crypto';
import { Evidence } from '#trust/evidence';
import { RevisionShelf, Sealer, type SealOrder, type Stamps } from '#trust/signing';
import { TimestampClient, testStampPolicy } from '#trust/timestamp';
import { cpuMsOf } from './samples.ts';
import {
  inRoom,
  makePdf,
  selfSigned,
  sizes,
  stampingAuthority,
  waysToSign,
} from './signing-ways.ts';
import { bank, VaultHouse } from './vault-house.ts';

/** Signed one after the other, or waiting all at the same moment. */
export const blockFiles = 50;
/** Behind a way's name: its documents were drafted by another process than signs them. */
const elsewhere = 'Elsewhere';
/** What a prepared revision appends with an empty face, and the attributes that a key signs. */
const appendedBytes = 15_000;
const attributesBytes = 200;
const ring = '0.8 0 0 RG 2 w 15 15 m 28 15 l 15 28 l 2 15 l 15 2 l 28 15 l S\n';

/** What a block cost, each signature of it, and how large the process has been. */
export interface BlockCost {
  readonly nodeCpuMs: number;
  readonly databaseCpuMs: number;
  readonly peakRssMb: number;
}

/** Signs all of a block's documents: what is answered does it, all else is done before. */
type Way = (documents: readonly string[]) => Promise<() => Promise<unknown>>;

/** A document of the floor: as it lies encrypted, and gone through with SM3. */
interface Prepared {
  readonly pdf: Uint8Array;
  readonly sealed: Uint8Array;
  readonly met: readonly BegunDigest[];
}

/** A way with what it stands on. */
interface Standing {
  readonly way: Way;
  readonly shelve: (documents: readonly string[]) => Promise<void>;
  readonly databaseCpuMs: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Answers `ready`, then a `BlockCost` for each number of a block that it is sent. */
async function serve(name: string, blocks: number): Promise<void> {
  const standing = await standingOf(name);
  for (let block = 0; block < blocks; block += 1) await standing.shelve(namesOf(block));
  process.on('message', (block: number) => {
    costOf(standing, block).then(
      (cost) => process.send?.(cost),
      (failure: unknown) => {
        console.error(failure);
        process.exit(1);
      },
    );
  });
  process.once('disconnect', () => void standing.close());
  process.send?.('ready');
}

async function costOf({ way, databaseCpuMs }: Standing, block: number): Promise<BlockCost> {
  const act = await way(namesOf(block));
  const before = await databaseCpuMs();
  const nodeCpuMs = (await cpuMsOf(act)) / blockFiles;
  const peakRssMb = Math.round(process.resourceUsage().maxRSS / 1_024);
  return { nodeCpuMs, databaseCpuMs: ((await databaseCpuMs()) - before) / blockFiles, peakRssMb };
}

function namesOf(block: number): readonly string[] {
  return Array.from({ length: blockFiles }, (_, at) => `${block}-${at}`);
}

async function standingOf(name: string): Promise<Standing> {
  const nothing = {
    shelve: async () => undefined,
    databaseCpuMs: async () => 0,
    close: async () => undefined,
  };
  if (name === 'floor') return { way: floorWay(), ...nothing };
  if (name === 'engine') return { way: await engineWay(), ...nothing };
  const house = await VaultHouse.open();
  const folder = await mkdtemp(join(tmpdir(), 'fubie-bench-'));
  const { shelf, ways } = await rooms(house, folder);
  const isElsewhere = name.endsWith(elsewhere);
  const way = ways.get(isElsewhere ? name.slice(0, -elsewhere.length) : name);
  if (way === undefined) throw new Error(`no way ${name}`);
  return {
    way,
    databaseCpuMs: () => house.databaseCpuMs(),
    // On the shelf beforehand: what keeps a document is no part of signing it. Whoever drafts one
    // goes through it with both digests; by another process, the signing one has to do it again.
    async shelve(documents) {
      for (const document of documents) {
        const pdf = new Uint8Array(makePdf(sizes[0]));
        const met = isElsewhere ? {} : { beginning: beginningOf(nodeEngine, pdf) };
        const place = { document, subject: `person-${document}`, ...met };
        await house.units.run(bank, (unit) => shelf.keep(unit, place, pdf));
      }
    },
    async close() {
      await house.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function engineWay(): Promise<Way> {
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
 * what two revisions append, both ciphers. With SM3 the file was gone through when it was drafted.
 */
function floorWay(): Way {
  const [phone, actor] = [
    softSigner(generateSoftKey('p256')),
    softSigner(generateSoftKey('ed25519')),
  ];
  const suite = cipherSuites[0]?.keyed(systemRandom.bytes(32));
  const { algorithm, publicKey } = phone;
  const once = async ({ pdf, sealed, met }: Prepared): Promise<void> => {
    const message = pdf.subarray(0, attributesBytes);
    const signature = await phone.sign(message);
    await nodeEngine.verify({ algorithm, publicKey, signature, message });
    for (const entry of [message, signature]) await actor.sign(entry);
    suite?.open(message, sealed);
    const beginning = beginningOf(nodeEngine, pdf, met);
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
      const sm3 = beginningOf(nodeEngine, pdf).begun?.('sm3');
      const met = sm3 === undefined ? [] : [sm3];
      return { pdf, sealed: suite?.seal(bound, pdf, systemRandom) ?? pdf, met };
    });
    return async () => {
      for (const pair of pairs) await once(pair);
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
  const waysWith = (stamps: Stamps, name: string): [string, Way][] => {
    const sealer = sealerWith(stamps);
    const once = async (document: string): Promise<void> => {
      const { ticket } = await sealer.prepareInTurn(orderOf(document, certificate));
      const signature = await signer.sign(ticket.signedAttrs);
      await sealer.sealInTurn({ tenant: bank, ticket: ticket.id, signature });
    };
    const alone: Way = async (documents) => async () => {
      for (const document of documents) await once(document);
    };
    const waiting: Way = async (documents) => () => Promise.all(documents.map(once));
    return [
      [`alone${name}`, alone],
      [`waiting${name}`, waiting],
    ];
  };
  const ways = new Map([...waysWith(stamped, ''), ...waysWith(unstamped, 'Unstamped')]);
  return { shelf, ways };
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

const [, started, name, blocks] = process.argv;
if (started === fileURLToPath(import.meta.url)) await serve(name ?? '', Number(blocks));
