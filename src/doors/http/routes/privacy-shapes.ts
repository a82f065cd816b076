/**
 * The shapes in which the privacy routes speak, and how the room's values are put into them.
 */
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import type { TenantId, Units } from '#base/unit';
import type { Consents, Screen } from '#business/consent';
import type { DecisionDesk } from '#business/desk';
import type { LoanFile } from '#business/lending';
import {
  type AnsweredRequest,
  type Hold,
  type Holds,
  holdAuthorities,
  type PersonalReport,
  type Portions,
  type RetentionRun,
  type RightsDesk,
  type RightsRequest,
  requestKinds,
  requestStandings,
} from '#business/privacy';
import type { Captures, KnownPhoto } from '#business/signer';
import type { CaseAccess } from '../desks.ts';
import { caseId, caseState, date, id, instant, sha256Hex } from '../schemas.ts';

/** The services behind these routes. */
export interface PrivacyDesks {
  readonly units: Units;
  readonly cases: CaseAccess;
  readonly file: LoanFile;
  readonly consents: Consents;
  readonly portions: Portions;
  readonly rights: RightsDesk;
  readonly report: PersonalReport;
  readonly holds: Holds;
  readonly retention: RetentionRun;
  readonly decision: Pick<DecisionDesk, 'decide'>;
  readonly photos: Pick<Captures, 'known'>;
}

export const words = z.string().max(1_000);
export const recipientId = z.string().min(1).max(64);

export const asking = z.strictObject({
  kind: z.enum(requestKinds),
  words: words.default(''),
  changes: z.record(z.string().max(32), z.string().max(120)).optional(),
});
export const request = z.strictObject({
  id,
  case: caseId,
  kind: z.enum(requestKinds),
  standing: z.enum(requestStandings),
  by: z.string(),
  receivedAt: instant,
  dueOn: date,
  answeredAt: instant.nullable(),
});
export const answered = z.strictObject({
  request,
  because: z.string(),
  until: date.nullable(),
});
export const hold = z.strictObject({
  id,
  case: caseId,
  authority: z.enum(holdAuthorities),
  placedAt: instant,
  placedBy: z.string(),
  liftedAt: instant.nullable(),
});
export const known = z.strictObject({
  format: z.string(),
  asOf: instant,
  handler: z.strictObject({ name: z.string(), contact: z.string() }),
  case: z.strictObject({ id: caseId, product: z.string(), state: caseState }),
  standing: z.enum(['open', 'restricted', 'erased']),
  fields: z.array(
    z.strictObject({
      field: z.string(),
      title: z.string(),
      value: z.string().nullable(),
      status: z.enum(['held', 'not collected']),
      source: z.string(),
      basis: z.string(),
      article: z.string(),
      class: z.string(),
      recipients: z.array(z.string()),
      keptUntil: date.nullable(),
      keptBecause: z.string(),
    }),
  ),
  recipients: z.array(z.strictObject({ name: z.string(), purpose: z.string(), basis: z.string() })),
  consents: z.array(
    z.strictObject({
      kind: z.string(),
      recipient: z.string(),
      version: z.string(),
      decision: z.enum(['accepted', 'refused', 'withdrawn']),
      at: instant,
    }),
  ),
  documents: z.array(z.strictObject({ kind: z.string(), title: z.string(), sha256: sha256Hex })),
  photos: z.array(
    z.strictObject({
      id,
      kind: z.string(),
      bytes: z.int(),
      sha256: sha256Hex,
      takenAt: instant,
      storedAt: instant,
      device: z.string().nullable(),
      place: z
        .strictObject({
          latitudeMillionths: z.int(),
          longitudeMillionths: z.int(),
          accuracyM: z.int(),
        })
        .nullable(),
    }),
  ),
  decisionReasons: z.array(z.string()),
  requests: z.array(
    z.strictObject({
      id,
      kind: z.enum(requestKinds),
      standing: z.enum(requestStandings),
      dueOn: date,
    }),
  ),
});
export const shownConsent = z.strictObject({
  kind: z.string(),
  version: z.string(),
  title: z.string(),
  text: z.string(),
  sha256: sha256Hex,
  recipient: z.string(),
  sensitive: z.boolean(),
  refusal: z.string(),
  withdrawal: z.string(),
  alternative: z.string().nullable(),
});
export const runLine = z.strictObject({
  caseId,
  verdict: z.enum(['erase', 'keep', 'hold']),
  because: z.string(),
  until: date.nullable(),
  groups: z.array(
    z.strictObject({
      group: z.enum(['identity', 'transaction', 'template', 'network']),
      until: date.nullable(),
    }),
  ),
});

export const requestRefusals = [
  'identity.card_check_digit',
  'identity.card_malformed',
  'identity.id_number_check_digit',
  'identity.id_number_malformed',
  'identity.mobile_malformed',
  'identity.name_malformed',
  'identity.synthetic_refused',
  'lending.case_unknown',
  'lending.out_of_order',
  'privacy.case_unknown',
  'privacy.correction_refused',
  'privacy.erased',
  'privacy.request_answered',
  'privacy.request_malformed',
  'privacy.request_unknown',
  'vault.erased',
  'vault.restricted',
];

/**
 * Kept under her key, whoever asked for her, so that it goes with her. What the law alone answered
 * says nothing of her, and could not be told again under a key that is gone or closed.
 */
export function keptUnder(told: AnsweredRequest) {
  const { request: asked, because, until } = told;
  const isLaws = asked.standing === 'erased' || asked.standing === 'restricted';
  const body = { request: requestJson(asked), because, until };
  return { subject: isLaws ? 'office' : told.subject, body };
}

export function requestJson(one: RightsRequest): z.infer<typeof request> {
  const { caseId: about, receivedAt, answeredAt, ...rest } = one;
  return {
    ...rest,
    case: about,
    receivedAt: formatInstant(receivedAt),
    answeredAt: answeredAt === undefined ? null : formatInstant(answeredAt),
  };
}

export function holdJson(one: Hold): z.infer<typeof hold> {
  const { id: name, caseId: about, authority, placedAt, placedBy, liftedAt } = one;
  return {
    id: name,
    case: about,
    authority,
    placedBy,
    placedAt: formatInstant(placedAt),
    liftedAt: liftedAt === undefined ? null : formatInstant(liftedAt),
  };
}

export function screenJson(screen: Screen): z.infer<typeof shownConsent>[] {
  return screen.map(
    ({ asked: _asked, recipientBound: _bound, purpose: _purpose, ...shown }) => shown,
  );
}

/** Her record with her photos, which the signer's room keeps. */
export function knownOf(
  { units, report, photos }: Pick<PrivacyDesks, 'units' | 'report' | 'photos'>,
  { tenant, caseId: of }: { tenant: TenantId; caseId: string },
) {
  return units.run(tenant, async (unit) => ({
    ...(await report.of(unit, of)),
    photos: (await photos.known(unit, of)).map(photoJson),
  }));
}

function photoJson({ storedAt, place, ...photo }: KnownPhoto) {
  return { ...photo, storedAt: formatInstant(storedAt), place: place && { ...place } };
}
