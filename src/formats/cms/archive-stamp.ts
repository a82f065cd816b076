/**
 * What a CAdES archive time-stamp of version 3 stamps (ETSI EN 319 122-1 §5.5.2, §5.5.3; with the
 * older index ETSI TS 101 733 §6.4.2): the signature, and by an index of digests the certificates,
 * revocation material and unsigned attributes that were there.
 */
import { concat, toHex } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import type { Engine, HashName } from '#formats/crypto';
import { type Der, DerReader, oidOf, tag } from '#formats/der';
import { hashAlgorithmOf } from '#formats/x509';
import type { DetachedContent } from './check-signer.ts';
import type { CmsFacts } from './facts.ts';
import { cmsOid } from './oids.ts';
import { type Revocation, revocationInBag } from './revocation.ts';
import { type CmsSigner, valuesOf } from './signer.ts';

/** What such a stamp is over, and which objects it proves. */
export interface Archived {
  /** What the imprint must be the digest of. */
  readonly stamped: Pick<DetachedContent, 'digest'>;
  /** DER of the certificates of the message that are named by the index. */
  readonly certificates: readonly Uint8Array[];
  readonly revocation: Revocation;
  /** The values of unsigned attributes that are named by it. */
  readonly attributes: readonly { readonly oid: string; readonly value: Der }[];
  /** Digests of the index that nothing in the message has: something was changed or taken out. */
  readonly missing: number;
}

interface Index {
  readonly der: Uint8Array;
  readonly hash: HashName;
  readonly certificates: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
  readonly attributes: ReadonlySet<string>;
  readonly isOld: boolean;
}

/**
 * Undefined where the token bears no index that can be read, so that nobody knows what it is over,
 * and where there is too much to hash.
 */
export async function readArchived(
  { message, signer }: { readonly message: CmsFacts; readonly signer: CmsSigner },
  parts: { readonly token: CmsSigner; readonly content: DetachedContent | undefined },
  engine: Engine,
): Promise<Archived | undefined> {
  const index = indexOf(parts.token);
  const { content } = parts;
  if (index === undefined || content === undefined) return undefined;
  if (sizeOf(message, signer) > indexedBytesMax) return undefined;
  const named = async (bytes: Uint8Array, where: ReadonlySet<string>): Promise<boolean> =>
    where.has(toHex(await engine.digest(index.hash, bytes)));
  const certificates: Uint8Array[] = [];
  for (const one of message.bag) {
    if (await named(one.der, index.certificates)) certificates.push(one.der);
  }
  const lists: Der[] = [];
  for (const one of message.lists) if (await named(one.der, index.lists)) lists.push(one);
  const attributes: { oid: string; value: Der }[] = [];
  let found = certificates.length + lists.length;
  for (const attribute of signer.unsignedAttributes?.children ?? []) {
    const [name, set] = attribute.children;
    if (name?.tag !== tag.oid || set?.tag !== tag.set) continue;
    const isWhole = index.isOld && (await named(attribute.der, index.attributes));
    if (isWhole) found += 1;
    for (const value of set.children) {
      const isNamed = !index.isOld && (await named(concat(name.der, value.der), index.attributes));
      if (isNamed) found += 1;
      if (isNamed || isWhole) attributes.push({ oid: oidOf(name), value });
    }
  }
  const wanted = index.certificates.size + index.lists.size + index.attributes.size;
  const digest = async (hash: HashName): Promise<Uint8Array> =>
    engine.digest(
      hash,
      concat(message.contentTypeDer, await content.digest(hash), signer.core, index.der),
    );
  const revocation = revocationInBag(lists);
  return { stamped: { digest }, certificates, revocation, attributes, missing: wanted - found };
}

/** Bytes that are hashed for each such stamp: above what a signer's lists of decades take. */
const indexedBytesMax = 16 * 1024 * 1024;

function sizeOf({ bag, lists }: CmsFacts, { unsignedAttributes }: CmsSigner): number {
  const all = unsignedAttributes === undefined ? [] : [unsignedAttributes];
  return [...bag, ...lists, ...all].reduce((sum, { der }) => sum + der.length, 0);
}

function indexOf(token: CmsSigner): Index | undefined {
  const [held] = valuesOf(token.unsigned, cmsOid.archiveIndex);
  const [old] = valuesOf(token.unsigned, cmsOid.archiveIndexOfTs101733);
  try {
    if (held !== undefined) return readIndex(held, false);
    return old === undefined ? undefined : readIndex(old, true);
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return undefined;
  }
}

/** The algorithm may be left out in the old index: SHA-256 is meant. */
function readIndex(value: Der, isOld: boolean): Index {
  const lists = value.children.slice(value.children.length - 3);
  const [certificates, revocations, attributes] = lists;
  const [algorithm] = value.children.length > 3 ? value.children : [];
  return {
    der: value.der,
    hash: algorithm === undefined ? 'sha256' : hashAlgorithmOf(algorithm),
    certificates: digestsIn(certificates),
    lists: digestsIn(revocations),
    attributes: digestsIn(attributes),
    isOld,
  };
}

function digestsIn(list: Der | undefined): ReadonlySet<string> {
  if (list === undefined) throw new Fault('cms.malformed', { why: 'archive index' });
  const digests = new DerReader(list, tag.sequence).rest();
  return new Set(digests.map(({ content }) => toHex(content)));
}
