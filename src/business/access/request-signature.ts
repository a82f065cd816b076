/**
 * What the house asks of a signed request (RFC 9421), and whether one keeps to it.
 *
 * A signature counts here when its tag is `fubie`, it says when it was made and by which key,
 * carries a nonce, and covers everything that decides what the request does: method, authority,
 * target, the digest and type of the body, the idempotency key. What is not covered an attacker
 * could change.
 */
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  digestMatches,
  type MessageKey,
  type MessageSignature,
  parseMessageSignatures,
  signatureBase,
  verifyMessage,
} from '#formats/httpsig';
import type { RequestFacts } from './request-facts.ts';

/** The tag (RFC 9421 §2.3) that says a signature is meant for this interface and no other. */
export const signatureTag = 'fubie';
/** How far the signer's clock may be off, before and after. */
export const createdWindowSeconds = 300;
/** Covered in every request; for the target, `@target-uri` does for path and query. */
export const requiredComponents = ['@method', '@authority', '@path', '@query'] as const;
/** Covered when the request carries them. */
export const coveredWhenThere = [
  'content-digest',
  'content-type',
  'idempotency-key',
  'x-fubie-purpose',
] as const;

const noncePattern = /^[A-Za-z0-9_+/=-]{16,64}$/;
const keyIdPattern = /^[0-9a-f]{24}$/;

/** A signature that keeps to the policy; whether it is true, its key decides. */
export interface RequestSignature {
  readonly keyId: string;
  readonly nonce: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly algorithm: string | undefined;
  readonly base: Uint8Array;
  readonly signature: Uint8Array;
}

/** The one signature meant for the house, or undefined; one that breaks the policy is refused. */
export function requestSignature(facts: RequestFacts, now: Instant): RequestSignature | undefined {
  const found = parsed(facts).filter(({ input }) => input.tag === signatureTag);
  const [only] = found;
  if (only === undefined) return undefined;
  if (found.length > 1) throw new Fault('access.signature_malformed', { why: 'two' });
  const { keyid, nonce, created, alg } = only.input;
  if (keyid === undefined || !keyIdPattern.test(keyid)) throw incomplete('keyid');
  if (nonce === undefined || !noncePattern.test(nonce)) throw incomplete('nonce');
  if (created === undefined) throw incomplete('created');
  requireCovered(facts, only.input.components);
  requireInTime({ created, expires: only.input.expires }, now);
  return {
    keyId: keyid,
    nonce,
    created,
    algorithm: alg,
    base: baseOf(facts, only),
    signature: only.signature,
  };
}

/** Refuses when the signature is not by the key, or the body is not the one that was digested. */
export async function requireTrue(
  claim: { readonly facts: RequestFacts; readonly signature: RequestSignature },
  key: MessageKey,
  engine: Engine,
): Promise<void> {
  const { facts, signature } = claim;
  const isAgreed = signature.algorithm === undefined || signature.algorithm === key.algorithm;
  const check = { base: signature.base, signature: signature.signature, key };
  if (!isAgreed || !(await verifyMessage(check, engine))) {
    throw new Fault('access.signature_refused');
  }
  const digest = facts.headers['content-digest'];
  if (digest === undefined) return;
  if (!(await bodyMatches(digest, facts.body, engine))) {
    throw new Fault('access.signature_refused', { component: 'content-digest' });
  }
}

function parsed(facts: RequestFacts): readonly MessageSignature[] {
  try {
    return parseMessageSignatures(facts.headers);
  } catch (cause) {
    throw asMalformed(cause);
  }
}

function baseOf(facts: RequestFacts, found: MessageSignature): Uint8Array {
  try {
    return signatureBase(facts, found.input.components, found.parametersText);
  } catch (cause) {
    throw asMalformed(cause);
  }
}

async function bodyMatches(field: string, body: Uint8Array, engine: Engine): Promise<boolean> {
  try {
    return await digestMatches(field, body, engine);
  } catch (cause) {
    throw asMalformed(cause);
  }
}

function requireCovered(facts: RequestFacts, components: readonly string[]): void {
  const covers = (name: string): boolean =>
    components.includes(name) ||
    ((name === '@path' || name === '@query') && components.includes('@target-uri'));
  const hasBody = facts.body.length > 0;
  if (hasBody && facts.headers['content-digest'] === undefined) throw incomplete('content-digest');
  const carried = coveredWhenThere.filter((name) => facts.headers[name] !== undefined);
  const missing = [...requiredComponents, ...carried].find((name) => !covers(name));
  if (missing !== undefined) throw incomplete(missing);
}

function requireInTime(
  stated: { readonly created: number; readonly expires: number | undefined },
  now: Instant,
): void {
  const offSeconds = Math.abs(now / 1_000 - stated.created);
  const isPast = stated.expires !== undefined && stated.expires * 1_000 <= now;
  if (offSeconds > createdWindowSeconds || isPast) {
    throw new Fault('access.signature_expired', { windowSeconds: createdWindowSeconds });
  }
}

function incomplete(component: string): Fault {
  return new Fault('access.signature_incomplete', { component });
}

/** What the format refuses is the caller's mistake; anything else is ours and flies on. */
function asMalformed(cause: unknown): unknown {
  if (!(cause instanceof Fault)) return cause;
  return new Fault('access.signature_malformed', { why: cause.code }, { cause });
}
