/**
 * /v1/health, /v1/status, /v1/build, /v1/openapi.json: that the house stands, how it stands, which
 * pages it serves, how to ask it.
 */
import { z } from 'zod';
import type { Json } from '#base/canonical';
import type { Desks } from '../desks.ts';
import type { Doors } from '../route.ts';
import { sha256Hex } from '../schemas.ts';

const tag = 'house';

export function houseRoutes(
  doors: Doors,
  desks: Pick<Desks, 'status' | 'pages'>,
  document: () => Json,
): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/health',
      tag,
      summary: { zh: '服务是否在运行', en: 'Whether the house answers' },
      who: ['anyone'],
      answer: { status: 200, body: z.strictObject({ ok: z.boolean() }) },
      refusals: [],
    },
    async () => ({ ok: true }),
  );
  doors.read(
    {
      method: 'GET',
      path: '/v1/status',
      tag,
      summary: { zh: '哪些是模拟的，日志到哪里，有什么警报', en: 'What is simulated, alarming' },
      who: ['staff', 'machine'],
      needs: 'status.read',
      answer: { status: 200, body: z.record(z.string(), z.unknown()) },
      refusals: [],
    },
    async ({ tenant }) => status.parse(await desks.status(tenant)),
  );
  buildRoute(doors, desks);
  doors.read(
    {
      method: 'GET',
      path: '/v1/openapi.json',
      tag,
      summary: { zh: '本接口的说明', en: 'This document' },
      who: ['anyone'],
      answer: { status: 200, body: z.record(z.string(), z.unknown()) },
      refusals: [],
    },
    async () => status.parse(document()),
  );
}

const built = z.strictObject({
  signer: sha256Hex,
  judge: sha256Hex,
  operator: sha256Hex,
  files: z.array(z.strictObject({ path: z.string(), sha256: sha256Hex, bytes: z.int() })),
});

/** Anybody compares what his browser got with what he builds himself. */
function buildRoute(doors: Doors, { pages }: Pick<Desks, 'pages'>): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/build',
      tag,
      summary: { zh: '网页构建的摘要', en: 'The digests of the built pages' },
      who: ['anyone'],
      answer: { status: 200, body: built },
      refusals: ['http.pages_unbuilt'],
    },
    () => pages.build(),
  );
}

const status = z.record(z.string(), z.unknown());
