/**
 * Sends a photograph in pieces: what arrived stays, and after a cut only what is missing is sent.
 *
 * Until the house says that it has the whole, the photograph waits on the device as well.
 */
import type { Line } from '../api/line.ts';
import { Refusal } from '../api/refusal.ts';
import { dropPhoto, keepPhoto, type Opened, type WaitingPhoto } from './photo-shelf.ts';
import { sha256Hex } from './shown.ts';

/** Told after each piece: how many of how many have arrived. */
export type OnPart = (sent: number, of: number) => void;

/** The house has forgotten what was announced, or will not have it: it is announced anew. */
const isGone = (thrown: unknown): boolean =>
  thrown instanceof Refusal && thrown.code === 'signer.capture_unknown';

/** Goes on where an earlier try ended; resolves when the house has the whole photograph. */
export async function upload(line: Line, waiting: WaitingPhoto, onPart: OnPart): Promise<void> {
  await keepPhoto(waiting);
  try {
    await send(line, waiting, onPart);
  } catch (thrown) {
    if (waiting.opened === undefined || !isGone(thrown)) throw thrown;
    await send(line, { ...waiting, opened: undefined }, onPart);
  }
  await dropPhoto(waiting);
}

async function send(line: Line, waiting: WaitingPhoto, onPart: OnPart): Promise<void> {
  const { photo } = waiting;
  const opened = waiting.opened ?? (await announce(line, waiting));
  const { capture, chunkBytes } = opened;
  const of = Math.ceil(photo.bytes.length / chunkBytes);
  let { missing } = opened;
  for (let next = missing[0]; next !== undefined; next = missing[0]) {
    await keepPhoto({ ...waiting, opened: { ...opened, missing } });
    onPart(of - missing.length, of);
    const part = photo.bytes.subarray(next * chunkBytes, (next + 1) * chunkBytes);
    const body = { sha256: await sha256Hex(part), data: base64(part) };
    const path = `/v1/captures/${capture}/chunks/${next}`;
    ({ missing } = await line.act<{ missing: readonly number[] }>(path, body, 'PUT'));
  }
  await line.act(`/v1/captures/${capture}/completion`, {});
  onPart(of, of);
}

function announce(line: Line, { caseId, photo, told }: WaitingPhoto): Promise<Opened> {
  const { bytes, media, sha256, takenAt } = photo;
  const order = { ...told, media, sha256, bytes: bytes.length, takenAt };
  return line.act<Opened>(`/v1/cases/${caseId}/captures`, order);
}

const pieceBytes = 0x2000;

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    text += String.fromCharCode(...bytes.subarray(at, at + pieceBytes));
  }
  return btoa(text);
}
