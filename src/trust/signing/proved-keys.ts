/**
 * Whose keys a signature of a PDF leans on, and at what time each must have been good: the signer's
 * at the time of the signature's stamp, each stamper's at the time it stamped.
 */
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { checkSigner, readSignedData } from '#formats/cms';
import type { Engine, HashName } from '#formats/crypto';
import { type PdfFile, type PdfSignature, signedBytes } from '#formats/pdf';
import { checkTimestamp, readTimestamp } from '#formats/tsp';
import type { Certificate } from '#formats/x509';

export interface ProvedKey {
  readonly certificate: Certificate;
  readonly at: Instant;
  readonly isStamp: boolean;
  /** DER of the certificates that came along. */
  readonly bag: readonly Uint8Array[];
}

/** Refuses what is broken or bears no stamp: it would not become valid by being kept longer. */
export async function provedKeys(
  file: PdfFile,
  signature: PdfSignature,
  engine: Engine,
): Promise<readonly ProvedKey[]> {
  const { field, contents, byteRange, kind } = signature;
  const covered = contentOf(signedBytes(file.bytes, byteRange), engine);
  if (kind === 'timestamp') return [await stamperOf(contents, { field, covered }, engine)];
  const message = readSignedData(contents, { profile: 'etsi' });
  const keys: ProvedKey[] = [];
  for (const signer of message.signers) {
    const checked = await checkSigner({ message, signer, content: covered }, engine);
    const { certificate, signatureIntact, contentIntact } = checked;
    if (certificate === undefined || signatureIntact !== true || contentIntact !== true) {
      throw new Fault('signing.signature_differs', { field });
    }
    const stamped = { field, covered: contentOf(signer.signature, engine) };
    const stampers: ProvedKey[] = [];
    for (const token of signer.timestamps) {
      stampers.push(await stamperOf(token, stamped, engine));
    }
    const [first] = stampers.toSorted((a, b) => a.at - b.at);
    if (first === undefined) throw new Fault('signing.stamp_missing', { field });
    const bag = message.certificates;
    keys.push({ certificate, at: first.at, isStamp: false, bag }, ...stampers);
  }
  return keys;
}

interface Content {
  digest(hash: HashName): Promise<Uint8Array>;
  bytes(): Uint8Array;
}

function contentOf(bytes: Uint8Array, engine: Engine): Content {
  return { digest: (hash) => engine.digest(hash, bytes), bytes: () => bytes };
}

async function stamperOf(
  token: Uint8Array,
  of: { readonly field: string; readonly covered: Content },
  engine: Engine,
): Promise<ProvedKey> {
  const facts = readTimestamp(token);
  const checked = await checkTimestamp({ facts, stamped: of.covered }, engine);
  const { certificate, imprintIntact, signatureIntact } = checked;
  if (certificate === undefined || imprintIntact !== true || signatureIntact !== true) {
    throw new Fault('signing.signature_differs', { field: of.field, why: 'stamp' });
  }
  return { certificate, at: facts.time, isStamp: true, bag: facts.cms.certificates };
}
