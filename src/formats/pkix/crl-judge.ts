/**
 * What certificate lists say about one certificate (RFC 5280 §6.3.3): complete lists with their
 * deltas, lists by reason, lists of other issuers.
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import {
  allReasonBits,
  type Certificate,
  extensionOid,
  findRevoked,
  type ReasonBits,
  type RevocationList,
  type RevokedEntry,
  unknownInEntries,
} from '#formats/x509';
import { type Scope, scopeOf } from './crl-scope.ts';
import { isSameName, keyFit } from './issuing.ts';
import {
  algorithmOf,
  aside,
  type Heard,
  isFresh,
  type RevocationQuestion,
  timeDoubt,
} from './revocation-ask.ts';
import { type RevocationSource, revokedBy } from './revocation-verdict.ts';
import { signerOf, vouchedForBy } from './signer.ts';

interface Believed {
  readonly index: number;
  readonly list: RevocationList;
  readonly signer: Certificate;
  readonly reasons: ReasonBits;
}

const removeFromCrl = 8;

/** Extensions of a list that are processed here; another that is critical spoils it (§5.2). */
const processed: readonly string[] = [
  extensionOid.authorityKeyIdentifier,
  extensionOid.issuerAltName,
  extensionOid.crlNumber,
  extensionOid.deltaCrlIndicator,
  extensionOid.issuingDistributionPoint,
  extensionOid.freshestCrl,
  extensionOid.authorityInfoAccess,
  extensionOid.expiredCertsOnCrl,
];

/** One answer per list, in the order given. */
export async function judgeLists(ask: RevocationQuestion): Promise<readonly Heard[]> {
  const heard: (Heard | Believed)[] = [];
  for (const [index, der] of ask.crls.entries()) heard.push(await believed(ask, der, index));
  const lists = heard.flatMap((one) => ('list' in one ? [one] : []));
  const bases = lists.filter(({ list }) => list.baseNumber === undefined);
  const deltas = lists.filter(({ list }) => list.baseNumber !== undefined);
  const covered = bases.reduce((bits, { reasons }) => bits | reasons, 0);
  return heard.map((one) => {
    if (!('list' in one)) return one;
    if (one.list.baseNumber !== undefined) {
      if (bases.some((base) => extendsList(one, base))) {
        return aside('delta_without_base', 'applied to its base');
      }
      return judgeLoneDelta(ask, one);
    }
    return judgeList(ask, one, { deltas, covered });
  });
}

async function believed(
  ask: RevocationQuestion,
  der: Uint8Array,
  index: number,
): Promise<Heard | Believed> {
  const list = ask.memory.lists.of(der);
  if (list === undefined) return aside('malformed');
  const scope: Scope = scopeOf(list, ask.certificate);
  if (scope.is === 'outside') return aside(scope.because, list.issuer.text);
  const unknown = list.extensions.all.find((one) => one.critical && !processed.includes(one.oid));
  if (unknown !== undefined) return aside('critical_unknown', unknown.oid);
  if (list.extensions.malformed.length > 0) return aside('malformed', 'extensions');
  if (ask.profile === 'rfc5280' && !keepsProfile(list)) return aside('malformed', 'profile');
  const verdict = await signerOf(ask, list, candidatesFor(ask, list));
  if (verdict.is === 'none') return aside(verdict.because, list.issuer.text);
  const { signer } = verdict;
  if (signer.extensions.keyUsage?.includes('cRLSign') === false) {
    return aside('signer_unsuitable', 'no cRLSign');
  }
  const above = await vouchedForBy(ask, signer, list.thisUpdate);
  if (above === undefined) return aside('signer_unknown', signer.subject.text);
  if (await isRevoked(ask, signer, above)) return aside('signer_revoked', signer.subject.text);
  return { index, list, signer, reasons: scope.reasons };
}

/**
 * Who signs lists with a key of its own can lose that key: then nothing it says counts. A ring of
 * signers who speak for each other ends after one step.
 */
async function isRevoked(
  ask: RevocationQuestion,
  signer: Certificate,
  above: Certificate,
): Promise<boolean> {
  const isItself = signer === above || equal(signer.der, ask.certificate.der);
  if (isItself || ask.isAboutSigner === true) return false;
  const question = { ...ask, certificate: signer, issuer: above, isAboutSigner: true };
  const heard = await judgeLists(question);
  return heard.some((one) => 'statement' in one && one.statement.says === 'revoked');
}

/** §5.1.2.5, §5.2.1, §5.2.3: what every conforming list includes, and not as critical. */
function keepsProfile({ extensions, number, nextUpdate }: RevocationList): boolean {
  const soft: readonly string[] = [extensionOid.crlNumber, extensionOid.authorityKeyIdentifier];
  return (
    number !== undefined &&
    nextUpdate !== undefined &&
    extensions.authorityKeyIdentifier !== undefined &&
    !extensions.all.some((one) => one.critical && soft.includes(one.oid))
  );
}

/** Who bears the list's issuer name, the key that the list names first. */
function candidatesFor(ask: RevocationQuestion, list: RevocationList): readonly Certificate[] {
  const anchors = (ask.anchors ?? []).map(({ certificate }) => certificate);
  const all = [ask.issuer, ...(ask.pool ?? []), ...anchors];
  const named = all.filter((one) => isSameName(one.subject, list.issuer));
  const unlikely = (one: Certificate): number => (keyFit(list, one) === 'differs' ? 1 : 0);
  return named.toSorted((a, b) => unlikely(a) - unlikely(b));
}

function judgeList(
  ask: RevocationQuestion,
  base: Believed,
  others: { readonly deltas: readonly Believed[]; readonly covered: ReasonBits },
): Heard {
  const delta = others.deltas
    .filter((one) => extendsList(one, base))
    .toSorted((a, b) => b.list.thisUpdate - a.list.thisUpdate)
    .find((one) => one.list.thisUpdate <= ask.at || ask.later === 'accepted');
  const entry = entryIn(ask, base, delta);
  if (entry === 'malformed') return aside('malformed', 'entries');
  const source = sourceOf(ask, base, delta);
  if (entry !== undefined) return { statement: revokedBy(source, entry) };
  const { thisUpdate } = source;
  const doubt = timeDoubt(ask, { thisUpdate, since: base.list.expiredSince });
  if (doubt !== undefined) return aside(doubt);
  const unknown = unknownIn([base, delta]);
  if (unknown !== undefined) return unknown;
  // §6.3.3: the status is known once the lists together cover every reason.
  if ((others.covered & allReasonBits) !== allReasonBits) return aside('reasons_incomplete');
  return { statement: { says: 'good', source } };
}

/** Without its base it cannot say that all is well; whom it names its issuer has revoked. */
function judgeLoneDelta(ask: RevocationQuestion, delta: Believed): Heard {
  const entry = entryIn(ask, delta, undefined);
  if (entry === 'malformed') return aside('malformed', 'entries');
  if (entry === undefined || entry.reason === removeFromCrl) return aside('delta_without_base');
  return { statement: revokedBy(sourceOf(ask, delta, undefined), entry) };
}

/** The delta speaks first; what it removes is no longer revoked (§6.3.3 (i), (j), (k)). */
function entryIn(
  ask: RevocationQuestion,
  base: Believed,
  delta: Believed | undefined,
): RevokedEntry | undefined | 'malformed' {
  try {
    const recent = delta && findRevoked(delta.list, ask.certificate);
    if (recent !== undefined) return recent.reason === removeFromCrl ? undefined : recent;
    return findRevoked(base.list, ask.certificate);
  } catch (thrown) {
    if (thrown instanceof Fault) return 'malformed';
    throw thrown;
  }
}

/** §5.3: what nobody here understands in one entry may take back that another is absent. */
function unknownIn(lists: readonly (Believed | undefined)[]): Heard | undefined {
  try {
    const unknown = lists
      .map((one) => one && unknownInEntries(one.list))
      .find((oid) => oid !== undefined);
    return unknown === undefined ? undefined : aside('critical_unknown', unknown);
  } catch (thrown) {
    if (thrown instanceof Fault) return aside('malformed', 'entries');
    throw thrown;
  }
}

/** What a list covers, as it stands in it: a delta repeats it letter by letter. */
function coverage({ extensions }: RevocationList): Uint8Array {
  const point = extensions.all.find((one) => one.oid === extensionOid.issuingDistributionPoint);
  return point?.value ?? new Uint8Array();
}

/** §5.2.4 and §6.3.3 (c): same issuer, scope and key, and a base that is not too old for it. */
function extendsList({ list: delta, signer }: Believed, base: Believed): boolean {
  return (
    delta.baseNumber !== undefined &&
    base.list.number !== undefined &&
    isSameName(delta.issuer, base.list.issuer) &&
    equal(coverage(delta), coverage(base.list)) &&
    equal(signer.publicKey, base.signer.publicKey) &&
    base.list.number >= delta.baseNumber &&
    (delta.number === undefined || base.list.number <= delta.number)
  );
}

function sourceOf(
  ask: RevocationQuestion,
  base: Believed,
  delta: Believed | undefined,
): RevocationSource {
  const { list, signer } = base;
  const { thisUpdate, nextUpdate } = delta?.list ?? list;
  return {
    kind: 'crl',
    der: list.der,
    delta: delta?.list.der,
    thisUpdate,
    nextUpdate,
    producedAt: thisUpdate,
    signer,
    signerMustBeChecked: false,
    algorithm: algorithmOf('crl', list, signer),
    isFresh: isFresh(ask, { thisUpdate, nextUpdate }),
  };
}
