/**
 * Raises a signed and stamped PDF to the levels that last (ETSI EN 319 142-1 §6): B-LT keeps with
 * it what is needed to judge it when nobody can be asked any more, B-LTA puts a time stamp over
 * all of it. Done again years later, it renews: each stamp carries those before it.
 *
 * Only appended, never a byte rewritten; and fail-closed: what cannot be shown in full is a Fault,
 * and the document stays the valid B-T document that it was.
 */
import { toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  appendSecurityStore,
  embedSignature,
  openToSign,
  type PdfFile,
  prepareDocTimeStamp,
  type RelatedProofs,
  readDss,
  readSignatures,
  signedBytes,
} from '#formats/pdf';
import { type Anchor, buildPath, judgeRevocation, PathMemory } from '#formats/pkix';
import {
  type Certificate,
  certificateIfReadable,
  purposeOid,
  readCertificate,
} from '#formats/x509';
import { changesAfter } from './earlier.ts';
import type { Stamper } from './ports.ts';
import { type ProvedKey, provedKeys } from './proved-keys.ts';

/** What is known of certificates and their revocation on the day of raising; DER each. */
export interface ProofMaterial {
  /** The roots at which every chain must end. */
  readonly anchors: readonly Uint8Array[];
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
}

export interface LongTermParts {
  readonly engine: Engine;
  readonly stamps: Stamper;
}

export class LongTerm {
  readonly #parts: LongTermParts;

  constructor(parts: LongTermParts) {
    this.#parts = parts;
  }

  /**
   * The document with a further store, and for B-LTA with a stamp over it. Refuses with
   * signing.nothing_signed, signing.stamp_missing, signing.signature_differs,
   * signing.earlier_broken, signing.chain_incomplete, signing.certificate_revoked,
   * signing.revocation_missing, and
   * with `timestamp.*` where the stamp did not come.
   */
  async raise(
    document: Uint8Array,
    material: ProofMaterial,
    level: 'B-LT' | 'B-LTA' = 'B-LTA',
  ): Promise<Uint8Array> {
    const { engine, stamps } = this.#parts;
    const file = await openToSign(document, engine);
    const stored = await appendSecurityStore(file, await this.#proofs(file, material));
    if (level === 'B-LT') return stored;
    const prepared = prepareDocTimeStamp(await openToSign(stored, engine));
    const { byteRange, bytes } = prepared;
    const stamp = await stamps.stamp(signedBytes(bytes, byteRange));
    return embedSignature(bytes, byteRange, stamp.der);
  }

  async #proofs(file: PdfFile, material: ProofMaterial): Promise<readonly RelatedProofs[]> {
    const { engine } = this.#parts;
    const signatures = readSignatures(file);
    if (signatures.length === 0) throw new Fault('signing.nothing_signed');
    await requireUnchanged(file.bytes, engine);
    const held = await readDss(file);
    const known = {
      anchors: material.anchors.map((der) => anchorOf(der)),
      certificates: [...held.certificates, ...material.certificates],
      crls: [...held.crls, ...material.crls],
      ocsps: [...held.ocsps, ...material.ocsps],
    };
    const collector = new Collector(known, engine);
    const proofs: RelatedProofs[] = [];
    for (const signature of signatures) {
      const keys = await provedKeys(file, signature, engine);
      const found = [];
      for (const key of keys) found.push(await collector.proofsOf(key, signature.field));
      proofs.push({
        signature,
        certificates: distinct(found.flatMap(({ certificates }) => certificates)),
        crls: distinct(found.flatMap(({ crls }) => crls)),
        ocsps: distinct(found.flatMap(({ ocsps }) => ocsps)),
      });
    }
    return proofs;
  }
}

type Proofs = Omit<RelatedProofs, 'signature'>;

interface Known extends Proofs {
  readonly anchors: readonly Anchor[];
}

/** Chains and revocation of one key after another, out of one pile of material. */
class Collector {
  readonly #known: Known;
  readonly #engine: Engine;
  readonly #memory: PathMemory;
  readonly #pool: readonly Certificate[];

  constructor(known: Known, engine: Engine) {
    this.#known = known;
    this.#engine = engine;
    this.#memory = new PathMemory(engine);
    this.#pool = readable(known.certificates);
  }

  /** The chain of a key that signed at a time, and the word on each of its certificates. */
  async proofsOf(key: ProvedKey, field: string): Promise<Proofs> {
    const { anchors } = this.#known;
    const { certificate: target, at, isStamp } = key;
    const verdict = await buildPath({
      target,
      anchors,
      pool: [...this.#pool, ...readable(key.bag)],
      at,
      ...(isStamp ? { purposes: [purposeOid.timeStamping] } : {}),
      engine: this.#engine,
      memory: this.#memory,
    });
    if (verdict.is !== 'valid') {
      const { code } = verdict.because;
      throw new Fault('signing.chain_incomplete', { field, because: code });
    }
    const path = verdict.path.certificates;
    const crls: Uint8Array[] = [];
    const ocsps: Uint8Array[] = [];
    for (const [place, certificate] of path.entries()) {
      const issuer = path[place + 1];
      if (issuer === undefined) break;
      const list = await this.#wordOn({ certificate, issuer }, { at, field });
      for (const { kind, der } of list) (kind === 'crl' ? crls : ocsps).push(der);
    }
    return { certificates: path.map(({ der }) => der), crls, ocsps };
  }

  /**
   * Issued after the stamp (EN 319 102-1 §5.2.5): a list from before it cannot know of a theft that
   * was reported just before. A certificate that says there will be none has none (RFC 9608).
   */
  async #wordOn(
    of: { readonly certificate: Certificate; readonly issuer: Certificate },
    { at, field }: { readonly at: Instant; readonly field: string },
  ): Promise<readonly { readonly kind: 'crl' | 'ocsp'; readonly der: Uint8Array }[]> {
    const { anchors, crls, ocsps } = this.#known;
    const said = await judgeRevocation({
      ...of,
      crls,
      ocsps,
      at,
      engine: this.#engine,
      pool: this.#pool,
      anchors,
      later: 'accepted',
      memory: this.#memory,
    });
    if (said.is === 'never_revoked') return [];
    const { serial } = of.certificate;
    if (said.is === 'unknown') {
      throw new Fault('signing.revocation_missing', { field, serial, because: said.because });
    }
    if (said.is === 'revoked' && said.from <= at) {
      throw new Fault('signing.certificate_revoked', { field, serial });
    }
    const { source } = said;
    if (source.thisUpdate < at) {
      throw new Fault('signing.revocation_missing', { field, serial, because: 'before_stamp' });
    }
    if (source.signerMustBeChecked) {
      throw new Fault('signing.revocation_missing', { field, serial, because: 'responder' });
    }
    const delta = source.delta === undefined ? [] : [{ kind: source.kind, der: source.delta }];
    return [{ kind: source.kind, der: source.der }, ...delta];
  }
}

/** What came after a signature against its will would not become valid by being kept longer. */
async function requireUnchanged(document: Uint8Array, engine: Engine): Promise<void> {
  const broken = (await changesAfter(document, engine)).find(({ is }) => is === 'forbidden');
  if (broken === undefined) return;
  const { field, because = '' } = broken;
  throw new Fault('signing.earlier_broken', { field, because });
}

function anchorOf(der: Uint8Array): Anchor {
  return { certificate: readCertificate(der), applies: 'key' };
}

function readable(ders: readonly Uint8Array[]): Certificate[] {
  return ders.flatMap((der) => certificateIfReadable(der) ?? []);
}

function distinct(ders: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map(ders.map((der) => [toHex(der), der])).values()];
}
