/**
 * What a caller may ask about revocation, and what each kind of material needs of it.
 */
import type { Instant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import { type Certificate, publicKeyFacts, type RevocationList } from '#formats/x509';
import type { AlgorithmUse } from './algorithm-use.ts';
import type { Anchor } from './ask.ts';
import type { PathMemory } from './memory.ts';
import type { RevocationDoubt, RevocationStatement } from './revocation-verdict.ts';

/** One question to `judgeRevocation`. */
export interface RevocationAsk {
  readonly certificate: Certificate;
  /** The next certificate of its path. */
  readonly issuer: Certificate;
  /** DER of certificate lists, delta lists among them. */
  readonly crls: readonly Uint8Array[];
  /** DER of OCSPResponse or BasicOCSPResponse values. */
  readonly ocsps: readonly Uint8Array[];
  readonly at: Instant;
  readonly engine: Engine;
  /** Certificates that may have signed lists and responses, besides the issuer. */
  readonly pool?: readonly Certificate[];
  /**
   * The anchor of the certificate's own path: where that of a signer must end whom the issuer did
   * not certify itself. Another anchor's people have no say here (RFC 5280 §6.3.3 (f)).
   */
  readonly anchors?: readonly Anchor[];
  /**
   * ETSI EN 319 102-1 §5.2.5: an answer is fresh if it was issued at most this long before `at`;
   * absent means until its own nextUpdate, and 0 demands one issued at or after `at`.
   */
  readonly ageMsMax?: number;
  /**
   * May a good answer be issued after `at`? It is then fresh. Refused unless said; a revocation is
   * heard whenever it was issued.
   */
  readonly later?: 'accepted' | 'refused';
  /** The nonce that was sent, if the response is to show it (RFC 9654). */
  readonly nonce?: Uint8Array;
  /** `rfc5280` puts lists aside that break the profile of §5; `path`, the default, does not. */
  readonly profile?: 'path' | 'rfc5280';
  /** Shared between the questions of one verification. */
  readonly memory?: PathMemory;
}

/** The same question with its memory made. */
export interface RevocationQuestion extends RevocationAsk {
  readonly memory: PathMemory;
  /** The certificate asked about signed a list itself: the signers of its own are not asked. */
  readonly isAboutSigner?: boolean;
}

/** What one piece of material comes to: a statement, or the reason why it is put aside. */
export type Heard =
  | { readonly statement: RevocationStatement }
  | { readonly because: RevocationDoubt; readonly detail: string };

export function aside(because: RevocationDoubt, detail = ''): Heard {
  return { because, detail };
}

/** ETSI EN 319 102-1 §5.2.5, with what the material says of itself as the rule by default. */
export function isFresh(
  ask: RevocationAsk,
  { thisUpdate, nextUpdate }: Pick<RevocationList, 'thisUpdate' | 'nextUpdate'>,
): boolean {
  if (thisUpdate >= ask.at) return true;
  if (ask.ageMsMax !== undefined) return thisUpdate >= ask.at - ask.ageMsMax;
  return nextUpdate !== undefined && ask.at <= nextUpdate;
}

/**
 * Signed before the time judged, unless the caller accepts later ones; and an answer that nothing
 * is wrong, from after the certificate's end, counts only if the issuer still keeps count of it.
 */
export function timeDoubt(
  ask: RevocationAsk,
  { thisUpdate, since }: { readonly thisUpdate: Instant; readonly since: Instant | undefined },
): RevocationDoubt | undefined {
  const { notAfter } = ask.certificate;
  if (thisUpdate > ask.at && ask.later !== 'accepted') return 'from_the_future';
  const isKept = since !== undefined && since <= notAfter;
  return thisUpdate > notAfter && !isKept ? 'after_expiry' : undefined;
}

export function algorithmOf(
  of: 'crl' | 'ocsp',
  signed: Pick<RevocationList, 'signatureAlgorithm' | 'signatureAlgorithmOid'>,
  signer: Certificate,
): AlgorithmUse {
  return {
    of,
    index: 0,
    oid: signed.signatureAlgorithmOid,
    name: signed.signatureAlgorithm,
    key: publicKeyFacts(signer.publicKey),
    notBefore: signer.notBefore,
  };
}
