/**
 * Is a PDF this house's own, so that the strict profile applies?
 *
 * The signer does not choose how strictly he is judged: what this house's own authority certified
 * is held to this house's profile, and so is every file that claims it anywhere. All certificates
 * that the file brings along are looked at, for a thief would put another one first.
 */
import { equal } from '#base/bytes';
import { signedDataIfReadable } from '#formats/cms';
import { type PdfFile, type PdfSignature, readDss } from '#formats/pdf';
import { type Certificate, purposeOid } from '#formats/x509';
import { readMaterial } from '../etsi/readable.ts';
import type { Trust } from '../trust.ts';

export async function claimsToBeOurs(
  file: PdfFile,
  signatures: readonly PdfSignature[],
  trust: Trust,
): Promise<boolean> {
  if (signatures.some(({ fubie }) => fubie)) return true;
  if (trust.keys.length === 0) return false;
  const store = await readDss(file);
  const ders = [...store.certificates, ...signatures.flatMap(certificatesOf)];
  const { certificates } = readMaterial({ ...nothing, certificates: ders }, nothing);
  return certificates.some((certificate) => isCertifiedHere(certificate, trust));
}

const nothing = { certificates: [], crls: [], ocsps: [] };

function certificatesOf({ kind, contents, certificates }: PdfSignature): readonly Uint8Array[] {
  const message = kind === 'signature' ? signedDataIfReadable(contents) : undefined;
  if (message === undefined) return certificates;
  const values = message.signers.flatMap(({ certificateValues }) => certificateValues);
  return [...certificates, ...message.certificates, ...values];
}

/** The house's clocks stamp for everybody; what they stamped is not the house's for that. */
function isCertifiedHere({ issuer, subject, extensions }: Certificate, trust: Trust): boolean {
  const isClock = extensions.extendedKeyUsage?.includes(purposeOid.timeStamping) === true;
  if (isClock || equal(issuer.der, subject.der)) return false;
  return trust.roots.some((root) => equal(root.subject.der, issuer.der));
}
