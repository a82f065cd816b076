/**
 * The ways that one signature is made in this process, and the files they are measured with:
 * RSA-2048 with SHA-256, from bytes to bytes.
 */
import { generateKeyPairSync, randomBytes, sign as signRaw } from 'node:crypto';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { addSeconds, type Clock, systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { Signer } from '#formats/crypto';
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
import { signAppended, signDocument, signingRoomBytes } from '#trust/signing';
import { ClockGuard, StampLines, TimestampAuthority, testStampPolicy } from '#trust/timestamp';
import { asDocumented, keptSigner } from './peers/libpdf.ts';

/** `share`: of the files wished for, how many of this size. */
export const sizes = [
  { name: '100 KB', bytes: 100_000, objects: 45, share: 1 },
  { name: '1 MB', bytes: 1_000_000, objects: 125, share: 0.25 },
  { name: '20 MB', bytes: 19_800_000, objects: 600, share: 0.05 },
  { name: '126,000 objects', bytes: 20_300_000, objects: 126_000, share: 0.05 },
] as const;

export type Size = (typeof sizes)[number];
/** One way to sign; the room begins with the document, as who reads a file into it has it. */
export type Way = (document: Uint8Array, room: Uint8Array) => Promise<unknown>;
export type Ways = Readonly<Record<string, Way>>;

/** The house's ways, the least that must be done, and a peer by its documented calls. */
export async function waysToSign() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signer = softSigner(privateKey);
  const certificate = await selfSigned(signer);
  const place = { is: 'new', field: 'borrower', page: 1, rect: [0, 0, 0, 0] } as const;
  const parts = { engine: nodeEngine, clock: systemClock };
  const stamps = stampsBy((await stampingAuthority()).authority);
  const order = (document: Uint8Array) => ({ document, place, signer, certificate });
  return {
    engine: (document: Uint8Array, room: Uint8Array) =>
      signDocument({ ...order(document), room }, parts),
    joined: (document: Uint8Array) => signDocument(order(document), parts),
    appended: (document: Uint8Array) => signAppended(order(document), parts),
    stamped: (document: Uint8Array, room: Uint8Array) =>
      signDocument({ ...order(document), room }, { ...parts, stamps }),
    floor: async (document: Uint8Array) =>
      signRaw('sha256', await nodeEngine.digest('sha256', document), privateKey),
    peer: keptSigner(privateKey, certificate),
    peerAsDocumented: asDocumented(privateKey, certificate),
  };
}

/** An authority with a P-256 key in this process. */
export async function stampingAuthority(clock: Clock = systemClock) {
  const signer = softSigner(generateSoftKey('p256'));
  const purpose = extendedKeyUsage(true, purposeOid.timeStamping);
  const hours = { putOnce: () => Promise.resolve(), list: () => Promise.resolve([]) };
  const certificate = readCertificate(await selfSigned(signer, [purpose]));
  const authority = new TimestampAuthority({
    keys: () => [{ certificate, signer }],
    policy: testStampPolicy,
    guard: new ClockGuard({ clock, elapsedMs: () => clock.now(), hours }),
    engine: nodeEngine,
    random: systemRandom,
  });
  return { authority, certificate };
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

export async function selfSigned(
  signer: Signer,
  more: readonly Extension[] = [],
): Promise<Uint8Array> {
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

/** A document in memory of its own with room for one signature behind it. */
export interface Placed {
  readonly document: Uint8Array;
  readonly room: Uint8Array;
}

export function inRoom(template: Uint8Array): Placed {
  const room = new Uint8Array(template.length + signingRoomBytes);
  room.set(template);
  return { document: room.subarray(0, template.length), room };
}

function noiseBytes({ bytes, objects }: Size): number {
  return Math.max(1, Math.floor(bytes / objects) - 60);
}

/** One page, and as many streams of noise as make up the size; a classic table. */
export function makePdf(size: Size): Buffer {
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
