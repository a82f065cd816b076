/**
 * A DSA key whose certificate leaves out the group it lives in (RFC 3279 §2.3.2): it has that of
 * the key that certified it, and so can be used only by who knows the path above it.
 */
import { Fault } from '#base/fault';
import { type Der, oidOf, parseDer, sequence, tag } from '#formats/der';

const dsaOid = '1.2.840.10040.4.1';

/** Is this SubjectPublicKeyInfo a DSA key without a group of its own? Unreadable ones are not. */
export function lacksGroup(publicKey: Uint8Array): boolean {
  const key = dsaKeyOf(publicKey);
  return key !== undefined && key.group === undefined;
}

/** The key with its issuer's group; undefined where the issuer's key has none to give. */
export function withGroupOf(publicKey: Uint8Array, issuerKey: Uint8Array): Uint8Array | undefined {
  const key = dsaKeyOf(publicKey);
  const group = dsaKeyOf(issuerKey)?.group;
  if (key === undefined || group === undefined) return undefined;
  return sequence(sequence(key.name.der, group.der), key.bits.der);
}

interface DsaKey {
  readonly name: Der;
  readonly bits: Der;
  readonly group: Der | undefined;
}

function dsaKeyOf(spki: Uint8Array): DsaKey | undefined {
  try {
    const [algorithm, bits] = parseDer(spki).children;
    const [name, group] = algorithm?.children ?? [];
    if (name?.tag !== tag.oid || bits === undefined || oidOf(name) !== dsaOid) return undefined;
    return { name, bits, group: group?.tag === tag.sequence ? group : undefined };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return undefined;
  }
}
