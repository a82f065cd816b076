/**
 * Certificates and revocation lists as people have them: DER, PEM under its several names, the
 * bundles (.p7b) in which authorities hand out chains; and those that a signed document carries.
 */
import { nodeEngine } from '#adapters/engine';
import { Fault, ifReadable } from '#base/fault';
import { readSignedData } from '#formats/cms';
import { contextTag, type Der, parseBer, tag } from '#formats/der';
import { openToSign, readDss, readSignatures } from '#formats/pdf';
import { readTimestamp } from '#formats/tsp';
import { certificateIfReadable, findPem } from '#formats/x509';
import { textOf } from '../options.ts';

/** All of a file of any kind. */
export function certificatesHeld(bytes: Uint8Array): readonly Uint8Array[] {
  return bytes[0] === tag.sequence ? fromDer(bytes) : fromPem(textOf(bytes));
}

/** The same where there must be some; refuses with main.certificate_absent. */
export function certificatesFrom(bytes: Uint8Array): readonly Uint8Array[] {
  const found = certificatesHeld(bytes);
  if (found.length === 0) throw new Fault('main.certificate_absent');
  return found;
}

/** One list in DER, or all of a text. */
export function listsFrom(bytes: Uint8Array): readonly Uint8Array[] {
  return bytes[0] === tag.sequence ? [bytes] : findPem('X509 CRL', textOf(bytes));
}

function fromPem(text: string): readonly Uint8Array[] {
  const bundles = findPem('PKCS7', text).flatMap(fromDer);
  return [...findPem('CERTIFICATE', text), ...findPem('X509 CERTIFICATE', text), ...bundles];
}

function fromDer(der: Uint8Array): readonly Uint8Array[] {
  if (certificateIfReadable(der) !== undefined) return [der];
  return ifReadable(() => inBundle(parseBer(der).value)) ?? [];
}

/** SignedData that nobody signed (RFC 2315 §9.1, "degenerate"): only the bag is of use. */
function inBundle(message: Der): readonly Uint8Array[] {
  const bagTag = contextTag(0, 'constructed');
  const [type, explicit] = message.children;
  if (type?.tag !== tag.oid || explicit?.tag !== bagTag) return [];
  const bag = explicit.children[0]?.children.find((part) => part.tag === bagTag);
  const ders = bag?.children.map(({ der }) => der) ?? [];
  return ders.filter((der) => certificateIfReadable(der) !== undefined);
}

/**
 * Whose keys a document's signatures and stamps lean on: their certificates say where the lists
 * are that raising it needs.
 */
export async function certificatesIn(document: Uint8Array): Promise<readonly Uint8Array[]> {
  const file = await openToSign(document, nodeEngine);
  // What cannot be read names no certificate; whoever judges it says why.
  const carried = readSignatures(file).flatMap(
    ({ kind, contents }) =>
      ifReadable(() => (kind === 'timestamp' ? inToken(contents) : inMessage(contents))) ?? [],
  );
  return [...carried, ...(await readDss(file)).certificates];
}

function inMessage(contents: Uint8Array): readonly Uint8Array[] {
  const { certificates, signers } = readSignedData(contents, { profile: 'etsi' });
  const tokens = signers.flatMap(({ timestamps }) => timestamps);
  return [...certificates, ...tokens.flatMap((token) => ifReadable(() => inToken(token)) ?? [])];
}

function inToken(token: Uint8Array): readonly Uint8Array[] {
  return readTimestamp(token).cms.certificates;
}
