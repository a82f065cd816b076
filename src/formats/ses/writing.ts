/**
 * Makes electronic seals and uses them: SESeal and SES_Signature of GB/T 38540-2020 §6 and §7
 * ("version 4"), DER to the letter, SM2 with SM3 alone.
 *
 * The keys are the maker's and the sealer's own; whoever they are is judged elsewhere.
 */
import { equal } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import {
  bitString,
  contextConstructed,
  generalizedTime,
  ia5String,
  integer,
  octetString,
  oid,
  sequence,
  utf8String,
} from '#formats/der';
import { type Certificate, readCertificate } from '#formats/x509';
import { readSeal, type Seal } from './seal.ts';

const version = 4;
const certificatesListed = 1; // CertListType: holders by their certificates
const sm2WithSm3 = oid('1.2.156.10197.1.501'); // GM/T 0006
const pictureBytesMax = 8 * 1024 * 1024;

/** What a maker of seals is told. */
export interface SealDraft {
  /** IA5: the maker's name, and the seal's own identifier. */
  readonly vendor: string;
  readonly id: string;
  readonly name: string;
  /** 1 for an organisation, 2 for a person, as makers number them. */
  readonly type: number;
  /** DER of the certificates that may seal. */
  readonly holders: readonly Uint8Array[];
  readonly createdAt: Instant;
  readonly validFrom: Instant;
  readonly validUntil: Instant;
  /** Sizes in millimetres; the format in lower case, for example svg, png or ofd. */
  readonly picture: {
    readonly format: string;
    readonly bytes: Uint8Array;
    readonly width: number;
    readonly height: number;
  };
}

/** Somebody with a key and the certificate for it. */
export interface SealKey {
  readonly signer: Signer;
  /** DER. */
  readonly certificate: Uint8Array;
}

/** The seal, signed by its maker; ses.unsuitable for what the standard has no place for. */
export async function makeSeal(draft: SealDraft, maker: SealKey): Promise<Uint8Array> {
  checkDraft(draft);
  const information = informationOf(draft);
  const certificate = certificateOf(maker);
  // §6.3: the maker signs the information alone.
  const signature = await maker.signer.sign(information);
  return sequence(information, octetString(certificate.der), sm2WithSm3, bitString(signature));
}

/** What a seal is put on: for OFD, Signature.xml and its path. */
export interface SealUse {
  /** DER of the seal. */
  readonly seal: Uint8Array;
  readonly data: Uint8Array;
  /** IA5: where the data is. */
  readonly property: string;
  readonly time: Instant;
}

/**
 * The signed value of one use. `stamp` is asked for an RFC 3161 token over the signature. Refuses
 * with ses.not_holder a certificate that the seal does not name, and with ses.unsuitable a time
 * outside the seal's life.
 */
export async function useSeal(
  use: SealUse,
  sealer: SealKey,
  parts: { readonly engine: Engine; readonly stamp?: (over: Uint8Array) => Promise<Uint8Array> },
): Promise<Uint8Array> {
  const seal = readSeal(use.seal);
  const certificate = certificateOf(sealer);
  requireHolder(seal, certificate);
  const { validFrom, validUntil } = seal;
  const lives = validFrom !== undefined && validUntil !== undefined;
  if (!lives || use.time < validFrom || use.time > validUntil) throw unsuitable('time');
  const toSign = sequence(
    integer(version),
    seal.der,
    generalizedTime(use.time),
    bitString(await parts.engine.digest('sm3', use.data)),
    ia5String(use.property),
  );
  const signature = await sealer.signer.sign(toSign);
  const token = await parts.stamp?.(signature);
  return sequence(
    toSign,
    octetString(certificate.der),
    sm2WithSm3,
    bitString(signature),
    ...(token === undefined ? [] : [contextConstructed(0, bitString(token))]),
  );
}

function informationOf(draft: SealDraft): Uint8Array {
  const { picture } = draft;
  return sequence(
    sequence(ia5String('ES'), integer(version), ia5String(draft.vendor)),
    ia5String(draft.id),
    sequence(
      integer(draft.type),
      utf8String(draft.name),
      integer(certificatesListed),
      sequence(...draft.holders.map((der) => octetString(der))),
      generalizedTime(draft.createdAt),
      generalizedTime(draft.validFrom),
      generalizedTime(draft.validUntil),
    ),
    sequence(
      ia5String(picture.format),
      octetString(picture.bytes),
      integer(picture.width),
      integer(picture.height),
    ),
  );
}

function checkDraft({ holders, picture, validFrom, validUntil }: SealDraft): void {
  if (holders.length === 0) throw unsuitable('holders');
  if (validFrom > validUntil) throw unsuitable('time');
  const { bytes, width, height } = picture;
  const isSized = [width, height].every((side) => Number.isSafeInteger(side) && side > 0);
  if (!isSized || bytes.length === 0 || bytes.length > pictureBytesMax) throw unsuitable('picture');
}

function certificateOf({ signer, certificate: der }: SealKey): Certificate {
  const certificate = readCertificate(der);
  const isSame = equal(certificate.publicKey, signer.publicKey);
  if (signer.algorithm !== 'sm2-sm3' || !isSame) throw unsuitable('key');
  return certificate;
}

function requireHolder(seal: Seal, certificate: Certificate): void {
  const isHolder = seal.holders.some(
    (holder) => holder.by === 'certificate' && equal(holder.der, certificate.der),
  );
  if (!isHolder) throw new Fault('ses.not_holder', { seal: seal.id });
}

function unsuitable(why: string): Fault {
  return new Fault('ses.unsuitable', { why });
}
