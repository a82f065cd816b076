/**
 * What one signature costs: a PDF read strictly, one revision appended, RSA-2048 with SHA-256, from
 * bytes to bytes, without stamp and without database; beside the price of the key and of one hash
 * over the file, below which nobody comes.
 *
 * Each file is different, made here, and signed once; the cold ones are told apart and kept. CPU is
 * that of the whole process, all threads. Options: `--files N` (200 of the smallest size, fewer of
 * the larger), `--no-peers`.
 */
import { generateKeyPairSync, randomBytes, randomFillSync, sign as signRaw } from 'node:crypto';
import { loadavg } from 'node:os';
import { CryptoKeySigner, PDF } from '@libpdf/core';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { addSeconds, systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { Signer } from '#formats/crypto';
import { buildRequest } from '#formats/tsp';
import {
  basicConstraints,
  buildCertificate,
  buildName,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  purposeOid,
  readCertificate,
} from '#formats/x509';
import { signAppended, signDocument } from '#trust/signing';
import { ClockGuard, StampLines, TimestampAuthority, testStampPolicy } from '#trust/timestamp';
import { cpuMsOf, rounded, summaryOf } from './samples.ts';

const sizes = [
  { name: '100 KB', bytes: 100_000, objects: 45, share: 1 },
  { name: '1 MB', bytes: 1_000_000, objects: 125, share: 0.25 },
  { name: '20 MB', bytes: 19_800_000, objects: 600, share: 0.05 },
  { name: '126,000 objects', bytes: 20_300_000, objects: 126_000, share: 0.05 },
] as const;
const coldCount = 20;
const freshBytes = 32; // of the first stream: what makes one file another
const filesMin = 5;
const attributesBytes = 240;
const rateRounds = 2_000;

type Size = (typeof sizes)[number];
type Way = (document: Uint8Array) => Promise<unknown>;
type Ways = Readonly<Record<string, Way>>;

export async function run(args: readonly string[], say: (line: string) => void) {
  const at = args.indexOf('--files');
  const files = at < 0 ? 200 : Number(args[at + 1]);
  const { peer, ...own } = await waysToSign();
  const ways: Ways = args.includes('--no-peers') ? own : { ...own, peer };
  const measured = [];
  for (const size of sizes) {
    const count = Math.max(filesMin, Math.round(files * size.share));
    const found = await measure(ways, size, count);
    measured.push({ size: size.name, files: count, ...found, ...comparedWith(found) });
    const told = Object.entries(found).map(([name, { warm }]) => {
      return `${name} ${warm.p50} (${warm.min})`;
    });
    say(`${size.name}, CPU ms: ${told.join(', ')}`);
  }
  const perSecond = await rates();
  say(`SM2 ${perSecond.sm2} signatures, ${perSecond.stamps} stamps per CPU second`);
  const rssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  return { settings: { files, coldCount }, load: loadavg(), peakRssMb: rssMb, measured, perSecond };
}

type Found = Readonly<Record<string, Measured>>;
type Measured = Awaited<ReturnType<typeof summed>>;

/** How often the floor's and the peer's work fits into ours, by medians of the same minutes. */
function comparedWith({ engine, appended, floor, peer }: Found) {
  return {
    ratioToFloor: share(engine, floor),
    ratioToCheapestPeer: share(peer, engine),
    appendedToFloor: share(appended, floor),
    appendedToCheapestPeer: share(peer, appended),
  };
}

function share(of?: Measured, by?: Measured): number | undefined {
  return of === undefined || by === undefined ? undefined : rounded(of.warm.p50 / by.warm.p50);
}

/** The ways take turns, file by file, so that a neighbour on the cores disturbs all of them. */
async function measure(ways: Ways, size: Size, count: number): Promise<Found> {
  const samples = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  const template = makePdf(size);
  const fresh = template.indexOf('stream\n') + 'stream\n'.length;
  for (let file = 0; file < count; file += 1) {
    for (const [name, way] of Object.entries(ways)) {
      // Another file each time, made without garbage that the measured way would have to clear.
      const document = new Uint8Array(template);
      randomFillSync(document, fresh, freshBytes);
      samples.get(name)?.push(await cpuMsOf(() => way(document)));
    }
  }
  const summaries = [...samples].map(([name, all]) => [name, summed(all)] as const);
  return Object.fromEntries(summaries);
}

function summed(samples: readonly number[]) {
  // The first ones pay for compiling; of a few large files at least the first does.
  const cold = Math.min(coldCount, Math.ceil(samples.length / 5));
  const warm = samples.slice(cold);
  return {
    cold: summaryOf(samples.slice(0, cold)),
    warm: { ...summaryOf(warm), min: rounded(Math.min(...warm)) },
  };
}

/** The house's ways, the least that must be done, and a peer by its documented call. */
async function waysToSign() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signer = softSigner(privateKey);
  const certificate = await selfSigned(signer);
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  const scheme = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, scheme, false, ['sign']);
  const peerSigner = new CryptoKeySigner(key, certificate, 'RSA', 'RSASSA-PKCS1-v1_5');
  const place = { is: 'new', field: 'borrower', page: 1, rect: [0, 0, 0, 0] } as const;
  const parts = { engine: nodeEngine, clock: systemClock };
  const stamps = stampsBy(await stampingAuthority());
  const order = (document: Uint8Array) => ({ document, place, signer, certificate });
  return {
    engine: (document: Uint8Array) => signDocument(order(document), parts),
    appended: (document: Uint8Array) => signAppended(order(document), parts),
    stamped: (document: Uint8Array) => signDocument(order(document), { ...parts, stamps }),
    floor: async (document: Uint8Array) =>
      signRaw('sha256', await nodeEngine.digest('sha256', document), privateKey),
    peer: async (document: Uint8Array) => (await PDF.load(document)).sign({ signer: peerSigner }),
  };
}

/** Signatures and stamps per second of CPU, over messages of the usual size of attributes. */
async function rates() {
  const sm2 = softSigner(generateSoftKey('sm2'));
  const authority = await stampingAuthority();
  const request = buildRequest({
    imprint: { hash: 'sha256', digest: randomBytes(32) },
    nonce: 7n,
  });
  const message = randomBytes(attributesBytes);
  return {
    sm2: await perCpuSecond(() => sm2.sign(message)),
    stamps: await perCpuSecond(() => authority.answer(request)),
  };
}

async function perCpuSecond(once: () => Promise<unknown>): Promise<number> {
  for (let round = 0; round < rateRounds / 4; round += 1) await once();
  const ms = await cpuMsOf(async () => {
    for (let round = 0; round < rateRounds; round += 1) await once();
  });
  return Math.round((1_000 * rateRounds) / ms);
}

/** An authority with a P-256 key in this process. */
async function stampingAuthority(): Promise<TimestampAuthority> {
  const signer = softSigner(generateSoftKey('p256'));
  const purpose = extendedKeyUsage(true, purposeOid.timeStamping);
  const hours = { putOnce: () => Promise.resolve(), list: () => Promise.resolve([]) };
  return new TimestampAuthority({
    certificate: readCertificate(await selfSigned(signer, [purpose])),
    signer,
    policy: testStampPolicy,
    guard: new ClockGuard({ clock: systemClock, elapsedMs: () => performance.now(), hours }),
    engine: nodeEngine,
    random: systemRandom,
  });
}

function stampsBy(authority: TimestampAuthority): StampLines {
  return new StampLines({
    lines: [{ ask: (request) => authority.answer(request) }],
    anchors: [],
    pool: [],
    engine: nodeEngine,
    clock: systemClock,
    random: systemRandom,
  });
}

async function selfSigned(signer: Signer, more: readonly Extension[] = []): Promise<Uint8Array> {
  const name = buildName([['commonName', 'Fubie TEST bench – NOT LICENSED']]);
  const now = systemClock.now();
  const draft = {
    serial: Uint8Array.of(1),
    issuer: name,
    subject: name,
    notBefore: now,
    notAfter: addSeconds(now, 86_400),
    publicKey: signer.publicKey,
    extensions: [basicConstraints(false), keyUsage('digitalSignature'), ...more],
  };
  return (await buildCertificate(draft, signer)).der;
}

function noiseBytes({ bytes, objects }: Size): number {
  return Math.max(1, Math.floor(bytes / objects) - 60);
}

/** One page, and as many streams of noise as make up the size; a classic table. */
function makePdf(size: Size): Buffer {
  const { objects } = size;
  const noise = noiseBytes(size);
  const heads = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>',
  ];
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let at = parts[0]?.length ?? 0;
  const all = randomBytes(noise * Math.max(0, objects - heads.length));
  for (let number = 1; number <= objects; number += 1) {
    const head = heads[number - 1];
    const from = (number - heads.length - 1) * noise;
    const body =
      head === undefined
        ? [`<< /Length ${noise} >>\nstream\n`, all.subarray(from, from + noise), '\nendstream']
        : [head];
    const object = [`${number} 0 obj\n`, ...body, '\nendobj\n'].map((one) => Buffer.from(one));
    offsets.push(at);
    for (const part of object) at += part.length;
    parts.push(...object);
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects + 1}\n0000000000 65535 f \n${rows}`;
  const trailer = `trailer\n<< /Size ${objects + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(table + trailer)]);
}
