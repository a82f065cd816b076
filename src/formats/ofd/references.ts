/**
 * Do the files a signature names still have the digests it names (GB/T 33190 §18.2.3)?
 */
import { equal, fromBase64 } from '#base/bytes';
import { ifReadable } from '#base/fault';
import { digestBytes, type Engine, type HashName } from '#formats/crypto';
import { hashOfName } from '#formats/x509';
import { finding, type OfdFinding } from './findings.ts';
import type { OfdFolder } from './folder.ts';
import type { SignatureFile } from './signature-file.ts';

/** One file a signature protects. */
export interface JudgedReference {
  /** As written. */
  readonly path: string;
  /** The file it leads to; undefined if there is none. */
  readonly file: string | undefined;
  readonly is: 'same' | 'differs' | 'missing' | 'unknown';
}

/** SM3 with a key (GM/T 0006), which some makers write where they use SM3 without one. */
const keyedSm3 = '1.2.156.10197.1.401.2';

export async function judgeReferences(
  signature: SignatureFile,
  { folder, part, bases }: { folder: OfdFolder; part: string; bases: readonly string[] },
  engine: Engine,
): Promise<{ references: readonly JudgedReference[]; findings: readonly OfdFinding[] }> {
  const findings: OfdFinding[] = [];
  const references: JudgedReference[] = [];
  const misnamed = signature.checkMethod.trim() === keyedSm3;
  const hash = misnamed ? 'sm3' : hashOfName(signature.checkMethod);
  if (signature.references.length === 0) findings.push(finding('nothing_referenced', part));
  if (hash === undefined) {
    findings.push(finding('reference_method_unknown', part, signature.checkMethod));
  }
  for (const { path, checkValue } of signature.references) {
    const found = folder.find(path, part, bases);
    if (found === undefined) {
      references.push({ path, file: undefined, is: 'missing' });
      findings.push(finding('reference_missing', part, path));
      continue;
    }
    const { file, isLoose } = found;
    if (isLoose) findings.push(finding('reference_path_loose', part, path));
    const is = await compared(file.bytes, { hash, checkValue }, engine);
    references.push({ path, file: file.name, is });
    if (is === 'differs') {
      findings.push(
        finding(misnamed ? 'reference_method_unknown' : 'reference_differs', file.name),
      );
    }
  }
  if (misnamed && !references.some((one) => one.is === 'differs')) {
    findings.push(finding('reference_method_misnamed', part, signature.checkMethod));
  }
  return { references, findings };
}

async function compared(
  bytes: Uint8Array,
  { hash, checkValue }: { hash: HashName | undefined; checkValue: string },
  engine: Engine,
): Promise<'same' | 'differs' | 'unknown'> {
  if (hash === undefined) return 'unknown';
  const wanted = base64IfWellFormed(checkValue);
  if (wanted?.length !== digestBytes[hash]) return 'differs';
  return equal(await engine.digest(hash, bytes), wanted) ? 'same' : 'differs';
}

function base64IfWellFormed(text: string): Uint8Array | undefined {
  return ifReadable(() => fromBase64(text));
}
