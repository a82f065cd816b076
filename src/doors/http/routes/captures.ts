/**
 * Photos in parts: announced with their digest, sent piece by piece, whole when the digest says so.
 */
import { z } from 'zod';
import { fromBase64 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { Fault } from '#base/fault';
import { captureBytesMax, chunkBytes, photoMedia } from '#business/signer';
import type { Desks } from '../desks.ts';
import { ownOf } from '../own.ts';
import type { Doors } from '../route.ts';
import { caseId as caseName, id, instant, sha256Hex, withId } from '../schemas.ts';

const tag = 'captures';
const chunkBodyBytesMax = 512 * 1024;
const drawingBytesMax = 64 * 1024;
const chunksMax = captureBytesMax / chunkBytes;

const announcing = z.strictObject({
  kind: z.string().max(16),
  media: z.enum(photoMedia),
  sha256: sha256Hex,
  bytes: z
    .int()
    .min(1)
    .max(64 * 1024 * 1024),
  takenAt: instant,
  device: z.string().min(1).max(120).optional(),
  place: z
    .strictObject({
      latitudeMillionths: z.int().min(-90_000_000).max(90_000_000),
      longitudeMillionths: z.int().min(-180_000_000).max(180_000_000),
      accuracyM: z.int().min(0).max(1_000_000),
    })
    .optional(),
});
const announced = z.strictObject({ capture: id, chunkBytes: z.int(), missing: z.array(z.int()) });
/** Whole numbers only: x, y in tenths of a point of the pad, and milliseconds. */
const drawing = z.strictObject({
  v: z.literal(1),
  width: z.int().min(1).max(10_000),
  height: z.int().min(1).max(10_000),
  strokes: z
    .array(z.array(z.int().min(0).max(3_600_000)).min(3).max(3_000))
    .min(1)
    .max(64),
});
const number = z.string().regex(/^(0|[1-9]\d?)$/);

export function captureRoutes(doors: Doors, desks: Desks): void {
  announceRoute(doors, desks);
  chunkRoute(doors, desks);
  completionRoute(doors, desks);
  photoRoute(doors, desks);
  handwritingRoute(doors, desks);
}

function announceRoute(doors: Doors, { signer }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/cases/:id/captures',
      tag,
      summary: { zh: '登记一张待上传的影像', en: 'Announces a photo with its digest' },
      who: ['borrower'],
      params: z.strictObject({ id: caseName }),
      body: announcing,
      answer: { status: 201, body: announced },
      refusals: [
        'consent.missing',
        'consent.outdated',
        'consent.withdrawn',
        'lending.out_of_order',
        'lending.product_unknown',
        'signer.capture_kind',
        'signer.capture_limit',
        'vault.erased',
      ],
    },
    async (asked) => {
      const { caseId } = ownOf(asked);
      if (caseId !== asked.params.id) throw new Fault('access.not_yours');
      return async (unit) => {
        const { id: capture, missing } = await signer.captures.open(unit, caseId, asked.body);
        return { body: { capture, chunkBytes, missing } };
      };
    },
  );
}

function chunkRoute(doors: Doors, { units, signer }: Desks): void {
  doors.each(
    {
      method: 'PUT',
      path: '/v1/captures/:id/chunks/:n',
      tag,
      summary: { zh: '上传影像的一块', en: 'Takes one part of a photo' },
      why: 'A part has its number and its digest: sent again it changes nothing.',
      who: ['borrower'],
      params: z.strictObject({ id, n: number }),
      body: z.strictObject({ sha256: sha256Hex, data: z.base64() }),
      bytesMax: chunkBodyBytesMax,
      answer: { status: 200, body: z.strictObject({ missing: z.array(z.int()).max(chunksMax) }) },
      refusals: ['signer.capture_differs', 'signer.capture_unknown', 'vault.erased'],
    },
    async (asked) => {
      const { tenant, caseId } = ownOf(asked);
      const at = { caseId, id: asked.params.id, number: Number(asked.params.n) };
      const part = { sha256: asked.body.sha256, bytes: fromBase64(asked.body.data) };
      const missing = await units.run(tenant, (unit) => signer.captures.putChunk(unit, at, part));
      return { missing };
    },
  );
}

function completionRoute(doors: Doors, { signer }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/captures/:id/completion',
      tag,
      summary: { zh: '影像上传完毕，核对并留痕', en: 'The photo is whole, checked and recorded' },
      who: ['borrower'],
      params: withId,
      answer: { status: 200, body: z.strictObject({ capture: id, sha256: sha256Hex }) },
      refusals: [
        'signer.capture_differs',
        'signer.capture_incomplete',
        'signer.capture_unknown',
        'vault.erased',
      ],
    },
    async (asked) => {
      const { caseId } = ownOf(asked);
      const at = { caseId, id: asked.params.id };
      return async (unit) => {
        const { sha256 } = await signer.captures.complete(unit, at);
        return { body: { capture: at.id, sha256 } };
      };
    },
  );
}

function photoRoute(doors: Doors, { units, signer }: Desks): void {
  doors.file(
    {
      method: 'GET',
      path: '/v1/captures/:id/photo',
      tag,
      summary: { zh: '查看本人的一张影像', en: 'A photo of hers' },
      who: ['borrower'],
      params: withId,
      answer: { status: 200, media: 'application/octet-stream' },
      refusals: ['signer.capture_unknown', 'vault.erased', 'vault.restricted'],
    },
    (asked) => {
      const { tenant, caseId } = ownOf(asked);
      const at = { caseId, id: asked.params.id };
      return units.run(tenant, (unit) => signer.captures.read(unit, at));
    },
  );
}

function handwritingRoute(doors: Doors, { signer }: Desks): void {
  doors.once(
    {
      method: 'PUT',
      path: '/v1/cases/:id/handwriting',
      tag,
      summary: {
        zh: '保存手写签名图样（只是样子，不是签名）',
        en: 'How her signature is to look; never a signature by itself',
      },
      who: ['borrower'],
      params: z.strictObject({ id: caseName }),
      body: drawing,
      bytesMax: drawingBytesMax,
      answer: { status: 200, body: z.strictObject({ kept: z.boolean() }) },
      refusals: [
        'lending.out_of_order',
        'lending.product_unknown',
        'pdf.strokes_malformed',
        'signer.capture_kind',
        'vault.erased',
        'vault.restricted',
      ],
    },
    async (asked) => {
      const { caseId } = ownOf(asked);
      if (caseId !== asked.params.id) throw new Fault('access.not_yours');
      const strokes = canonicalBytes(asked.body);
      return async (unit) => {
        await signer.handwriting.keep(unit, caseId, strokes);
        return { body: { kept: true } };
      };
    },
  );
}
