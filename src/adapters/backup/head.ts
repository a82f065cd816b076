/**
 * The head of a back-up: what it is, when it was made, its data key as the key store wrapped it.
 *
 * It stands in the clear and names nobody. Every chunk after it is bound to its digest, so that a
 * head cannot be exchanged.
 */
import { fromBase64, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { canonical, type Json, parseCanonical } from '#base/canonical';
import { formatInstant, type Instant, parseInstant } from '#base/clock';
import { Fault } from '#base/fault';

/**
 * What a back-up holds. `house`: rows, files of documents, log and trust, for keeping long;
 * `wraps`: the wrapped keys of the vault's subjects, of which only the newest copy is ever kept.
 */
export type BackupKind = 'house' | 'wraps';

/** The head of one back-up file. */
export interface BackupHead {
  readonly kind: BackupKind;
  /** 128 random bits in hex. */
  readonly id: string;
  readonly at: Instant;
  /** The name of the back-up key that wrapped the data key. */
  readonly key: string;
  readonly wrapped: Uint8Array;
  /** The random part of every nonce of this file. */
  readonly nonce: Uint8Array;
}

/** Wraps and opens data keys of back-ups; the back-up key itself stays in the key store. */
export interface DataKeys {
  /** `purpose` is bound to the wrapping: a data key wrapped for one back-up opens no other. */
  wrap(purpose: string, dataKey: Uint8Array): Promise<{ key: string; wrapped: Uint8Array }>;
  /** backup.key_unknown where the named key is not held; backup.key_refused for altered bytes. */
  unwrap(purpose: string, held: { key: string; wrapped: Uint8Array }): Promise<Uint8Array>;
}

export const headBytesMax = 4_096;
export const noncePrefixBytes = 7;
export const magic = 'fubie-backup/v1';

export function printHead(head: BackupHead): Uint8Array {
  const { kind, id, at, key, wrapped, nonce } = head;
  const members: Json = {
    kind,
    id,
    at: formatInstant(at),
    key,
    wrapped: toBase64(wrapped),
    nonce: toBase64(nonce),
  };
  return utf8(`${magic}\n${canonical(members)}\n`);
}

/** `line` is the second line of the file. */
export function parseHead(line: Uint8Array): BackupHead {
  try {
    const held = parseCanonical(line);
    if (typeof held !== 'object' || held === null || Array.isArray(held)) throw malformed();
    const text = (name: string): string => {
      const value = new Map(Object.entries(held)).get(name);
      return typeof value === 'string' ? value : '';
    };
    const kind = text('kind');
    const nonce = fromBase64(text('nonce'));
    const right = /^[0-9a-f]{32}$/.test(text('id')) && nonce.length === noncePrefixBytes;
    if (!right || (kind !== 'house' && kind !== 'wraps')) throw malformed();
    const at = parseInstant(text('at'));
    const wrapped = fromBase64(text('wrapped'));
    return { kind, id: text('id'), at, key: text('key'), wrapped, nonce };
  } catch (cause) {
    throw new Fault('backup.head_malformed', {}, { cause });
  }
}

/** What a data key is wrapped for. */
export function purposeOf(head: Pick<BackupHead, 'kind' | 'id'>): string {
  return `fubie/backup/v1/${head.kind}/${head.id}`;
}

/** Reads the name of the format, so that a file of something else is told from an altered one. */
export function checkMagic(line: Uint8Array): void {
  if (line.length > magic.length || fromUtf8(line) !== magic) throw malformed();
}

function malformed(): Fault {
  return new Fault('backup.head_malformed');
}
