/**
 * Sends a photograph in pieces: what arrived stays, and after a cut only what is missing is sent.
 */
import type { Line } from '../api/line.ts';
import type { Photo, Place } from './photo.ts';
import { sha256Hex } from './shown.ts';

export interface Told {
  readonly kind: string;
  readonly device?: string;
  readonly place?: Place;
}

interface Opened {
  readonly capture: string;
  readonly chunkBytes: number;
  readonly missing: readonly number[];
}

export interface UploadOrder {
  readonly caseId: string;
  readonly photo: Photo;
  readonly told: Told;
  readonly onPart: (sent: number, of: number) => void;
}

/** What this page began to send, by the photograph's digest: pressed again, it goes on there. */
const begun = new Map<string, Opened>();

export async function upload(
  line: Line,
  { caseId, photo, told, onPart }: UploadOrder,
): Promise<void> {
  const { bytes, media, sha256, takenAt } = photo;
  const opened =
    begun.get(sha256) ??
    (await line.act<Opened>(`/v1/cases/${caseId}/captures`, {
      ...told,
      media,
      sha256,
      bytes: bytes.length,
      takenAt,
    }));
  const { capture, chunkBytes } = opened;
  const of = Math.ceil(bytes.length / chunkBytes);
  let { missing } = opened;
  for (let next = missing[0]; next !== undefined; next = missing[0]) {
    begun.set(sha256, { ...opened, missing });
    onPart(of - missing.length, of);
    const part = bytes.subarray(next * chunkBytes, (next + 1) * chunkBytes);
    const body = { sha256: await sha256Hex(part), data: base64(part) };
    const path = `/v1/captures/${capture}/chunks/${next}`;
    ({ missing } = await line.act<{ missing: readonly number[] }>(path, body, 'PUT'));
  }
  await line.act(`/v1/captures/${capture}/completion`, {});
  begun.delete(sha256);
  onPart(of, of);
}

const pieceBytes = 0x2000;

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    text += String.fromCharCode(...bytes.subarray(at, at + pieceBytes));
  }
  return btoa(text);
}
