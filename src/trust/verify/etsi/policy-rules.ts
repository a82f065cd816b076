/**
 * Does a signature keep the rules of the policy it was made under (ETSI EN 319 102-1 §5.2.8, ETSI
 * TR 102 272 §6)? What it breaks is SIG_CONSTRAINTS_FAILURE.
 */
import { equal } from '#base/bytes';
import { formatInstant, type Instant } from '#base/clock';
import { ifReadable } from '#base/fault';
import { cmsOid, type PolicyRules, type TrustPoint } from '#formats/cms';
import { oid, parseDer, sequence } from '#formats/der';
import { buildPath, type CertificatePath } from '#formats/pkix';
import { publicKeyFacts, signatureAlgorithmOf } from '#formats/x509';
import type { Context } from './context.ts';
import type { JudgedStamp, Outcome } from './docket.ts';
import type { Doubt } from './doubt.ts';
import type { Integrity } from './integrity.ts';
import type { FollowedPolicy } from './signature-policy.ts';

/** A signature that was judged in all else. */
export interface PolicyAsk {
  readonly policy: FollowedPolicy;
  readonly integrity: Integrity;
  readonly outcome: Outcome;
  /** Without those that are doubted. */
  readonly stamps: readonly JudgedStamp[];
  /** When it was made, by the best proof there is; undefined without any time. */
  readonly madeAt: Instant | undefined;
  readonly claimed: Instant | undefined;
}

export async function judgePolicyRules(
  ask: PolicyAsk,
  context: Context,
): Promise<readonly Doubt[]> {
  const { document, signer } = ask.policy;
  const broken: string[] = [...periodFlaws(ask)];
  const stated = signer.statements.commitments;
  // §3.4: a commitment that the policy does not know, or none where it wants one.
  const chosen = document.commitments.filter(({ types }) =>
    types.some((one) => (one === undefined ? stated.length === 0 : stated.includes(one))),
  );
  if (document.commitments.length > 0 && chosen.length === 0) {
    broken.push(`commitment ${stated.join(' ') || 'none'}`);
  }
  for (const rules of [document.common, ...chosen.map((one) => one.rules)]) {
    broken.push(...attributeFlaws(rules, ask), ...materialFlaws(rules, ask));
    broken.push(...algorithmFlaws(rules, ask), ...delayFlaws(rules, ask));
    if (await leadsElsewhere(rules, ask, context)) broken.push('authority of the signer');
  }
  return [...new Set(broken)].map((what) => {
    return { code: 'signature_policy_unmet', detail: `${document.oid}: ${what}` };
  });
}

function periodFlaws({ policy: { document }, madeAt }: PolicyAsk): readonly string[] {
  if (madeAt === undefined) return [];
  const { from, to } = document;
  const isInside = madeAt >= from && (to === undefined || madeAt <= to);
  return isInside ? [] : [`signing period, signed ${formatInstant(madeAt)}`];
}

function attributeFlaws(
  { isDetached, signedAttributes, unsignedAttributes }: PolicyRules,
  { policy: { signer, message } }: PolicyAsk,
): readonly string[] {
  const isOutside = message.content === undefined;
  const isPlaced = isDetached === undefined || isDetached === isOutside;
  return [
    ...(isPlaced ? [] : [`content ${isOutside ? 'outside' : 'inside'} the message`]),
    ...missingOf(signedAttributes, signer.signed).map((name) => `signed attribute ${name}`),
    ...missingOf(unsignedAttributes, signer.unsigned).map((name) => `unsigned attribute ${name}`),
  ];
}

function missingOf(
  wanted: readonly string[],
  held: readonly { readonly oid: string }[],
): readonly string[] {
  return wanted.filter((name) => !held.some((one) => isSame(one.oid, name)));
}

/** Two spellings of one attribute, of which EN 319 122-1 §5.2.2 asks for the one that fits. */
const bindings: readonly string[] = [cmsOid.signingCertificate, cmsOid.signingCertificateWithHash];

function isSame(held: string, wanted: string): boolean {
  return held === wanted || (bindings.includes(held) && bindings.includes(wanted));
}

function materialFlaws(
  { references, certificates, revocation }: PolicyRules,
  { policy: { signer, message }, outcome }: PolicyAsk,
): readonly string[] {
  const needed = belowAnchor(outcome.path);
  const wanted = certificates === 'path' ? needed : needed.slice(0, 1);
  const held = [...message.certificates, ...signer.certificateValues];
  const isHeld = wanted.every(({ der }) => held.some((one) => equal(one, der)));
  const referred = references === 'path' ? needed.length : 1;
  return [
    ...(certificates === 'none' || isHeld ? [] : [`certificates of the ${certificates}`]),
    ...(signer.references.length >= referred ? [] : [`references of the ${references}`]),
    ...(revocation === 'unchecked' || outcome.isRevocationKnown ? [] : ['revocation']),
  ];
}

function belowAnchor(path: CertificatePath | undefined): CertificatePath['certificates'] {
  const all = path?.certificates ?? [];
  return all.length > 1 ? all.slice(0, -1) : all;
}

function algorithmFlaws(
  { algorithms }: PolicyRules,
  { integrity: { value, certificate }, policy: { signer } }: PolicyAsk,
): readonly string[] {
  if (algorithms === undefined || certificate === undefined) return [];
  const key = publicKeyFacts(certificate.publicKey);
  const isGood = algorithms.some(({ oid: name, bitsMin }) => {
    const isNamed = name === key.oid || name === signer.algorithmOid;
    return (isNamed || algorithmNamed(name) === value.algorithm) && key.bits >= bitsMin;
  });
  return isGood ? [] : [`algorithm ${value.name}, ${key.bits} bits`];
}

function algorithmNamed(name: string): string | undefined {
  return ifReadable(() => signatureAlgorithmOf(parseDer(sequence(oid(name)))));
}

/** §3.7.2 signatureTimestampDelay: a stamp that comes late proves less than the policy wants. */
function delayFlaws(
  { stampDelayMsMax }: PolicyRules,
  { claimed, stamps }: PolicyAsk,
): readonly string[] {
  if (stampDelayMsMax === undefined || claimed === undefined) return [];
  const times = stamps.map(({ entry }) => entry.token.time - claimed);
  return times.some((ms) => ms <= stampDelayMsMax) ? [] : ['delay of the time-stamp'];
}

/** Is there a path to none of the authorities that the policy trusts? */
async function leadsElsewhere(
  { trustPoints }: PolicyRules,
  { outcome: { certificate, path }, madeAt }: PolicyAsk,
  context: Context,
): Promise<boolean> {
  if (trustPoints === undefined || certificate === undefined || path === undefined) return false;
  const at = madeAt ?? certificate.notBefore;
  for (const point of trustPoints) {
    if ((await buildPath(pathAsk(point, { certificate, at }, context))).is === 'valid')
      return false;
  }
  return true;
}

function pathAsk(
  { certificate: anchor, depthMax, policies }: TrustPoint,
  {
    certificate,
    at,
  }: { readonly certificate: Outcome['certificate'] & object; readonly at: Instant },
  { material, engine, memory }: Context,
): Parameters<typeof buildPath>[0] {
  return {
    target: certificate,
    anchors: [{ certificate: anchor, applies: 'key' }],
    pool: material.certificates,
    at,
    engine,
    memory,
    validity: 'ignored',
    purposeOfAuthorities: 'ignored',
    ...(depthMax === undefined ? {} : { depthMax }),
    ...(policies === undefined ? {} : { policies }),
  };
}
