/**
 * One question for a whole record: the trace of a contract, a party or an event, and everything
 * that a preservation number stands for (S0-06, S2-19).
 */
import { z } from 'zod';
import { Fault } from '#base/fault';
import type { CaseDesk } from '#business/desk';
import type { Desks } from '../desks.ts';
import { lawfulOf, requireCase } from '../own.ts';
import type { Asked, Doors } from '../route.ts';
import { caseId, id, instant, numberText, sha256Hex } from '../schemas.ts';

/** Of one party; more are asked for one by one. */
const casesPerTraceMax = 10;
const tag = 'cases';
const facts = z.record(z.string(), z.unknown());
const hash = z.base64();
const step = z.strictObject({
  case: caseId,
  seq: z.int(),
  who: z.strictObject({
    key: z.string(),
    party: z.string().nullable(),
    actor: z.string().nullable(),
    source: z.enum(['self', 'third-party', 'forensic', 'notarised']),
  }),
  what: z.strictObject({ type: z.string(), facts }),
  when: z.strictObject({ at: instant, clock: z.string(), stated: z.string().nullable() }),
  where: z.unknown(),
  device: z.unknown(),
  version: z.strictObject({ entry: z.int(), environment: hash, program: z.unknown() }),
  hash,
  index: z.int().nullable(),
  level: z.string(),
  /** A C2SP .tlog-proof. */
  proof: z.string().nullable(),
});
const trace = z.strictObject({
  cases: z.array(caseId),
  steps: z.array(step),
  flags: z.array(z.strictObject({ case: caseId, seq: z.int(), flag: z.string() })),
});
const document = z.strictObject({
  document: id,
  kind: z.string(),
  title: z.string(),
  bytes: z.int(),
  sha256: sha256Hex,
});
const item = z.strictObject({ title: z.string(), seq: z.int(), at: instant, hash, facts });
const dossier = z.strictObject({
  preservationNumber: numberText,
  case: caseId,
  openedAt: instant,
  state: z.string(),
  subject: z.record(z.string(), z.string()).nullable(),
  grant: item.nullable(),
  contract: document.nullable(),
  attachments: z.array(z.union([document, item])),
  chain: z.strictObject({ entries: z.int(), head: hash }),
});
const refusals = [
  'judicial.reference_unknown',
  'lending.case_unknown',
  'vault.erased',
  'vault.restricted',
];

/** What these routes lean on. */
export interface RecordRoutesDesk extends Pick<Desks, 'archive'> {
  readonly cases: CaseDesk;
}

export function recordRoutes(doors: Doors, desk: RecordRoutesDesk): void {
  traceRoute(doors, desk);
  dossierRoute(doors, desk);
}

function traceRoute(doors: Doors, desk: RecordRoutesDesk): void {
  const { archive, cases } = desk;
  doors.each(
    {
      method: 'POST',
      path: '/v1/traces',
      tag,
      summary: {
        zh: '由合同、当事人或者一项事件查全过程：何人、何事、何时、何地、何设备、何版本，附证明',
        en: 'The whole trace of a contract, a party or an event, with proofs',
      },
      why: 'It changes nothing; what is asked by may be a person, who stands in no address.',
      who: ['borrower', 'staff', 'machine'],
      needs: 'package.build',
      body: z.union([
        z.strictObject({ case: caseId }),
        z.strictObject({ number: numberText }),
        z.strictObject({ contract: z.string().min(4).max(40) }),
        z.strictObject({ entry: hash }),
        z.strictObject({
          party: z.strictObject({
            field: z.enum(['idNumber', 'phone', 'card', 'name']),
            text: z.string().min(1).max(50),
          }),
        }),
      ]),
      answer: { status: 200, body: trace },
      refusals: [
        ...refusals,
        'access.rate_exceeded',
        'desk.search_malformed',
        'vault.find_too_wide',
        'vault.lookups_too_many',
      ],
    },
    async (asked) => {
      const { tenant, body } = asked;
      const caseIds =
        'party' in body
          ? (await cases.find(asked, body.party)).map(({ id: one }) => one)
          : ['case' in body ? body.case : await caseBy(asked, desk, body)];
      const shown = caseIds.slice(0, casesPerTraceMax);
      for (const one of shown) {
        await requireCase(asked, { caseId: one, permission: 'package.build' }, cases);
      }
      const lawful = lawfulOf(asked, cases);
      const { steps, flags } = await archive.trace({ tenant, caseIds: shown, lawful });
      return { cases: shown, steps: [...steps], flags: [...flags] };
    },
  );
}

function dossierRoute(doors: Doors, desk: RecordRoutesDesk): void {
  const { archive, cases } = desk;
  doors.read(
    {
      method: 'GET',
      path: '/v1/preservations/:number',
      tag,
      summary: {
        zh: '凭保全号取得：主体、授信、合同与附件',
        en: 'What a preservation number stands for',
      },
      who: ['borrower', 'staff', 'machine'],
      needs: 'case.read',
      params: z.strictObject({ number: numberText }),
      answer: { status: 200, body: dossier },
      refusals,
    },
    async (asked) => {
      const held = await caseBy(asked, desk, { number: asked.params.number });
      await requireCase(asked, { caseId: held, permission: 'case.read' }, cases);
      const { tenant } = asked;
      const of = { tenant, caseId: held, lawful: lawfulOf(asked, cases) };
      const { attachments, ...rest } = await archive.dossier(of);
      return { ...rest, attachments: [...attachments] };
    },
  );
}

async function caseBy(
  asked: Asked,
  { archive }: RecordRoutesDesk,
  reference: Parameters<Desks['archive']['caseOfReference']>[1],
): Promise<string> {
  const held = await archive.caseOfReference(asked.tenant, reference);
  if (held === undefined) throw new Fault('judicial.reference_unknown');
  return held;
}
