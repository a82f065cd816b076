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
import { nodeEngine, softSigner } from '#adapters/engine';
import { addSeconds, systemClock } from '#base/clock';
import type { Signer } from '#formats/crypto';
import { basicConstraints, buildCertificate, buildName, keyUsage } from '#formats/x509';
import { signDocument } from '#trust/signing';
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

type Size = (typeof sizes)[number];
type Way = (document: Uint8Array) => Promise<unknown>;

export async function run(args: readonly string[], say: (line: string) => void) {
  const at = args.indexOf('--files');
  const files = at < 0 ? 200 : Number(args[at + 1]);
  const { engine, floor, peer } = await ways();
  const measured = [];
  for (const size of sizes) {
    const count = Math.max(filesMin, Math.round(files * size.share));
    const ours = await measure(engine, size, count);
    const least = await measure(floor, size, count);
    const libpdf = args.includes('--no-peers') ? undefined : await measure(peer, size, count);
    const ratio = rounded(ours.warm.p50 / least.warm.p50);
    const told = { size: size.name, files: count, ours, floor: least, ratio, libpdf };
    const beside = libpdf === undefined ? '' : `, @libpdf/core ${libpdf.warm.p50}`;
    say(`${size.name}: ${ours.warm.p50} CPU ms, floor ${least.warm.p50}${beside}`);
    measured.push(told);
  }
  const rssMb = Math.round(process.resourceUsage().maxRSS / 1024);
  return { settings: { files, coldCount }, load: loadavg(), peakRssMb: rssMb, measured };
}

async function measure(way: Way, size: Size, count: number) {
  const samples: number[] = [];
  const template = makePdf(size);
  const fresh = template.indexOf('stream\n') + 'stream\n'.length;
  for (let file = 0; file < count; file += 1) {
    // Another file each time, made without garbage that the measured way would have to clear.
    const document = new Uint8Array(template);
    randomFillSync(document, fresh, freshBytes);
    samples.push(await cpuMsOf(() => way(document)));
  }
  // The first ones pay for compiling; of a few large files at least the first does.
  const cold = Math.min(coldCount, Math.ceil(count / 5));
  return { cold: summaryOf(samples.slice(0, cold)), warm: summaryOf(samples.slice(cold)) };
}

/** The house's way, the least that must be done, and a peer by its documented call. */
async function ways(): Promise<{ engine: Way; floor: Way; peer: Way }> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signer = softSigner(privateKey);
  const certificate = await selfSigned(signer);
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  const scheme = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, scheme, false, ['sign']);
  const peerSigner = new CryptoKeySigner(key, certificate, 'RSA', 'RSASSA-PKCS1-v1_5');
  const place = { is: 'new', field: 'borrower', page: 1, rect: [0, 0, 0, 0] } as const;
  const parts = { engine: nodeEngine, clock: systemClock };
  return {
    engine: (document) => signDocument({ document, place, signer, certificate }, parts),
    floor: async (document) =>
      signRaw('sha256', await nodeEngine.digest('sha256', document), privateKey),
    peer: async (document) => (await PDF.load(document)).sign({ signer: peerSigner }),
  };
}

async function selfSigned(signer: Signer): Promise<Uint8Array> {
  const name = buildName([['commonName', 'Fubie TEST bench – NOT LICENSED']]);
  const now = systemClock.now();
  const draft = {
    serial: Uint8Array.of(1),
    issuer: name,
    subject: name,
    notBefore: now,
    notAfter: addSeconds(now, 86_400),
    publicKey: signer.publicKey,
    extensions: [basicConstraints(false), keyUsage('digitalSignature')],
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
