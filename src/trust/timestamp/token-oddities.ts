/**
 * What a token may not have that is being made, though it is forgiven one that was made long ago:
 * whatever other readers take otherwise or not at all (RFC 5652, RFC 5035, RFC 3161 §2.4.2).
 *
 * Nobody need take such a stamp: there is another authority to ask, and a document keeps it for
 * decades.
 */
import { ifReadable } from '#base/fault';
import { contextTag, tag } from '#formats/der';
import type { CheckedTimestamp, TimestampFacts } from '#formats/tsp';
import { certificateIfReadable, readRevocationList } from '#formats/x509';

/** Digests under which two contents can be found: no time is proved by them any more. */
const outdatedHashes = /(?:^|-)(?:md5|sha1|ripemd160)(?:-|$)/;

/** Other kinds of certificates (RFC 5652 §10.2.2) and lists (§10.2.1): nobody here reads them. */
const otherCertificates = [0, 1, 2, 3].map((number) => contextTag(number, 'constructed'));
const otherLists = contextTag(1, 'constructed');

/** The first one, in words for a report; undefined for a token that everybody reads alike. */
export function oddityIn(facts: TimestampFacts, checked: CheckedTimestamp): string | undefined {
  const { cms, signer } = facts;
  // RFC 3161 §2.4.1: the request asks for the certificate, and later readers need it inside.
  if (checked.certificate === undefined) return 'no certificate';
  const found = checked.findings.find(({ code }) => code !== 'signing_certificate_unbound');
  if (found !== undefined && !isOfUnknown(found.code)) return found.code;
  // RFC 3161 §2.4.2: the token names its certificate.
  if (!checked.bound) return 'not bound to its certificate';
  // Where the digest is not computed, what is signed is not what is read.
  const isWhole = checked.contentIntact === true && checked.signatureIntact === true;
  if (found !== undefined || !isWhole) return 'an algorithm that nobody here computes';
  const outdated = [signer.digestAlgorithm, signer.algorithm].find(
    (name) => name !== undefined && outdatedHashes.test(name),
  );
  if (outdated !== undefined) return `signed with ${outdated}`;
  if (checked.purpose !== 'only') return 'the certificate is not for stamping alone';
  if (checked.named === false) return 'another authority is named';
  if (!facts.infoIsDer) return 'a TSTInfo that is not DER';
  const [notStrict] = cms.notStrict;
  if (notStrict !== undefined) return notStrict;
  // RFC 5652 §5.1: a reader may refuse a digest that is not announced, and some do.
  if (!cms.digestOids.includes(signer.digestOid)) return 'its digest is not announced';
  return areReadable(cms) ? undefined : 'something in its bag that nobody reads';
}

function isOfUnknown(code: string): boolean {
  return code === 'algorithm_unknown' || code === 'algorithm_unsupported';
}

function areReadable({ bag, lists, digestOids }: TimestampFacts['cms']): boolean {
  return (
    !digestOids.includes('') &&
    bag.every(({ tag: is, der }) =>
      is === tag.sequence
        ? certificateIfReadable(der.slice()) !== undefined
        : otherCertificates.includes(is),
    ) &&
    lists.every(({ tag: is, der }) =>
      is === tag.sequence
        ? ifReadable(() => readRevocationList(der)) !== undefined
        : is === otherLists,
    )
  );
}
