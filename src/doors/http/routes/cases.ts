/**
 * /v1/cases and /v1/packages: what happened in a case, and the evidence package that proves it.
 */
import { z } from 'zod';
import { Fault, faultCode } from '#base/fault';
import type { Desks } from '../desks.ts';
import { lawfulOf, requireCase } from '../own.ts';
import { packageRefusals } from '../refusals.ts';
import type { Doors } from '../route.ts';
import { caseId, id, instant, sha256Hex, withId } from '../schemas.ts';

const entry = z.strictObject({
  seq: z.int(),
  type: z.string(),
  at: instant,
  by: z.string(),
  level: z.string(),
  index: z.int().nullable(),
  facts: z.record(z.string(), z.unknown()),
});
const timeline = z.strictObject({ case: caseId, entries: z.array(entry) });
const packed = z.strictObject({ package: id, sha256: sha256Hex, bytes: z.int() });

export function caseRoutes(doors: Doors, desks: Desks): void {
  timelineRoute(doors, desks);
  packingRoute(doors, desks);
  packageRoute(doors, desks);
  closureRoute(doors, desks);
}

function timelineRoute(doors: Doors, { archive, cases }: Desks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/cases/:id/timeline',
      tag: 'cases',
      summary: { zh: '一案的时间线', en: 'What happened in a case' },
      who: ['borrower', 'staff', 'machine'],
      needs: 'case.read',
      params: z.strictObject({ id: caseId }),
      answer: { status: 200, body: timeline },
      refusals: ['lending.case_unknown', 'vault.erased', 'vault.restricted'],
    },
    async (asked) => {
      await requireCase(asked, { caseId: asked.params.id, permission: 'case.read' }, cases);
      const { tenant } = asked;
      const of = { tenant, caseId: asked.params.id, lawful: lawfulOf(asked, cases) };
      return timeline.parse(await archive.timeline(of));
    },
  );
}

function packingRoute(doors: Doors, { archive, cases }: Desks): void {
  doors.each(
    {
      method: 'POST',
      path: '/v1/packages',
      tag: 'packages',
      summary: { zh: '生成证据包', en: 'Builds the evidence package of a case' },
      why: 'While nothing is added to the case, building twice gives the same file.',
      who: ['borrower', 'staff', 'machine'],
      needs: 'package.build',
      body: z.strictObject({ case: caseId }),
      answer: { status: 201, body: packed },
      refusals: packageRefusals,
    },
    async (asked) => {
      await requireCase(asked, { caseId: asked.body.case, permission: 'package.build' }, cases);
      const { tenant } = asked;
      return archive.build({ tenant, caseId: asked.body.case, lawful: lawfulOf(asked, cases) });
    },
  );
}

function closureRoute(doors: Doors, { archive, cases }: Desks): void {
  doors.each(
    {
      method: 'POST',
      path: '/v1/cases/:id/closure',
      tag: 'packages',
      summary: {
        zh: '结案归档；证据链有缺项则不予受理并列出',
        en: 'Closes the chain of a case, or lists every link that is missing',
      },
      why: 'A case is closed once: asked again, the answer is the same entry.',
      who: ['staff', 'machine'],
      needs: 'package.build',
      params: z.strictObject({ id: caseId }),
      answer: { status: 200, body: z.strictObject({ seq: z.int(), hash: z.base64() }) },
      refusals: [
        'judicial.links_missing',
        'lending.case_unknown',
        'vault.erased',
        'vault.restricted',
      ],
    },
    async (asked) => {
      const about = asked.params.id;
      await requireCase(asked, { caseId: about, permission: 'package.build' }, cases);
      return archive.close({ tenant: asked.tenant, caseId: about, lawful: lawfulOf(asked, cases) });
    },
  );
}

function packageRoute(doors: Doors, { archive, cases }: Desks): void {
  doors.file(
    {
      method: 'GET',
      path: '/v1/packages/:id',
      tag: 'packages',
      summary: { zh: '下载证据包', en: 'The evidence package' },
      who: ['borrower', 'staff', 'machine'],
      needs: 'package.build',
      params: withId,
      answer: { status: 200, media: 'application/zip' },
      refusals: [
        'judicial.package_unknown',
        'lending.case_unknown',
        'vault.erased',
        'vault.restricted',
      ],
    },
    async (asked) => {
      const name = asked.params.id;
      // Whose it is comes first; a package of another case and none at all look the same.
      const of = await archive.caseOf(asked.tenant, name);
      if (of === undefined) throw unknownPackage(name);
      const about = { caseId: of, permission: 'package.build' } as const;
      await requireCase(asked, about, cases).catch((thrown: unknown) => {
        throw hidden.has(faultCode(thrown) ?? '') ? unknownPackage(name) : thrown;
      });
      const { tenant } = asked;
      return archive.read({ tenant, package: name, lawful: lawfulOf(asked, cases) });
    },
  );
}

/** What would say that a package is there, though not for this caller. */
const hidden: ReadonlySet<string> = new Set([
  'access.not_permitted',
  'access.not_yours',
  'lending.case_unknown',
]);

function unknownPackage(name: string): Fault {
  return new Fault('judicial.package_unknown', { package: name });
}
