/**
 * What the house knows of one tenant: who it is, under whom it stands, where its data may lie.
 *
 * The record is public inside the house and holds no natural person: offices, not names. It is
 * written once when the tenant is opened; `parent` and `id` never change.
 */
import { z } from 'zod';
import { canonicalBytes, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { metered } from './metered.ts';
import { jsonOf } from './organisation.ts';

const recordBytesMax = 64 * 1024;
const hostsMax = 32;
const listMax = 200;
const reasonCharactersMax = 300;

const text = z.string().min(1).max(200);
const word = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
/** 民诉法 35: the places that parties may agree on, each connected with the dispute. */
const connectedPlace = /(住所地|合同履行地|合同签订地|标的物所在地).*人民法院/;
/** RFC 1123 names, lower case, and the addresses of this computer; no port. */
const host = z.string().regex(/^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]{2,45}\])$/);
const origin = z.string().regex(/^https:\/\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/);
const names = z.array(word).max(listMax);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const sealShape = z.strictObject({
  /** What stands along the arc and under the star; the latter names the seal's certificate. */
  arc: text,
  words: text,
  /** The office that granted the standing authorisation, and for which kinds of documents. */
  grantedBy: text,
  documents: names.min(1),
});
/** A folder, under the root folder unless absolute, or a bucket of an S3; no secret stands here. */
const storeShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('folder'), path: text }),
  z.strictObject({
    kind: z.literal('s3'),
    endpoint: z
      .string()
      .max(300)
      .regex(/^https?:\/\/[a-z0-9][a-z0-9.-]*(?::\d{1,5})?$/),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  }),
]);
/** S2-12: the certificate of an outside review of the evidence product, if there is one. */
const reviewShape = z.strictObject({
  authority: text,
  certificate: text,
  issuedOn: day,
  until: day,
});

const shape = z
  .strictObject({
    v: z.literal(1),
    id: word,
    type: word,
    parent: word.optional(),
    name: text,
    /** 统一社会信用代码, GB 32100. */
    code: z.string().regex(/^[0-9A-HJ-NPQRTUWXY]{18}$/),
    address: text,
    phone: text,
    court: z.string().max(200).regex(connectedPlace),
    /** No such institution exists. */
    synthetic: z.boolean(),
    hosts: z.array(host).max(hostsMax),
    /** origins of its own whose pages may show the signing page inside them; no partner's. */
    frameOrigins: z.array(origin).max(hostsMax).optional(),
    suite: z.enum(['aes-256-gcm', 'sm4-ctr-hmac-sm3']),
    /** Acts with power over others take a second factor here, as the role table lists them. */
    strongFactor: z.boolean().optional(),
    /** S0-47: where the data may lie, such as `CN-33`: a label that installations must honour. */
    /** Where its data lies: in the country (PIPL 40), and in which part of it. */
    residency: z.string().regex(/^CN(?:-[A-Za-z0-9]{1,20})?$/),
    profile: z.enum(['private-cloud', 'shared-saas', 'hybrid']),
    documents: z.enum(['house', 'own']),
    /** The tenant's own store; for `own` only. */
    store: storeShape.optional(),
    seal: sealShape,
    /** The most of each metered thing in one month; what is not named has no limit. */
    quota: z.partialRecord(z.enum(metered), z.int().nonnegative()),
    review: reviewShape.nullable(),
    /** What units below take over unless they say otherwise; absent means: as the parent. */
    products: names.optional(),
    templates: names.optional(),
    roles: word.optional(),
  })
  // S2-35: the hybrid profile means just this, that documents stay in the tenant's own store.
  .refine((one) => (one.documents === 'own') === (one.profile === 'hybrid'), 'profile')
  .refine((one) => (one.documents === 'own') === (one.store !== undefined), 'store')
  .refine((one) => one.parent !== one.id, 'parent');

/** One tenant as its row and the installer's order hold it. */
export type TenantRecord = Readonly<Omit<z.infer<typeof shape>, 'id' | 'parent'>> & {
  readonly id: TenantId;
  readonly parent?: TenantId | undefined;
};

/** Where a tenant stands in its life: open, being emptied, closed for ever. */
export type TenantState = 'open' | 'leaving' | 'closed';

/** The table of a tenant's life; `closed` is its end. */
export const tenantMoves = {
  open: ['leaving'],
  leaving: ['closed'],
  closed: [],
} as const satisfies Record<TenantState, readonly TenantState[]>;

/** What a lender's documents say of it. */
export type Lender = Pick<TenantRecord, 'name' | 'code' | 'address' | 'phone' | 'court'>;

/** A record from JSON bytes of anybody, or tenancy.record_malformed with the first reason. */
export function parseTenantRecord(bytes: Uint8Array): TenantRecord {
  if (bytes.length > recordBytesMax) throw malformed('too_large');
  const parsed = shape.safeParse(jsonOf(bytes));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  // The border: from here on the two ids are tenants, whatever names a text may hold elsewhere.
  return parsed.data as TenantRecord;
}

/** One text for one record: what is compared, kept and named by its digest. */
export function printTenantRecord(record: TenantRecord): Uint8Array {
  const members = Object.entries(record).filter(([, value]) => value !== undefined);
  return canonicalBytes(Object.fromEntries(members) as { [name: string]: Json });
}

/** `Example.Localhost:8710` is the host `example.localhost`. */
export function normalHost(asked: string): string {
  const lower = asked.toLowerCase();
  const bare = lower.startsWith('[') ? lower.replace(/\]:\d+$/, ']') : lower.replace(/:\d+$/, '');
  return bare.replace(/\.$/, '');
}

function malformed(why: string): Fault {
  return new Fault('tenancy.record_malformed', { why: why.slice(0, reasonCharactersMax) });
}
