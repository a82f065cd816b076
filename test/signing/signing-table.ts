/**
 * People with keys of every kind, an authority with an intermediate, a clock that stamps: what is
 * needed to sign a document, raise it to B-LTA and renew it.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, fromLatin1 } from '#base/bytes';
import { addSeconds, type Clock, type Instant, parseInstant, systemClock } from '#base/clock';
import type { Signer, SigningAlgorithm } from '#formats/crypto';
import { buildGranted, buildToken, parseRequest } from '#formats/tsp';
import {
  basicConstraints,
  buildCertificate,
  buildCrl,
  buildName,
  type Certificate,
  type Extension,
  extendedKeyUsage,
  keyIdentifier,
  keyUsage,
  noRevAvail,
  purposeOid,
  writePem,
} from '#formats/x509';
import { LongTerm, type ProofMaterial, type SigningOrder, signDocument } from '#trust/signing';

/** Somebody with a key and a certificate for it. */
export interface Holder {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

/** Where somebody signs, and how. */
type SigningWish = Pick<SigningOrder, 'place' | 'restrictions' | 'face' | 'isGm'>;

interface Revoked {
  readonly serial: string;
  readonly at: Instant;
}

const daySeconds = 86_400;
const yearSeconds = 365 * daySeconds;
const crlSeconds = 30 * daySeconds;
const ca: readonly Extension[] = [basicConstraints(true, null), keyUsage('keyCertSign', 'cRLSign')];
const person: readonly Extension[] = [basicConstraints(false), keyUsage('contentCommitment')];
const stamping: readonly Extension[] = [
  keyUsage('digitalSignature'),
  extendedKeyUsage(true, purposeOid.timeStamping),
];

export const keyMakers: Readonly<Record<string, () => Signer>> = {
  'ecdsa-sha256': () => softSigner(generateSoftKey('p256')),
  'ecdsa-sha384': () =>
    softSigner(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey),
  ed25519: () => softSigner(generateSoftKey('ed25519')),
  'rsa-pkcs1-sha256': () => softSigner(rsaKey()),
  'rsa-pss-sha256-sha256-32': () => softSigner(rsaKey(), { pss: true }),
  'sm2-sm3': () => softSigner(generateSoftKey('sm2')),
} satisfies Partial<Record<SigningAlgorithm, () => Signer>>;

let madeRsaKey: KeyObject | undefined;

/** Made once: two primes take longer than all the rest of a test. */
function rsaKey(): KeyObject {
  madeRsaKey ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return madeRsaKey;
}

export class SigningTable {
  now: Instant = parseInstant('2026-11-21T10:00:00.000+08:00');
  readonly clock: Clock = { now: () => this.now, source: 'LOCAL_CLOCK' };
  readonly root: Holder;
  readonly issuing: Holder;
  /** What the stamping line does instead of answering, when it is broken. */
  broken: (() => never) | undefined;
  readonly #revoked: Revoked[] = [];
  #clockHolder: Holder | undefined;
  #serial = 0x4000;

  private constructor(root: Holder, issuing: Holder) {
    this.root = root;
    this.issuing = issuing;
  }

  static async open(): Promise<SigningTable> {
    const from = parseInstant('2026-01-01T00:00:00.000+08:00');
    const life = { from, to: addSeconds(from, 20 * yearSeconds), extensions: ca };
    const root = await certify(undefined, { name: 'TEST root', serial: 1, ...life });
    const issuing = await certify(root, { name: 'TEST issuing', serial: 2, ...life });
    const bench = new SigningTable(root, issuing);
    await bench.renewClock();
    return bench;
  }

  /** A new stamping key, as authorities change theirs before the old one ends. */
  async renewClock(years = 3): Promise<void> {
    this.#clockHolder = await this.#certify('TEST TSA', { seconds: years * yearSeconds }, stamping);
  }

  /** `event`: ten minutes, and its authority says that it will never be revoked (RFC 9608). */
  person(algorithm: string, kind: 'event' | 'lasting' = 'lasting'): Promise<Holder> {
    const make = keyMakers[algorithm];
    if (make === undefined) throw new TypeError(algorithm);
    const extensions = kind === 'event' ? [...person, noRevAvail()] : person;
    const seconds = kind === 'event' ? 600 : yearSeconds;
    return this.#certify(`Signer ${algorithm}`, { seconds, signer: make() }, extensions);
  }

  /** A clock with a key of another kind than the table's own. */
  clockWith(algorithm: string): Promise<Holder> {
    const signer = keyMakers[algorithm]?.();
    if (signer === undefined) throw new TypeError(algorithm);
    return this.#certify(`TSA ${algorithm}`, { seconds: yearSeconds, signer }, stamping);
  }

  revoke({ certificate }: Holder): void {
    this.#revoked.push({ serial: certificate.serial, at: this.now });
  }

  /** Everything that can be fetched now; the lists are made in this very second. */
  async material(): Promise<ProofMaterial> {
    const listBy = async (by: Holder, revoked: readonly Revoked[]): Promise<Uint8Array> => {
      const draft = {
        issuer: by.certificate.subject,
        issuerKeyIdentifier: await keyIdentifier(by.certificate.publicKey, nodeEngine),
        number: BigInt(this.now),
        thisUpdate: this.now,
        nextUpdate: addSeconds(this.now, crlSeconds),
        revoked,
      };
      return (await buildCrl(draft, by.signer)).der;
    };
    return {
      anchors: [this.root.certificate.der],
      certificates: [this.issuing.certificate.der],
      crls: [await listBy(this.root, []), await listBy(this.issuing, this.#revoked)],
      ocsps: [],
    };
  }

  async stamp(bytes: Uint8Array): Promise<{ der: Uint8Array; time: Instant }> {
    this.broken?.();
    const by = this.#clockHolder;
    if (by === undefined) throw new TypeError('no clock');
    this.#serial += 1;
    const info = {
      policy: '2.999.1.1',
      imprint: { hash: 'sha256', digest: await nodeEngine.digest('sha256', bytes) },
      serial: this.#serial.toString(16),
      time: this.now,
      // As the house's own authority tells tokens of one millisecond apart.
      micros: this.#serial % 1_000,
      accuracyMs: 1_000,
      ordering: false,
      nonce: BigInt(this.#serial),
    } as const;
    return { der: await buildToken(info, { ...by, engine: nodeEngine }), time: this.now };
  }

  /** For a server that stamps over HTTP; `lying` answers with another's nonce. */
  async answer(request: Uint8Array, lying = false): Promise<Uint8Array> {
    const { imprint, nonce } = parseRequest(request);
    const by = this.#clockHolder;
    if (by === undefined) throw new TypeError('no clock');
    this.now = systemClock.now();
    this.#serial += 1;
    const info = {
      policy: '2.999.1.1',
      imprint,
      serial: this.#serial.toString(16),
      time: this.now,
      accuracyMs: 1_000,
      ordering: false,
      nonce: lying ? 7n : nonce,
    };
    return buildGranted(await buildToken(info, { ...by, engine: nodeEngine }));
  }

  /** A lasting certificate for somebody's own key. */
  async certify(name: string, signer: Signer): Promise<Certificate> {
    const { certificate } = await this.#certify(name, { seconds: yearSeconds, signer }, person);
    return certificate;
  }

  /** Into whatever place of the document. */
  signAt(document: Uint8Array, holder: Holder, wish: SigningWish): Promise<Uint8Array> {
    return this.#sign(document, holder, wish);
  }

  /** Into a new field without a face. */
  sign(document: Uint8Array, holder: Holder, field: string): Promise<Uint8Array> {
    return this.#sign(document, holder, {
      place: { is: 'new', field, page: 1, rect: [0, 0, 0, 0] },
    });
  }

  /** Into an empty field that the document has. */
  fill(document: Uint8Array, holder: Holder, field: string): Promise<Uint8Array> {
    return this.#sign(document, holder, { place: { is: 'field', field } });
  }

  async raise(document: Uint8Array, level?: 'B-LT' | 'B-LTA'): Promise<Uint8Array> {
    const longTerm = new LongTerm({ engine: nodeEngine, stamps: this });
    return longTerm.raise(document, await this.material(), level);
  }

  pass(seconds: number): void {
    this.now = addSeconds(this.now, seconds);
  }

  /** A trust folder that knows the root, for signing and for stamping. */
  trust(): ReadonlyMap<string, Uint8Array> {
    const pem = new TextEncoder().encode(writePem('CERTIFICATE', this.root.certificate.der));
    return new Map([
      ['ca.pem', pem],
      ['tsa.pem', pem],
    ]);
  }

  #sign(
    document: Uint8Array,
    { signer, certificate }: Holder,
    wish: SigningWish,
  ): Promise<Uint8Array> {
    const chain = [this.issuing.certificate.der];
    return signDocument(
      { document, ...wish, signer, certificate: certificate.der, chain },
      { engine: nodeEngine, clock: this.clock, stamps: this },
    );
  }

  #certify(
    name: string,
    wish: { readonly seconds: number; readonly signer?: Signer },
    extensions: readonly Extension[],
  ): Promise<Holder> {
    this.#serial += 1;
    const to = addSeconds(this.now, wish.seconds);
    const { signer } = wish;
    const own = signer === undefined ? {} : { signer };
    const draft = { name, serial: this.#serial, from: this.now, to, extensions, ...own };
    return certify(this.issuing, draft);
  }
}

async function certify(
  by: Holder | undefined,
  wish: {
    readonly name: string;
    readonly serial: number;
    readonly from: Instant;
    readonly to: Instant;
    readonly extensions: readonly Extension[];
    readonly signer?: Signer;
  },
): Promise<Holder> {
  const signer = wish.signer ?? softSigner(generateSoftKey('p256'));
  const subject = buildName([['commonName', wish.name]]);
  const draft = {
    serial: Uint8Array.of(wish.serial >> 8, wish.serial & 0xff).filter((byte, at) => byte + at > 0),
    issuer: by?.certificate.subject ?? subject,
    subject,
    notBefore: wish.from,
    notAfter: wish.to,
    publicKey: signer.publicKey,
    extensions: wish.extensions,
  };
  return { certificate: await buildCertificate(draft, by?.signer ?? signer), signer };
}

const bodies = [
  '<< /Type /Catalog /Pages 2 0 R >>',
  '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>',
  '<< /Length 16 >>\nstream\nBT ET % 5,000.00\nendstream',
];

/** One page that ends in a classic table or in a cross-reference stream. */
export function onePage(
  shape: 'table' | 'stream',
  objects: readonly string[] = bodies,
): Uint8Array {
  let text = '%PDF-1.7\n';
  const offsets = objects.map((body, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const end = `\nstartxref\n${text.length}\n%%EOF\n`;
  const size = objects.length + 1;
  if (shape === 'table') {
    const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
    const table = `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`;
    return fromLatin1(`${text}${table}trailer\n<< /Size ${size} /Root 1 0 R >>${end}`);
  }
  const rows = [...offsets, text.length].flatMap((at) => [1, at >> 8, at & 0xff, 0]);
  const data = Uint8Array.of(0, 0, 0, 0, ...rows);
  const dict = `/Type /XRef /Size ${size + 1} /Root 1 0 R /W [1 2 1] /Length ${data.length}`;
  const head = fromLatin1(`${text}${size} 0 obj\n<< ${dict} >>\nstream\n`);
  return concat(head, data, fromLatin1(`\nendstream\nendobj${end}`));
}

/** One page with an empty signature field for each name, prepared before anybody signs. */
export function preparedFields(names: readonly string[], more = ''): Uint8Array {
  const refs = names.map((_, at) => `${5 + at} 0 R`).join(' ');
  const fields = names.map((name, at) => {
    const rect = `[${20 + 40 * at} 20 ${50 + 40 * at} 50]`;
    return `<< /Type /Annot /Subtype /Widget /FT /Sig /T (${name}) /F 4 /P 3 0 R /Rect ${rect} ${more}>>`;
  });
  const [, pages = '', page = '', content = ''] = bodies;
  return onePage('table', [
    `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${refs}] >> >>`,
    pages,
    page.replace('/Contents', `/Annots [${refs}] /Contents`),
    content,
    ...fields,
  ]);
}

/** Three signatures of three kinds, B-LTA, and the trust folder to judge it with. */
export async function archivedDocument(): Promise<{
  readonly bytes: Uint8Array;
  readonly trust: ReadonlyMap<string, Uint8Array>;
}> {
  const bench = await SigningTable.open();
  let bytes = onePage('table');
  for (const algorithm of ['ecdsa-sha256', 'rsa-pkcs1-sha256', 'ed25519']) {
    bytes = await bench.sign(bytes, await bench.person(algorithm), algorithm);
    bench.pass(1);
  }
  return { bytes: await bench.raise(bytes), trust: bench.trust() };
}
