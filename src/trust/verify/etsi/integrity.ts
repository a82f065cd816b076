/**
 * Identification of the signing certificate (ETSI EN 319 102-1 §5.2.3) and cryptographic
 * verification (§5.2.7): whose signature is this, and is it over this content?
 *
 * Neither depends on a time or on trust, so both are done once for each signature of a file.
 */
import {
  type CmsFacts,
  type CmsFinding,
  type CmsSigner,
  checkSigner,
  type DetachedContent,
} from '#formats/cms';
import type { Engine, HashName, SignatureAlgorithm } from '#formats/crypto';
import type { Certificate } from '#formats/x509';
import type { FlawCode } from '../report/flaws.ts';
import type { Doubt } from './doubt.ts';

/** A signature value and what it was made with. */
export interface SignedValue {
  readonly signature: Uint8Array;
  /** Undefined where the engine knows no such algorithm; `name` says which it is. */
  readonly algorithm: SignatureAlgorithm | undefined;
  readonly hash: HashName | undefined;
  readonly name: string;
}

/** What can be said of a signature without a time and without trust. */
export interface Integrity {
  readonly value: SignedValue;
  readonly certificate: Certificate | undefined;
  readonly doubts: readonly Doubt[];
}

const codes: Partial<Record<CmsFinding, FlawCode>> = {
  signature_broken: 'signature_wrong',
  digest_differs: 'digest_differs',
  content_type_differs: 'content_type_differs',
  content_type_missing: 'content_type_differs',
  content_is_attributes: 'content_type_differs',
  signing_certificate_differs: 'signer_certificate_differs',
  algorithm_protection_differs: 'cms_malformed',
  attribute_malformed: 'cms_malformed',
  message_digest_missing: 'cms_malformed',
  signer_certificate_missing: 'signer_certificate_missing',
  signer_certificate_unreadable: 'signer_certificate_missing',
  algorithm_unknown: 'algorithm_not_supported',
  algorithm_unsupported: 'algorithm_not_supported',
  content_missing: 'content_missing',
};

/** `content` is what a detached signature must be over; attached ones bring their own. */
export async function judgeIntegrity(
  check: {
    readonly message: CmsFacts;
    readonly signer: CmsSigner;
    readonly content?: DetachedContent | undefined;
    readonly certificates: readonly Uint8Array[];
    /** RFC 5652 §11.4: a counter-signature names no type of content. */
    readonly isCounter?: boolean;
  },
  engine: Engine,
): Promise<Integrity> {
  const { message, signer, content, certificates, isCounter = false } = check;
  const given = { message, signer, ...(content === undefined ? {} : { content }) };
  const own = await checkSigner(given, engine);
  // As a rule the message holds its signer's certificate; to read all others too would cost more
  // than everything else.
  const isMissing = own.certificate === undefined && certificates.length > 0;
  const { certificate, findings } = isMissing
    ? await checkSigner({ ...given, certificates }, engine)
    : own;
  const doubts = findings.flatMap(({ code, detail }): Doubt[] => {
    const flaw = isCounter && code === 'content_type_missing' ? undefined : codes[code];
    return flaw === undefined ? [] : [{ code: flaw, detail: `${code} ${detail}`.trim() }];
  });
  return { value: valueOf(signer), certificate, doubts: [...doubts, ...curveDoubts(signer)] };
}

function valueOf({ signature, algorithm, algorithmOid, digestAlgorithm }: CmsSigner): SignedValue {
  return { signature, algorithm, hash: digestAlgorithm, name: algorithm ?? algorithmOid };
}

/** RFC 8419 §3: with signed attributes, Ed448 goes with SHAKE256 and Ed25519 with SHA-512. */
function curveDoubts({
  algorithm,
  digestAlgorithm,
  signedAttributes,
}: CmsSigner): readonly Doubt[] {
  const wanted = { ed25519: 'sha512', ed448: 'shake256' } as const;
  if (signedAttributes === undefined) return [];
  if (algorithm !== 'ed25519' && algorithm !== 'ed448') return [];
  if (digestAlgorithm === undefined || digestAlgorithm === wanted[algorithm]) return [];
  return [{ code: 'algorithm_unsuitable', detail: `${algorithm} with ${digestAlgorithm}` }];
}

/**
 * A content that is held as bytes, for a detached signature; or made anew for each digest, where
 * the copies for all signatures of a large file would fill the memory.
 */
export function contentOf(held: Uint8Array | (() => Uint8Array), engine: Engine): DetachedContent {
  const bytes = typeof held === 'function' ? held : (): Uint8Array => held;
  // Many stamps may be over one large content: each digest is computed once.
  const known = new Map<HashName, Promise<Uint8Array>>();
  const digest = (hash: HashName): Promise<Uint8Array> => {
    const found = known.get(hash) ?? engine.digest(hash, bytes());
    known.set(hash, found);
    return found;
  };
  return { digest, bytes };
}
