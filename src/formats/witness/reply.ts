/**
 * What a witness answers to `add-checkpoint` (C2SP tlog-witness v1.0.0), and how HTTP carries it.
 *
 * 200 signature lines · 400 malformed · 403 no trusted signature · 404 unknown origin ·
 * 409 the size it is at · 422 the proof does not hold.
 */
import { fromUtf8, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { type NoteSignature, parseSignatures, parseSize, printSignatures } from '#formats/tlog';

const sizeMediaType = 'text/x.tlog.size';
const textMediaType = 'text/plain; charset=utf-8';
const refusals = {
  malformed: 400,
  untrusted: 403,
  unknown_origin: 404,
  inconsistent: 422,
} as const;

export type WitnessRefusal = keyof typeof refusals;

export type WitnessReply =
  | { readonly is: 'cosigned'; readonly signatures: readonly NoteSignature[] }
  | { readonly is: 'conflict'; readonly size: number }
  | { readonly is: 'refused'; readonly because: WitnessRefusal };

export interface CarriedReply {
  readonly status: number;
  readonly mediaType: string;
  readonly body: Uint8Array;
}

export function printWitnessReply(reply: WitnessReply): CarriedReply {
  switch (reply.is) {
    case 'cosigned':
      return carried(200, textMediaType, printSignatures(reply.signatures));
    case 'conflict':
      return carried(409, sizeMediaType, `${reply.size}\n`);
    case 'refused':
      return carried(refusals[reply.because], textMediaType, `${reply.because}\n`);
  }
}

export function parseWitnessReply(carriedReply: {
  readonly status: number;
  readonly body: Uint8Array;
}): WitnessReply {
  const { status, body } = carriedReply;
  if (status === 200) return { is: 'cosigned', signatures: parseSignatures(fromUtf8(body)) };
  if (status === 409) {
    const text = fromUtf8(body);
    if (!text.endsWith('\n')) throw new Fault('witness.reply_malformed', { status });
    return { is: 'conflict', size: parseSize(text.slice(0, -1)) };
  }
  for (const because of ['malformed', 'untrusted', 'unknown_origin', 'inconsistent'] as const) {
    if (refusals[because] === status) return { is: 'refused', because };
  }
  throw new Fault('witness.reply_malformed', { status });
}

function carried(status: number, mediaType: string, text: string): CarriedReply {
  return { status, mediaType, body: utf8(text) };
}
