/**
 * /v1/regulator: supervisors look through an institution to its evidence (穿透式监管, S0-48).
 *
 * Every answer is masked. What a supervisor needs as it is, the institution's staff answer to an
 * order of theirs; there is no route for it.
 */
import { z } from 'zod';
import { toBase64 } from '#base/bytes';
import { formatInstant } from '#base/clock';
import { documentKinds } from '#business/contract';
import { maskedFields } from '#business/desk';
import type {
  ContractRow,
  RegulatorDesk,
  ShownContract,
  ShownDocument,
  ShownProduct,
} from '#business/regulator';
import { entryTypes } from '#formats/entry';
import type { Asked, Doors } from '../route.ts';
import { caseId, caseState, date, fenText, id, instant, sha256Hex } from '../schemas.ts';

/** What these routes lean on. */
export interface RegulatorRoutesDesk {
  readonly regulator: RegulatorDesk;
}

const tag = 'regulator';
const who = ['machine'] as const;
const needs = 'regulator.look';
const lookRefusals = [
  'access.purpose_missing',
  'regulator.purpose_unknown',
  'regulator.reference_malformed',
  'regulator.signature_required',
];
const contractRefusals = [...lookRefusals, 'regulator.contract_unknown'];
/** S2-12: what is shown while nobody outside has reviewed the evidence product. */
const notReviewed = { zh: '未经审查', en: 'not reviewed' };

const word = z.string().max(200);
const count = z.int().nonnegative();
const month = z.string().regex(/^20\d{2}-(?:0[1-9]|1[0-2])$/);
const bothWords = z.strictObject({ zh: word, en: word });
const review = z.strictObject({ authority: word, certificate: word, issuedOn: date, until: date });
const number = z.string().regex(/^HT\d{18}(?:\d{6})?$/);
const withNumber = z.strictObject({ number });
const level = z.enum(['L0', 'L1', 'L2']);

const institutionBody = z.strictObject({
  institution: word,
  name: word,
  code: word,
  type: z.strictObject({ id: word, actor: word, zh: word, en: word }),
  parent: word.nullable(),
  state: z.enum(['open', 'leaving', 'closed']),
  openedAt: instant,
  residency: word,
  synthetic: z.boolean(),
  review: z.union([review, bothWords]),
  cases: count,
  contracts: count,
  /** Of institutions below: sums of this month only. */
  below: z.strictObject({ month, institutions: count, contracts: z.string().regex(/^\d{1,20}$/) }),
});

const productLine = z.strictObject({
  product: word,
  version: word,
  name: word,
  cases: count,
  byState: z.partialRecord(caseState, count),
  refused: count,
  overdue: count,
  concluded: count,
  appliedFen: fenText,
  concludedFen: fenText,
  disbursedFen: fenText,
  outstandingFen: fenText,
  overdueFen: fenText,
});

const contractLine = z.strictObject({
  contractNumber: number,
  preservationNumber: z.string(),
  product: word,
  version: word,
  state: caseState,
  openedAt: instant,
  disbursedOn: date.nullable(),
  termMonths: z.int().nullable(),
  amountFen: fenText.nullable(),
  outstandingFen: fenText,
});

const contractBody = z.strictObject({
  ...contractLine.shape,
  party: z.strictObject({
    role: z.literal('borrower'),
    /** Masked, always. */
    person: z.partialRecord(z.enum(maskedFields), z.string()),
    stands: z.enum(['shown', 'none', 'erased', 'restricted']),
  }),
  documents: z.array(
    z.strictObject({
      document: id,
      kind: z.enum(documentKinds),
      title: word,
      template: word,
      templateSha256: sha256Hex,
      pages: count,
      draftedAt: instant,
      base: z.strictObject({ bytes: count, sha256: sha256Hex, sm3: sha256Hex }),
      /** 0 is what was shown; each seal adds one. */
      revisions: z.array(
        z.strictObject({
          number: count,
          bytes: count,
          sha256: sha256Hex,
          sealedAt: instant.nullable(),
        }),
      ),
    }),
  ),
  evidence: z.strictObject({
    /** The name of the institution's log. */
    origin: z.string().nullable(),
    /** The case's name in the log. */
    case: caseId,
    entries: z.array(
      z.strictObject({
        seq: count,
        type: z.enum(entryTypes),
        at: instant,
        hash: z.base64(),
        index: count.nullable(),
        level,
      }),
    ),
  }),
});

const proofBody = z.strictObject({
  contractNumber: number,
  /** The signed note with the cosignatures of the witnesses (C2SP tlog-checkpoint). */
  checkpoint: z.string(),
  level,
  size: count,
  entries: z.array(
    z.strictObject({
      seq: count,
      type: z.enum(entryTypes),
      hash: z.base64(),
      index: count,
      /** base64 of the entry as it stands in the log: salted commitments, no value. */
      entry: z.base64(),
      /** C2SP tlog-proof. */
      proof: z.string(),
    }),
  ),
});

export function regulatorRoutes(doors: Doors, desk: RegulatorRoutesDesk): void {
  institutionRoute(doors, desk);
  productsRoute(doors, desk);
  contractsRoute(doors, desk);
  contractRoute(doors, desk);
  proofRoute(doors, desk);
}

function institutionRoute(doors: Doors, { regulator }: RegulatorRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/regulator/institution',
      tag,
      summary: { zh: '监管：机构', en: 'For supervisors: the institution and its counts' },
      who,
      needs,
      answer: { status: 200, body: institutionBody },
      refusals: [...lookRefusals, 'tenancy.tenant_unknown'],
    },
    async (asked) => {
      const { record, type, below, ...seen } = await regulator.institution(lookOf(asked));
      return {
        institution: record.id,
        name: record.name,
        code: record.code,
        type: { id: type.id, actor: type.actor, zh: type.zh, en: type.en },
        parent: record.parent ?? null,
        state: seen.state,
        openedAt: formatInstant(seen.openedAt),
        residency: record.residency,
        synthetic: record.synthetic,
        review: record.review ?? notReviewed,
        cases: seen.cases,
        contracts: seen.contracts,
        below: {
          month: below.month,
          institutions: below.tenants,
          contracts: String(below.contracts),
        },
      };
    },
  );
}

function productsRoute(doors: Doors, { regulator }: RegulatorRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/regulator/products',
      tag,
      summary: { zh: '监管：各产品合计', en: 'For supervisors: sums of each product and version' },
      who,
      needs,
      query: z.strictObject({ month: month.optional() }),
      answer: { status: 200, body: z.strictObject({ products: z.array(productLine) }) },
      refusals: lookRefusals,
    },
    async (asked) => {
      const products = await regulator.products(lookOf(asked), asked.query.month);
      return { products: products.map(productOf) };
    },
  );
}

function contractsRoute(doors: Doors, { regulator }: RegulatorRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/regulator/contracts',
      tag,
      summary: { zh: '监管：合同一览，不含个人', en: 'For supervisors: contracts, newest first' },
      who,
      needs,
      query: z.strictObject({
        product: z.string().max(64).optional(),
        state: caseState.optional(),
        /** In which the case was opened, China time. */
        month: month.optional(),
        cursor: z.string().max(64).optional(),
      }),
      answer: {
        status: 200,
        body: z.strictObject({ contracts: z.array(contractLine), next: z.string().nullable() }),
      },
      refusals: [...lookRefusals, 'regulator.cursor_malformed'],
    },
    async (asked) => {
      const { cursor, ...filter } = asked.query;
      const page = await regulator.contracts(lookOf(asked), { filter, cursor });
      return { contracts: page.rows.map(lineOf), next: page.next ?? null };
    },
  );
}

function contractRoute(doors: Doors, { regulator }: RegulatorRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/regulator/contracts/:number',
      tag,
      summary: {
        zh: '监管：一份合同（当事人一律遮盖；明文不经接口提供，须凭调取令由机构工作人员答复）',
        en:
          'For supervisors: one contract, its party masked. Nothing is unmasked by API: staff of ' +
          'the institution answer an order',
      },
      who,
      needs,
      params: withNumber,
      answer: { status: 200, body: contractBody },
      refusals: contractRefusals,
    },
    async (asked) => contractOf(await regulator.contract(lookOf(asked), asked.params.number)),
  );
}

function proofRoute(doors: Doors, { regulator }: RegulatorRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/regulator/contracts/:number/proof',
      tag,
      summary: {
        zh: '监管：一份合同的公开证明（不含任何披露）',
        en: 'For supervisors: checkpoint and inclusion proofs of a contract, no disclosure',
      },
      who,
      needs,
      params: withNumber,
      answer: { status: 200, body: proofBody },
      refusals: contractRefusals,
    },
    async (asked) => {
      const contractNumber = asked.params.number;
      const { entries, ...filed } = await regulator.proof(lookOf(asked), contractNumber);
      const shown = entries.map(({ seq, type, hash, index, bytes, proof }) => {
        return { seq, type, hash, index, entry: toBase64(bytes), proof };
      });
      return { contractNumber, ...filed, entries: shown };
    },
  );
}

function lookOf({ tenant, caller, purpose }: Asked) {
  return { tenant, caller, purpose };
}

function productOf(held: ShownProduct): z.infer<typeof productLine> {
  const { applied, concludedAmount, disbursed, outstanding, overdueAmount, ...counts } = held;
  return {
    ...counts,
    appliedFen: String(applied),
    concludedFen: String(concludedAmount),
    disbursedFen: String(disbursed),
    outstandingFen: String(outstanding),
    overdueFen: String(overdueAmount),
  };
}

function lineOf(held: ContractRow): z.infer<typeof contractLine> {
  return {
    contractNumber: held.contractNumber,
    preservationNumber: held.preservationNumber,
    product: held.product,
    version: held.version,
    state: held.state,
    openedAt: formatInstant(held.openedAt),
    disbursedOn: held.disbursedOn ?? null,
    termMonths: held.termMonths ?? null,
    amountFen: held.amount === undefined ? null : String(held.amount),
    outstandingFen: String(held.outstanding),
  };
}

function contractOf(held: ShownContract): z.infer<typeof contractBody> {
  const { origin, caseTag, entries } = held.evidence;
  return {
    ...lineOf(held),
    party: { ...held.party },
    documents: held.documents.map(documentOf),
    evidence: {
      origin: origin ?? null,
      case: caseTag,
      entries: entries.map((entry) => ({
        ...entry,
        at: formatInstant(entry.at),
        index: entry.index ?? null,
      })),
    },
  };
}

function documentOf(held: ShownDocument): z.infer<typeof contractBody>['documents'][number] {
  return {
    document: held.id,
    kind: held.kind,
    title: held.title,
    template: held.template,
    templateSha256: held.templateSha256,
    pages: held.pages,
    base: { ...held.base },
    draftedAt: formatInstant(held.draftedAt),
    revisions: held.revisions.map((revision) => ({
      number: revision.number,
      bytes: revision.bytes,
      sha256: revision.sha256,
      sealedAt: revision.sealedAt === undefined ? null : formatInstant(revision.sealedAt),
    })),
  };
}
