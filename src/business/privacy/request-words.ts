/**
 * What a person wrote when she asked, as it is kept in the vault.
 */
import { fromUtf8, utf8 } from '#base/bytes';
import { canonical } from '#base/canonical';
import { Fault } from '#base/fault';

/** Her words and, for a correction, the new values by field. */
export interface RequestWords {
  readonly words: string;
  readonly changes: Readonly<Record<string, string>>;
}

export function printRequestWords({ words, changes }: RequestWords): Uint8Array {
  return utf8(canonical({ words, changes }));
}

/** Accepts what printRequestWords prints. */
export function parseRequestWords(bytes: Uint8Array): RequestWords {
  const parsed = JSON.parse(fromUtf8(bytes)) as Partial<RequestWords> | null;
  if (typeof parsed?.words !== 'string' || typeof parsed.changes !== 'object') {
    throw new Fault('privacy.request_malformed', { why: 'stored' });
  }
  return { words: parsed.words, changes: parsed.changes };
}
