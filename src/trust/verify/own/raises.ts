/**
 * How one of the house's documents may go on behind its last signature (EN 319 142-1 §5.5): not at
 * all, or in steps of exactly two revisions. The first keeps the certificates and revocation lists
 * that the signatures and stamps so far lean on, and no others; the second is a stamp over all of
 * it, without a face. A renewal is one more such step.
 *
 * Every byte of the first is covered by the second, and the second is a token in its only form: a
 * flipped byte is as invalid here as anywhere in the file.
 */
import { equal } from '#base/bytes';
import { formatInstant, type Instant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import {
  compareRevisions,
  type PdfFile,
  type PdfSignature,
  readDss,
  signedBytes,
} from '#formats/pdf';
import { type Certificate, type Crl, checkCrl, extensionOid, parseCrl } from '#formats/x509';
import { structureCodes } from '../input/pdf-flaws.ts';
import type { Findings } from '../report/findings.ts';
import type { Trust } from '../trust.ts';
import type { JudgedSignature } from './signature.ts';
import { judgeStampOver, type Stamp } from './stamp.ts';

/** One step: the state it leaves, and the stamp that covers it. */
export interface JudgedRaise {
  readonly part: string;
  readonly end: number;
  /** base64, of the file up to there. */
  readonly sha256: string;
  readonly stamp: Stamp | undefined;
}

interface RaisedDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly file: PdfFile | undefined;
  readonly signatures: readonly JudgedSignature[];
  readonly clocks: readonly PdfSignature[];
  readonly revisions: readonly { readonly end: number; readonly sha256: string }[];
}

interface RaiseContext {
  readonly trust: Trust;
  readonly engine: Engine;
  readonly findings: Findings;
}

interface Step extends RaiseContext {
  readonly part: string;
  readonly file: PdfFile;
  readonly clock: PdfSignature;
  /** Where the state before ends, where the store does, where the stamp does. */
  readonly from: number;
  readonly store: number;
  readonly stamp: Stamp | undefined;
  /** Keys that signed or stamped before this step, each with its time. */
  readonly keys: readonly UsedKey[];
}

interface UsedKey {
  readonly certificate: Certificate;
  readonly at: Instant;
}

/** What a comparison calls the objects that a step is made of; nothing else may come. */
const storeParts = new Set(['catalogue', 'revocation material', 'cross-references']);
const idOfStamp = 'ETSI.RFC3161';

export async function judgeRaises(
  document: RaisedDocument,
  context: RaiseContext,
): Promise<readonly JudgedRaise[]> {
  const { name, bytes, file, signatures, clocks, revisions } = document;
  if (file === undefined) return [];
  const raises: JudgedRaise[] = [];
  const keys = signatures.flatMap(keysOf);
  let from = signatures.at(-1)?.end ?? 0;
  for (const clock of clocks) {
    const end = clock.revisionEnd;
    const at = revisions.findIndex((one) => one.end === end);
    const part = `${name}#revision ${at + 1}`;
    const steps = revisions.filter((one) => one.end > from && one.end <= end);
    const [store] = steps;
    if (steps.length !== 2 || store === undefined || from === 0) {
      context.findings.add('change_forbidden', part, 'not one store and one stamp behind the last');
      return raises;
    }
    judgePlace(clock, part, context.findings);
    const stamped = context.findings.tried({ code: 'byte_range_wrong', part }, () =>
      signedBytes(bytes, clock.byteRange),
    );
    if (stamped === undefined) return raises;
    const stamp = await judgeStampOver(clock.contents, stamped, { ...context, part });
    const step = { ...context, part, file, clock, from, store: store.end, stamp, keys: [...keys] };
    await judgeStep(step);
    raises.push({ part, end, sha256: revisions[at]?.sha256 ?? '', stamp });
    if (stamp !== undefined) keys.push({ certificate: stamp.authority, at: stamp.time });
    from = end;
  }
  return raises;
}

function keysOf({ certificate, stamp }: JudgedSignature): UsedKey[] {
  if (certificate === undefined || stamp === undefined) return [];
  const { time: at, authority } = stamp;
  return [
    { certificate, at },
    { certificate: authority, at },
  ];
}

/** The stamp's field says nothing but its token: neither name, time nor mark. */
function judgePlace(clock: PdfSignature, part: string, findings: Findings): void {
  for (const flaw of clock.flaws) findings.add(structureCodes[flaw], part, flaw);
  const add = (detail: string): void => findings.add('contents_not_strict', part, detail);
  if (!clock.hexIsLower) add('/Contents is not lower-case hex');
  if (!clock.paddingIsZero) add('/Contents is not filled with zeros');
  if (clock.subFilter !== idOfStamp) add(`SubFilter ${clock.subFilter}`);
  const { signerName, reason, location, claimedTime } = clock;
  const words = [signerName, reason, location, claimedTime];
  if (clock.fubie || words.some((word) => word !== undefined)) add('words of nobody');
}

async function judgeStep(step: Step): Promise<void> {
  const { file, from, store, clock, engine, part, findings, stamp, keys } = step;
  const kept = await file.stateAt(store);
  const ended = await file.stateAt(clock.revisionEnd);
  if (kept === undefined || ended === undefined) {
    findings.add('change_forbidden', part, 'the cross-references do not lead there');
    return;
  }
  const grown = await compareRevisions(file.bytes.subarray(0, from), kept, engine);
  const isStore = grown.changes.every(({ what, permitted }) => permitted && storeParts.has(what));
  if (!isStore || grown.fields.length > 0) {
    findings.add('change_forbidden', part, 'more than a store of proofs');
  }
  const stamped = await compareRevisions(file.bytes.subarray(0, store), ended, engine);
  const [field, ...more] = stamped.fields;
  const hidden = stamped.widgets.every(({ rect: [a, b, c, d] }) => a === c && b === d);
  const isStamp = field === clock.field && more.length === 0 && stamped.is === 'permitted';
  if (!isStamp || !hidden || stamped.changes.some(({ what }) => what.startsWith('an object'))) {
    findings.add('change_forbidden', part, 'more than a stamp without a face');
  }
  if (stamp === undefined) return;
  const late = keys.find(({ at }) => at > stamp.time);
  if (late !== undefined) {
    findings.add('stamp_wrong', part, `older than what it covers, ${formatInstant(late.at)}`);
  }
  await judgeStore(kept, { ...step, stamp });
}

/** Exactly what is leaned on: the chains, and of each key a list made after it was used. */
async function judgeStore(kept: PdfFile, step: Step & { readonly stamp: Stamp }): Promise<void> {
  const { keys, stamp, trust, part, findings, engine } = step;
  const store = await readDss(kept);
  const used = [...keys.map(({ certificate }) => certificate), stamp.authority, ...trust.roots];
  for (const der of store.certificates) {
    if (used.some((certificate) => equal(certificate.der, der))) continue;
    findings.add('contents_not_strict', part, 'the store holds a certificate nobody used');
  }
  for (const { certificate } of keys) {
    if (store.certificates.some((der) => equal(der, certificate.der))) continue;
    findings.add('chain_broken', part, `the store lacks ${certificate.subject.text}`);
  }
  if (store.ocsps.length > 0) findings.add('contents_not_strict', part, 'the store holds answers');
  const lists: Crl[] = [];
  for (const der of store.crls) {
    const list = findings.tried({ code: 'revocation_malformed', part }, () => parseCrl(der));
    if (list === undefined) continue;
    const verdicts = await Promise.all(trust.roots.map((root) => checkCrl(list, root, engine)));
    const isTrusted = verdicts.some(({ is }) => is === 'valid') && list.thisUpdate <= stamp.time;
    if (isTrusted && speaksOfAll(list)) lists.push(list);
    else findings.add('revocation_wrong', part, 'a list of no trusted authority, or from after it');
  }
  for (const key of keys) judgeKey(key, lists, step);
}

/** A list of what changed, of authorities alone or of some reasons is silent about the others. */
export function speaksOfAll({ extensions }: Crl): boolean {
  const { deltaCrlIndicator, issuingDistributionPoint } = extensionOid;
  const partial: readonly string[] = [deltaCrlIndicator, issuingDistributionPoint];
  return extensions.all.every(({ oid, critical }) => !critical && !partial.includes(oid));
}

function judgeKey({ certificate, at }: UsedKey, lists: readonly Crl[], step: Step): void {
  const { part, findings } = step;
  if (certificate.extensions.noRevAvail) return;
  const own = lists.filter(({ issuer }) => equal(issuer.der, certificate.issuer.der));
  // Lists know whole seconds.
  const second = Math.floor(at / 1000) * 1000;
  const { text } = certificate.subject;
  if (!own.some(({ thisUpdate }) => thisUpdate >= second)) {
    findings.add('revocation_missing', part, `no list made after ${text} was used`);
  }
  const revoked = own
    .flatMap((list) => list.revoked)
    .some((one) => one.serial === certificate.serial && one.at <= at);
  if (revoked) findings.add('certificate_revoked', part, text);
}
