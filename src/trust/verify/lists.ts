/**
 * The trusted lists of a folder (ETSI TS 119 612) and who signed them, where the folder says whom
 * to believe about lists: the certificates in `list-signers/`. Without any, whoever hands in the
 * folder vouches for its lists, and that is said.
 */
import type { Engine } from '#formats/crypto';
import { checkListSignature, type ListSignature } from '#formats/trustlist';
import { type Certificate, certificateIfReadable } from '#formats/x509';
import { isXmlList, listSignersFolder, pemCertificates, type TrustFiles } from './anchors.ts';
import type { Findings } from './report/findings.ts';

/** Of each list by its path; nothing where no signer of lists is named. */
export async function judgeLists(
  files: TrustFiles,
  engine: Engine,
  findings: Findings,
): Promise<ReadonlyMap<string, ListSignature>> {
  const signers = [...files]
    .filter(([name]) => name.startsWith(listSignersFolder))
    .flatMap(([name, bytes]) => certificatesIn(name, bytes, findings));
  const judged = new Map<string, ListSignature>();
  if (signers.length === 0) return judged;
  for (const [name, bytes] of files) {
    if (isXmlList(bytes)) judged.set(name, await checkListSignature(bytes, signers, engine));
  }
  return judged;
}

function certificatesIn(
  name: string,
  bytes: Uint8Array,
  findings: Findings,
): readonly Certificate[] {
  const der = certificateIfReadable(bytes);
  if (der !== undefined) return [der];
  const flaw = { code: 'trust_malformed', part: `trust/${name}` } as const;
  return findings.tried(flaw, () => pemCertificates(bytes)) ?? [];
}
