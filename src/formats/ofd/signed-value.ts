/**
 * Judges SignedValue.dat, in the four shapes it has: a seal's use (GB/T 38540, GM/T 0031), a CMS
 * message (GB/T 35275), a bare SM2 signature in DER, and r ‖ s.
 */
import { equal } from '#base/bytes';
import type { Instant } from '#base/clock';
import { ifReadable } from '#base/fault';
import {
  type CheckedSigner,
  type CmsFacts,
  type CmsSigner,
  checkSigner,
  engineSignature,
  signedDataIfReadable,
} from '#formats/cms';
import { digestBytes, type Engine, type HashName, type SignatureAlgorithm } from '#formats/crypto';
import {
  checkSealSignature,
  readSealSignature,
  type SealSignature,
  sealAlgorithm,
} from '#formats/ses';
import { sm2SignatureFromDer } from '#formats/sm2';
import { certificateIfReadable } from '#formats/x509';
import { finding, type OfdFinding } from './findings.ts';

/** What the value is, who signed, and what was found. */
export interface JudgedValue {
  readonly kind: 'GB/T 38540' | 'GM/T 0031' | 'GB/T 35275' | 'bare' | 'unknown';
  /** DER of the signer's certificate; undefined if the file does not hold it. */
  readonly certificate: Uint8Array | undefined;
  /** DER of certificates found beside it. */
  readonly certificates: readonly Uint8Array[];
  readonly seal: SealSignature | undefined;
  /** The engine's name of the algorithm, or an identifier it does not know. */
  readonly algorithm: string;
  /** The same where the engine knows it, with the digest of the data. */
  readonly scheme: SignatureAlgorithm | undefined;
  readonly hash: HashName | undefined;
  readonly time: Instant | undefined;
  readonly timestamps: readonly {
    readonly over: 'data' | 'signature';
    readonly token: Uint8Array;
    /** What must have been stamped. */
    readonly stamped: Uint8Array;
  }[];
  readonly findings: readonly OfdFinding[];
}

export interface ValueJudging {
  readonly value: Uint8Array;
  /** Signature.xml as it is. */
  readonly data: Uint8Array;
  readonly part: string;
  /** DER of certificates the asker knows: tried where the file holds none. */
  readonly certificates: readonly Uint8Array[];
  readonly signerId?: string;
}

export async function judgeValue(judging: ValueJudging, engine: Engine): Promise<JudgedValue> {
  const { value, part } = judging;
  const seal = sealIfReadable(value);
  if (seal !== undefined) return judgeSeal(seal, judging, engine);
  const message = signedDataIfReadable(value);
  const signer = message?.signers[0];
  if (message !== undefined && signer !== undefined) {
    return judgeMessage({ message, signer }, judging, engine);
  }
  const isBare = sm2SignatureFromDer(value) !== undefined || value.length === 64;
  if (isBare) return judgeBare(judging, engine);
  return { ...nothing, kind: 'unknown', findings: [finding('signed_value_unknown', part)] };
}

const nothing: Omit<JudgedValue, 'kind' | 'findings'> = {
  certificate: undefined,
  certificates: [],
  seal: undefined,
  algorithm: '',
  scheme: undefined,
  hash: undefined,
  time: undefined,
  timestamps: [],
};

async function judgeSeal(
  seal: SealSignature,
  { data, part, signerId }: ValueJudging,
  engine: Engine,
): Promise<JudgedValue> {
  const identity = signerId === undefined ? {} : { signerId };
  const findings = await checkSealSignature({ value: seal, data, ...identity }, engine);
  return {
    ...nothing,
    kind: seal.form,
    certificate: seal.certificate,
    seal,
    algorithm: sealAlgorithm(seal) ?? seal.algorithmOid,
    scheme: sealAlgorithm(seal),
    // The seal does not name its digest: one of 20 octets is SHA-1, the longer ones are all good.
    hash: seal.dataHash.length === digestBytes.sha1 ? 'sha1' : undefined,
    time: seal.time,
    timestamps: seal.timestamps.map((one) => ({
      ...one,
      stamped: one.over === 'data' ? data : seal.signature,
    })),
    findings: findings.map((one) => finding(one.code, part, one.detail)),
  };
}

/** GB/T 35275: detached, or around the data, or around its digest. */
async function judgeMessage(
  { message, signer }: { message: CmsFacts; signer: CmsSigner },
  judging: ValueJudging,
  engine: Engine,
): Promise<JudgedValue> {
  const { data, part, certificates, signerId } = judging;
  const digest = await engine.digest(signer.digestAlgorithm ?? 'sm3', data);
  const ask = (content: Uint8Array | undefined): Promise<CheckedSigner> => {
    const detached = content && {
      digest: (hash: Parameters<Engine['digest']>[0]) => engine.digest(hash, content),
      bytes: () => content,
    };
    const identity = signerId === undefined ? {} : { signerId };
    const given = detached === undefined ? {} : { content: detached };
    return checkSigner({ message, signer, certificates, ...given, ...identity }, engine);
  };
  const findings: OfdFinding[] = [];
  const { content } = message;
  let checked: CheckedSigner;
  if (content === undefined) {
    checked = await ask(data);
    const overDigest = checked.signatureIntact === true ? undefined : await ask(digest);
    if (overDigest?.signatureIntact === true && overDigest.contentIntact !== false) {
      checked = overDigest;
      findings.push(finding('value_over_digest', part));
    }
  } else {
    checked = await ask(undefined);
    if (!equal(content, data) && !equal(content, digest)) {
      findings.push(finding('signed_data_differs', part));
    }
  }
  findings.push(...checked.findings.map((one) => finding(one.code, part, one.detail)));
  return {
    ...nothing,
    kind: 'GB/T 35275',
    certificate: checked.certificate?.der,
    certificates: message.certificates,
    algorithm: signer.algorithm ?? signer.algorithmOid,
    scheme: signer.algorithm,
    hash: signer.digestAlgorithm,
    time: signer.signingTime,
    timestamps: signer.timestamps.map((token) => ({
      over: 'signature' as const,
      token,
      stamped: signer.signature,
    })),
    findings,
  };
}

/** A value alone names no key: it holds, or not, for the certificates the asker brings. */
async function judgeBare(judging: ValueJudging, engine: Engine): Promise<JudgedValue> {
  const { value, data, part, certificates } = judging;
  const { signature, wasRaw } = engineSignature(value, 'sm2-sm3');
  const raw = wasRaw ? [finding('signature_raw', part)] : [];
  for (const der of certificates) {
    const publicKey = certificateIfReadable(der)?.publicKey;
    if (publicKey === undefined) continue;
    const holds = await engine.verify({
      algorithm: 'sm2-sm3',
      publicKey,
      signature,
      message: data,
    });
    if (!holds) continue;
    const made = { algorithm: 'sm2-sm3', scheme: 'sm2-sm3', hash: 'sm3' } as const;
    return { ...nothing, ...made, kind: 'bare', certificate: der, findings: raw };
  }
  const missing = finding('signer_certificate_missing', part, 'a bare signature names no key');
  return { ...nothing, kind: 'bare', algorithm: 'sm2-sm3', findings: [missing, ...raw] };
}

function sealIfReadable(value: Uint8Array): SealSignature | undefined {
  return ifReadable(() => readSealSignature(value));
}
