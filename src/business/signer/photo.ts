/**
 * What a photo is by its own first bytes, whatever it calls itself.
 *
 * JPEG (ITU-T T.81 B.1.1.3), PNG (ISO/IEC 15948 5.2), WebP (RFC 9649 section 2.4).
 */
import { equal, latin1 } from '#base/bytes';

/** The kinds of files a photo may be. */
export const photoMedia = ['image/jpeg', 'image/png', 'image/webp'] as const;
/** One of the kinds of files a photo may be. */
export type PhotoMedia = (typeof photoMedia)[number];

const jpegStart = Uint8Array.of(0xff, 0xd8, 0xff);
const jpegEnd = Uint8Array.of(0xff, 0xd9);
const pngStart = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Undefined for anything that is none of them, or was cut off. */
export function photoMediaOf(bytes: Uint8Array): PhotoMedia | undefined {
  const starts = (mark: Uint8Array) => equal(bytes.subarray(0, mark.length), mark);
  if (starts(jpegStart) && equal(bytes.subarray(-2), jpegEnd)) return 'image/jpeg';
  if (starts(pngStart) && latin1(bytes.subarray(12, 16)) === 'IHDR') return 'image/png';
  const riff = latin1(bytes.subarray(0, 4)) === 'RIFF';
  if (riff && latin1(bytes.subarray(8, 12)) === 'WEBP') return 'image/webp';
  return undefined;
}
