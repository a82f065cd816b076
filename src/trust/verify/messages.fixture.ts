/**
 * For tests of signed messages (CAdES, ETSI EN 319 122-1): one put together part by part, with any
 * attribute beside the usual ones.
 */
import { nodeEngine } from '#adapters/engine';
import { concat } from '#base/bytes';
import { buildSignedData, signedAttributes } from '#formats/cms';
import type { HashName } from '#formats/crypto';
import { contextConstructed, type Der, oid, parseDer, sequence, setOf } from '#formats/der';
import { buildToken } from '#formats/tsp';
import { type Holder, on } from './etsi/sample-authority.fixture.ts';

export const sha256 = (bytes: Uint8Array): Promise<Uint8Array> =>
  nodeEngine.digest('sha256', bytes);

export function attribute(name: string, value: Uint8Array): Uint8Array {
  return sequence(oid(name), setOf(value));
}

/** The usual signed attributes, and more. */
export async function attributesOver(
  message: Uint8Array,
  by: Holder,
  more: readonly Uint8Array[] = [],
): Promise<Uint8Array> {
  const usual = signedAttributes({
    messageDigest: await sha256(message),
    certificateSha256: await sha256(by.certificate.der),
  });
  return setOf(...parseDer(usual).children.map(({ der }) => der), ...more);
}

/** A detached message with these signed attributes besides; `chain` lies in its bag. */
export async function signedMessage(
  signer: Holder,
  content: Uint8Array,
  more: { readonly chain?: readonly Uint8Array[]; readonly signed?: readonly Uint8Array[] } = {},
): Promise<Uint8Array> {
  const attributes = await attributesOver(content, signer, more.signed);
  const signature = await signer.signer.sign(attributes);
  const { certificate } = signer;
  const { chain = [] } = more;
  return buildSignedData({ certificate, signedAttributes: attributes, signature, chain });
}

/** SignedData with a part exchanged: the bag, or the only SignerInfo. */
export function rebuilt(
  message: Uint8Array,
  change: { readonly bag?: (bag: Der) => Uint8Array; readonly signer?: (one: Der) => Uint8Array },
): Uint8Array {
  const [type, explicit] = parseDer(message).children;
  const parts = explicit?.children[0]?.children ?? [];
  const changed = parts.map((part, at) => {
    const isLast = at === parts.length - 1;
    if (isLast && change.signer !== undefined)
      return setOf(change.signer(part.children[0] ?? part));
    return part.tag === 0xa0 && change.bag !== undefined ? change.bag(part) : part.der;
  });
  return sequence(type?.der ?? new Uint8Array(), contextConstructed(0, sequence(...changed)));
}

/** With one more unsigned attribute. */
export function having(message: Uint8Array, name: string, value: Uint8Array): Uint8Array {
  return rebuilt(message, {
    signer: (one) => {
      const held = one.children.filter(({ tag }) => tag !== 0xa1).map(({ der }) => der);
      const old = one.children
        .filter(({ tag }) => tag === 0xa1)
        .flatMap(({ children }) => children);
      const all = [...old.map(({ der }) => der), attribute(name, value)];
      return sequence(...held, contextConstructed(1, concat(...all)));
    },
  });
}

/** The signature value of the only signer of a message without unsigned attributes. */
export function valueIn(message: Uint8Array): Uint8Array {
  const one = parseDer(message).children[1]?.children[0]?.children.at(-1)?.children[0];
  return one?.children.at(-1)?.content ?? new Uint8Array();
}

/** A clock's token over these bytes. */
export async function stampOver(clock: Holder, over: Uint8Array, day: string): Promise<Uint8Array> {
  return tokenFor(clock, { hash: 'sha256', digest: await sha256(over) }, day);
}

/** A clock's token over this very digest. */
export function tokenFor(
  clock: Holder,
  imprint: { readonly hash: HashName; readonly digest: Uint8Array },
  day: string,
): Promise<Uint8Array> {
  const claim = { imprint, time: on(day), policy: '1.2.3', serial: '01', nonce: 1n };
  return buildToken(
    { ...claim, accuracyMs: undefined, ordering: false },
    { ...clock, engine: nodeEngine },
  );
}
