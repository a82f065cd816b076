/**
 * What a client proves itself with: an API key, a public key, or a shared secret for HMAC.
 *
 * An API key is `fk_<key id>_<secret>` with 256 random bits, shown once; what is kept is their
 * SHA-256, which opens nothing (there is nothing to guess, so a slow digest would only cost). A
 * shared secret must be read again at every request and is therefore ciphertext of the vault.
 */
import { toBase64Url, toHex, utf8 } from '#base/bytes';
import { addSeconds, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Engine } from '#formats/crypto';
import { type MessageAlgorithm, type MessageKey, refuseUnsuitable } from '#formats/httpsig';

/** What kind of proof a key is. */
export type ClientKeyKind = 'api-key' | MessageAlgorithm;

/** One key of a client as its row holds it. Of the last three, one by its kind. */
export interface ClientKey {
  /** 24 hex digits; in a signature it is the `keyid`. */
  readonly id: string;
  readonly client: string;
  readonly kind: ClientKeyKind;
  readonly addedAt: Instant;
  /** The member of staff who ordered it and, where it has a secret, was shown it. */
  readonly addedBy: string;
  /** From here on it opens nothing. */
  readonly expiresAt: Instant | undefined;
  readonly revoked: boolean;
  /** SHA-256 of an API key's secret. */
  readonly verifier?: Uint8Array;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey?: Uint8Array;
  /** The shared secret as ciphertext of the vault. */
  readonly sealed?: Uint8Array;
}

const keyIdBytes = 12;
const secretBytes = 32;
const apiKeyPattern = /^fk_([0-9a-f]{24})_([A-Za-z0-9_-]{43})$/;
/** Whoever rotates has so long to bring the new key to all his machines. */
export const overlapSecondsMax = 30 * 24 * 60 * 60;

/** An API key as it was shown, taken apart; undefined for anything else. */
export function parseApiKey(text: string): { id: string; secret: string } | undefined {
  const [, id, secret] = apiKeyPattern.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** A fresh API key: what is shown once, and what is kept. */
export async function freshApiKey(
  random: Random,
  engine: Engine,
): Promise<{ id: string; shown: string; verifier: Uint8Array }> {
  const id = freshKeyId(random);
  const secret = toBase64Url(random.bytes(secretBytes));
  return { id, shown: `fk_${id}_${secret}`, verifier: await apiKeyVerifier(secret, engine) };
}

/** What is kept of an API key: the SHA-256 of its secret as it is written. */
export function apiKeyVerifier(secret: string, engine: Engine): Promise<Uint8Array> {
  return engine.digest('sha256', utf8(secret));
}

/** A fresh shared secret for hmac-sha256, base64url as it is shown once. */
export function freshSecret(random: Random): { bytes: Uint8Array; shown: string } {
  const bytes = random.bytes(secretBytes);
  return { bytes, shown: toBase64Url(bytes) };
}

export function freshKeyId(random: Random): string {
  return toHex(random.bytes(keyIdBytes));
}

/** Where a shared secret stands in the vault. */
export function secretPlace(keyId: string): { subject: string; field: string } {
  return { subject: 'office', field: `client-key:${keyId}` };
}

/** The public key of a partner, or httpsig.key_unsuitable. */
export function requirePublicKey(algorithm: MessageAlgorithm, publicKey: Uint8Array): Uint8Array {
  if (algorithm === 'hmac-sha256') throw new Fault('httpsig.key_unsuitable', { algorithm });
  refuseUnsuitable({ algorithm, publicKey } satisfies MessageKey);
  return publicKey;
}

/** Does the key open anything at this instant? */
export function isAlive(key: ClientKey, now: Instant): boolean {
  return !key.revoked && (key.expiresAt === undefined || now < key.expiresAt);
}

/** When the old keys end after a rotation. */
export function overlapEnd(now: Instant, overlapSeconds: number): Instant {
  const isInside = Number.isSafeInteger(overlapSeconds) && overlapSeconds >= 0;
  if (!isInside || overlapSeconds > overlapSecondsMax) {
    throw new Fault('access.overlap_too_long', { overlapSecondsMax });
  }
  return addSeconds(now, overlapSeconds);
}

/**
 * What checks a signature by this key; undefined for one that is over, and for an API key. `open`
 * opens a shared secret from the vault.
 */
export async function messageKeyOf(
  key: ClientKey,
  by: {
    readonly now: Instant;
    readonly open: (
      place: ReturnType<typeof secretPlace>,
      sealed: Uint8Array,
    ) => Promise<Uint8Array>;
  },
): Promise<MessageKey | undefined> {
  const { kind, publicKey, sealed } = key;
  if (!isAlive(key, by.now)) return undefined;
  if (kind === 'hmac-sha256' && sealed !== undefined) {
    return { algorithm: kind, secret: await by.open(secretPlace(key.id), sealed) };
  }
  if (kind === 'api-key' || kind === 'hmac-sha256' || publicKey === undefined) return undefined;
  return { algorithm: kind, publicKey };
}
