/**
 * Judges a CMS signature: is it over this content, by the certificate it names (RFC 5652 §5.6,
 * RFC 5035 §3), and, for the house's own, is every byte of it in its only place.
 *
 * A signature leaves bytes uncovered: the bag, algorithm identifiers, lengths, unsigned attributes.
 * `checkStrictness` fixes them by writing the message again from its meaning and comparing, so a
 * changed byte anywhere is a broken signature, a differing stamp or a different message.
 */
import { equal } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import { type Certificate, certificateDigest } from '#formats/x509';
import { areOwnAttributes } from './attributes.ts';
import { buildSignedData, type SignedData, signerCertificate } from './signed-data.ts';

export type CmsFlaw =
  | 'signer_certificate_missing'
  | 'signed_attributes_missing'
  | 'content_type_differs'
  | 'digest_differs'
  | 'signing_certificate_differs'
  | 'signature_broken';

type CmsVerdict =
  | {
      readonly is: 'valid';
      readonly certificate: Certificate;
      /** Did the signer bind himself to this certificate (signingCertificateV2)? */
      readonly certificateBound: boolean;
    }
  | { readonly is: 'invalid'; readonly because: CmsFlaw };

type Strictness =
  | { readonly is: 'ours' }
  | { readonly is: 'different'; readonly at: number; readonly why: StrictnessFlaw };

type StrictnessFlaw =
  | 'certificate_bag'
  | 'signed_attributes'
  | 'signing_certificate_digest'
  | 'encoding';

/** `contentDigest` is the content's digest under `signed.signer.digestAlgorithm`. */
export async function verifySignedData(
  signed: SignedData,
  given: {
    readonly contentDigest: Uint8Array;
    /** Certificates that the caller has read, which are not read again. */
    readonly known?: readonly Certificate[];
  },
  engine: Engine,
): Promise<CmsVerdict> {
  const { signer } = signed;
  const certificate = signerCertificate(signed, given.known);
  if (certificate === undefined) return invalid('signer_certificate_missing');
  if (signer.signedAttributes === undefined) return invalid('signed_attributes_missing');
  if (signer.contentType !== signed.contentType) return invalid('content_type_differs');
  const digest = signer.messageDigest;
  if (digest === undefined || !equal(digest, given.contentDigest)) {
    return invalid('digest_differs');
  }
  const bound = signer.certificateDigest;
  if (bound !== undefined) {
    const actual = await certificateDigest(certificate, bound.hash, engine);
    if (!equal(actual, bound.digest)) return invalid('signing_certificate_differs');
  }
  const holds = await engine.verify({
    algorithm: signer.signatureAlgorithm,
    publicKey: certificate.publicKey,
    signature: signer.signature,
    message: signer.signedAttributes,
  });
  if (!holds) return invalid('signature_broken');
  return { is: 'valid', certificate, certificateBound: bound !== undefined };
}

/** Is the message byte for byte what `buildSignedData` writes for the same meaning? */
export async function checkStrictness(
  signed: SignedData,
  engine: Engine,
  known: readonly Certificate[] = [],
): Promise<Strictness> {
  const { signer } = signed;
  const certificate = signerCertificate(signed, known);
  if (certificate === undefined || signed.certificates.length !== 1) {
    return { is: 'different', at: 0, why: 'certificate_bag' };
  }
  const bound = signer.certificateDigest;
  if (
    signer.signedAttributes === undefined ||
    bound === undefined ||
    !areOwnAttributes(signer.signedAttributes)
  ) {
    return { is: 'different', at: 0, why: 'signed_attributes' };
  }
  if (!equal(await certificateDigest(certificate, 'sha256', engine), bound.digest)) {
    return { is: 'different', at: 0, why: 'signing_certificate_digest' };
  }
  const again = buildSignedData({
    certificate,
    signedAttributes: signer.signedAttributes,
    signature: signer.signature,
    ...(signer.timestampToken && { timestampToken: signer.timestampToken }),
    ...(signed.content && {
      encapsulated: { contentType: signed.contentType, content: signed.content },
    }),
  });
  if (equal(again, signed.der)) return { is: 'ours' };
  const at = signed.der.findIndex((byte, place) => byte !== again[place]);
  return { is: 'different', at: at === -1 ? signed.der.length : at, why: 'encoding' };
}

function invalid(because: CmsFlaw): CmsVerdict {
  return { is: 'invalid', because };
}
