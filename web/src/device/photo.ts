/**
 * A photograph as it leaves the camera: made small enough for a slow line, hashed at once.
 *
 * What is hashed is what is sent and kept; the digest, the time and (if she agreed) device and
 * place are fixed before anything leaves the page.
 */
import { sha256Hex } from './shown.ts';

export interface Photo {
  readonly bytes: Uint8Array;
  readonly media: 'image/jpeg';
  readonly sha256: string;
  readonly takenAt: string;
}

/** Whole millionths of a degree: what is stated in an entry has no fractions. */
export interface Place {
  readonly latitudeMillionths: number;
  readonly longitudeMillionths: number;
  readonly accuracyM: number;
}

const sidePixelsMax = 1_600;
const quality = 0.85;
const placeMsMax = 8_000;
const perDegree = 1_000_000;
/** A device that knows less says so little that the house takes no more. */
const accuracyMMax = 1_000_000;
/** China has one time zone; the house writes its times in it. */
const zoneMs = 8 * 3_600_000;

type Picture = CanvasImageSource & { readonly width: number; readonly height: number };

/** From a file of the camera app. Undefined when it is no picture. */
export async function photoOfFile(file: Blob): Promise<Photo | undefined> {
  try {
    const picture = await createImageBitmap(file);
    return await photoOf(picture);
  } catch {
    return undefined;
  }
}

/** From the live camera. */
export function photoOfVideo(video: HTMLVideoElement): Promise<Photo> {
  return photoOf(video, video.videoWidth, video.videoHeight);
}

async function photoOf(
  picture: CanvasImageSource,
  width = (picture as Picture).width,
  height = (picture as Picture).height,
): Promise<Photo> {
  const scale = Math.min(1, sidePixelsMax / Math.max(width, height, 1));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', quality);
  });
  if (blob === null) throw new Error('the canvas gives no picture');
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return {
    bytes,
    media: 'image/jpeg',
    sha256: await sha256Hex(bytes),
    takenAt: chinaTime(Date.now()),
  };
}

export function chinaTime(ms: number): string {
  return new Date(ms + zoneMs).toISOString().replace('Z', '+08:00');
}

/** Where the device says it is; undefined when it does not say. Asked only after consent. */
export function placeNow(): Promise<Place | undefined> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve(undefined);
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) =>
        resolve({
          latitudeMillionths: Math.round(latitude * perDegree),
          longitudeMillionths: Math.round(longitude * perDegree),
          accuracyM: Math.min(Math.round(accuracy), accuracyMMax),
        }),
      () => resolve(undefined),
      { timeout: placeMsMax, maximumAge: 60_000 },
    );
  });
}
