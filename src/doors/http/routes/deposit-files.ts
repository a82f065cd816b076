/**
 * Files of deposits in parts: announced, sent in any order, resumed after a broken line, whole.
 */
import { z } from 'zod';
import { fromBase64 } from '#base/bytes';
import type { Units } from '#base/unit';
import { type DepositDesk, type FileDesk, fileBytesMax, partBytes } from '#business/deposit';
import type { Doors } from '../route.ts';
import { id, sha256Hex, withId } from '../schemas.ts';
import * as shapes from './deposit-shapes.ts';

const partBodyBytesMax = 2 * 1024 * 1024;
const submitting = { who: ['machine'], needs: 'deposit.submit', tag: shapes.tag } as const;
const number = z.string().regex(/^(0|[1-9]\d{0,4})$/);
const openFile = z.strictObject({
  file: id,
  partBytes: z.int(),
  /** All of it when the file is announced; after a part, the first hundred. */
  missing: z.array(z.int()),
});
/** Thousands of parts would each tell of thousands. */
const missingShownAfterPart = 100;
const refusals = [
  'deposit.unknown',
  'deposit.file_differs',
  'deposit.file_unknown',
  'vault.erased',
];

interface FileRoutesDesk {
  readonly units: Units;
  readonly deposits: { readonly files: FileDesk; readonly desk: DepositDesk };
}

export function depositFileRoutes(doors: Doors, parts: FileRoutesDesk): void {
  announceRoute(doors, parts);
  partRoutes(doors, parts);
  completionRoute(doors, parts);
}

function announceRoute(doors: Doors, { deposits }: FileRoutesDesk): void {
  doors.once(
    {
      ...submitting,
      method: 'POST',
      path: '/v1/deposits/:id/files',
      summary: { zh: '登记一个待上传的文件', en: 'Announces a file with both digests' },
      params: shapes.withDeposit,
      body: z.strictObject({
        name: shapes.own,
        fileName: z.string().min(1).max(200),
        media: z.string().regex(/^[a-z]+\/[a-z0-9.+-]{1,60}$/),
        bytes: z.int().min(1).max(fileBytesMax),
        sha256: sha256Hex,
        sm3: sha256Hex,
        slot: shapes.slotName.optional(),
        signature: shapes.signature.optional(),
      }),
      answer: { status: 201, body: openFile },
      refusals: [
        ...refusals,
        'deposit.closed',
        'deposit.name_taken',
        'deposit.record_malformed',
        'deposit.signature_wrong',
        'deposit.slot_unknown',
        'deposit.too_many',
      ],
    },
    async (asked) => {
      const { name: own, fileName: name, ...told } = asked.body;
      const order = { ...told, own, name, deposit: asked.params.id };
      const commit = deposits.files.announce(shapes.sourceOf(asked), order);
      return async (unit) => ({ body: { ...(await commit(unit)), partBytes } });
    },
  );
}

function partRoutes(doors: Doors, { units, deposits }: FileRoutesDesk): void {
  doors.each(
    {
      ...submitting,
      method: 'PUT',
      path: '/v1/deposits/files/:id/parts/:n',
      summary: { zh: '上传文件的一块', en: 'Takes one part of a file' },
      why: 'A part has its number and its digest: sent again it changes nothing.',
      params: z.strictObject({ id, n: number }),
      body: z.strictObject({ sha256: sha256Hex, data: z.base64() }),
      bytesMax: partBodyBytesMax,
      answer: { status: 200, body: openFile },
      refusals,
    },
    async (asked) => {
      const { params, body } = asked;
      const part = {
        file: params.id,
        number: Number(params.n),
        sha256: body.sha256,
        bytes: fromBase64(body.data),
      };
      const open = await units.run(asked.tenant, (unit) =>
        deposits.files.putPart(unit, shapes.sourceOf(asked), part),
      );
      return { ...open, partBytes, missing: open.missing.slice(0, missingShownAfterPart) };
    },
  );
  doors.file(
    {
      method: 'GET',
      path: '/v1/deposits/:deposit/files/:id/parts/:n',
      tag: shapes.tag,
      summary: { zh: '下载文件的一块', en: 'One part of a whole file' },
      who: ['machine', 'staff'],
      needs: 'deposit.read',
      staffNeeds: 'package.build',
      params: z.strictObject({ deposit: shapes.withDeposit.shape.id, id, n: number }),
      answer: { status: 200, media: 'application/octet-stream' },
      refusals: [
        'deposit.unknown',
        'deposit.file_unknown',
        'objects.missing',
        'objects.altered',
        'vault.erased',
        'vault.restricted',
      ],
    },
    (asked) => {
      const { tenant, params } = asked;
      const client = shapes.clientOf(asked);
      return units.run(tenant, async (unit) => {
        const row = await deposits.desk.find(unit, { id: params.deposit, client });
        return deposits.files.part(unit, row, { file: params.id, number: Number(params.n) });
      });
    },
  );
}

function completionRoute(doors: Doors, { deposits }: FileRoutesDesk): void {
  doors.once(
    {
      ...submitting,
      method: 'POST',
      path: '/v1/deposits/files/:id/completion',
      summary: { zh: '文件上传完毕，核对两种摘要并存证', en: 'The file is whole and recorded' },
      params: withId,
      answer: { status: 201, body: shapes.receipt },
      refusals: [...refusals, 'deposit.closed', 'deposit.file_incomplete', 'deposit.file_reading'],
    },
    async (asked) => {
      const source = shapes.sourceOf(asked);
      await deposits.files.readWhole(asked.tenant, source, asked.params.id);
      const commit = deposits.files.complete(source, asked.params.id);
      return async (unit) => {
        const receipt = await commit(unit);
        return { body: shapes.shownReceipt({ ...receipt, flags: [] }) };
      };
    },
  );
}
