/**
 * Digests and texts in letters: those of short texts, of which a record has a score.
 */
import { toBase64, toBase64Url, toHex, utf8 } from '#base/bytes';
import type { Digesting } from './beginning.ts';

/** How the digest is written; base64url without padding. */
type DigestSpelling = 'base64' | 'base64url' | 'hex';

/** A digest of the two that stand in every entry, of a text's UTF-8 or of bytes, as text. */
interface SpelledDigest {
  readonly hash: 'sha256' | 'sm3';
  readonly of: string | Uint8Array;
  readonly as: DigestSpelling;
}

/** What of an engine spells digests. */
export interface Spelling extends Digesting {
  /** At once, a third of the price; left out by an engine that answers later: ask `spelledBy`. */
  spell?(digest: SpelledDigest): string;
  /** A text's UTF-8 as base64url, at a tenth of the price; left out likewise: ask `lettersBy`. */
  letters?(text: string): string;
}

const spell = { base64: toBase64, base64url: toBase64Url, hex: toHex } as const;

/** A text's UTF-8 as base64url without padding. */
export function lettersBy(engine: Spelling, text: string): string {
  return engine.letters?.(text) ?? toBase64Url(utf8(text));
}

/** By an engine that cannot spell, its bytes are spelled here. */
export function spelledBy(engine: Spelling, digest: SpelledDigest): string | Promise<string> {
  if (engine.spell !== undefined) return engine.spell(digest);
  const { hash, of, as } = digest;
  const bytes = typeof of === 'string' ? utf8(of) : of;
  return engine.digest(hash, bytes).then((found) => spell[as](found));
}
