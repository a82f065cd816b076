/**
 * Judges an OFD document (GB/T 33190) with seals (GB/T 38540, GM/T 0031) and signature values
 * (GB/T 35275): what each signature covers, who signed and when, and what no signature covers.
 */

import type { HashName } from '#formats/crypto';
import { type JudgedOfd, type JudgedOfdSignature, judgeOfd, type OfdFinding } from '#formats/ofd';
import { knownCertificates } from '../anchors.ts';
import { Context } from '../etsi/context.ts';
import type { Entry, JudgedEntry, StampEntry } from '../etsi/docket.ts';
import type { Doubt } from '../etsi/doubt.ts';
import { contentOf, type Integrity } from '../etsi/integrity.ts';
import { readMaterial } from '../etsi/readable.ts';
import { judgeMaker, judgeProvedUse, type MakerFindings } from '../etsi/seal.ts';
import { judgeTokenIntegrity, readToken } from '../etsi/stamp.ts';
import { sunsetsOf } from '../etsi/strength.ts';
import { judgeDocket } from '../etsi/validation.ts';
import type { Answer, Judging } from '../judging.ts';
import type { FlawCode } from '../report/flaws.ts';
import { joinLines, type Lines, linesOfEntry, type Shown } from '../report/foreign-report.ts';
import type { Flaw, Notice } from '../report/report.ts';
import { type Bag, bagOf, bagOfRecords, joined } from './bag.ts';
import { doubtsOfRecords, withRecords } from './evidence-record.ts';
import { sealCodes } from './seal-codes.ts';

const codes: Partial<Record<OfdFinding['code'], FlawCode>> = {
  ...sealCodes,
  signature_broken: 'signature_wrong',
  digest_differs: 'digest_differs',
  signed_data_differs: 'digest_differs',
  reference_differs: 'digest_differs',
  content_type_differs: 'content_type_differs',
  signing_certificate_differs: 'signer_certificate_differs',
  signer_certificate_missing: 'signer_certificate_missing',
  signer_certificate_unreadable: 'signer_certificate_missing',
  content_not_covered: 'file_uncovered',
  content_encrypted: 'file_uncovered',
  not_signed: 'signature_missing',
  content_missing: 'content_missing',
  seal_file_differs: 'seal_wrong',
};

interface OfdFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is judged of one signature. */
interface Item {
  readonly entry: Entry;
  readonly stamps: readonly StampEntry[];
  readonly bag: Bag;
}

export async function judgeOfdFile({ name, bytes }: OfdFile, judging: Judging): Promise<Answer> {
  const { engine, anchors, findings, trust, at, revocation, records } = judging;
  const certificates = knownCertificates(anchors);
  const judged = await judgeOfd(bytes, { engine, certificates });
  for (const one of judged.findings.flatMap((found) => flawOf(found, name))) {
    findings.add(one.code, one.part, one.detail);
  }
  const items = await Promise.all(judged.signatures.map((one) => itemOf(name, one, judging)));
  const own = joined(items.map(({ bag }) => bag));
  const material = readMaterial(joined([own, bagOfRecords(records)]), anchors.material);
  const context = new Context({ engine, anchors, material, revocation, at });
  const held = {
    entries: items.map(({ entry }) => entry),
    stamps: items.flatMap(({ stamps }) => stamps),
  };
  const known = [...certificates, ...bagOfRecords(records).certificates];
  const beside = { name, bytes, records, bag: own, certificates: known };
  const docket = await withRecords(held, beside, engine);
  const { entries, stamps } = await judgeDocket(docket, context);
  const lines: Lines[] = [];
  for (const [index, entry] of entries.entries()) {
    const one = judged.signatures[index];
    const seal = await sealOf(one, entry, context);
    const shown = shownOf(name, one, entry.proof !== undefined);
    const flaws = [...shown.flaws, ...seal.flaws];
    const line = linesOfEntry(entry, { ...shown, flaws }, trust);
    lines.push({ ...line, notices: [...line.notices, ...seal.notices] });
  }
  const notices = [...oddities(judged, name), ...docket.notices, ...doubtsOfRecords(stamps)];
  const said = { signatures: [], flaws: [], notices };
  return { kind: 'ofd', ...joinLines([...lines, said]) };
}

/** Who made the seal, and was it used in its time? Nothing where there is no seal. */
async function sealOf(
  one: JudgedOfdSignature | undefined,
  { entry, proof }: JudgedEntry,
  context: Context,
): Promise<MakerFindings> {
  const seal = one?.value?.seal?.seal;
  if (seal === undefined) return { flaws: [], notices: [] };
  const { part, claimed } = entry;
  const maker = await judgeMaker(seal, { part, at: claimed ?? context.at }, context);
  const use = proof === undefined ? [] : judgeProvedUse(seal, { part, at: proof.at });
  return { flaws: [...maker.flaws, ...use], notices: maker.notices };
}

async function itemOf(name: string, one: JudgedOfdSignature, judging: Judging): Promise<Item> {
  const { engine, findings } = judging;
  const part = `${name}#${one.part}`;
  const { value } = one;
  const own = value?.certificate === undefined ? [] : [value.certificate];
  const maker = value?.seal === undefined ? [] : [value.seal.seal.makerCertificate];
  const certificates = [...own, ...maker, ...(value?.certificates ?? [])];
  const [certificate] = readMaterial(
    { certificates: own, crls: [], ocsps: [] },
    nothing,
  ).certificates;
  const signed = value?.timestamps.find(({ over }) => over === 'signature')?.stamped;
  const integrity: Integrity = {
    value: {
      signature: value?.seal?.signature ?? signed ?? new Uint8Array(),
      algorithm: value?.scheme,
      hash: weakest([one.referenceHash, value?.hash]),
      name: value?.algorithm ?? 'unknown',
    },
    certificate,
    doubts: certificate === undefined ? missingSigner(one) : [],
  };
  const entry: Entry = { part, integrity, covers: [], claimed: one.statedAt, notices: [] };
  const stamps: StampEntry[] = [];
  const bags: Bag[] = [{ certificates, crls: [], ocsps: [] }];
  for (const { over, token: der, stamped } of value?.timestamps ?? []) {
    const token = findings.tried({ code: 'stamp_malformed', part }, () => readToken(der));
    if (token === undefined) continue;
    const content = contentOf(stamped, engine);
    const whole = await judgeTokenIntegrity(token, content, { engine, certificates });
    const covers = over === 'signature' ? [integrity.value.signature] : [];
    const kind = over === 'signature' ? 'signature' : 'content';
    stamps.push({ part, over: kind, token, integrity: whole, covers, of: entry });
    bags.push(bagOf({ message: token.cms, signers: [] }));
  }
  return { entry, stamps, bag: joined(bags) };
}

/** Of the digests that a signature leans on, the one that is given up first. */
function weakest(hashes: readonly (HashName | undefined)[]): HashName | undefined {
  const dated = hashes.flatMap((hash) => sunsetsOf({ hash }).map(({ until }) => ({ hash, until })));
  return dated.toSorted((a, b) => a.until - b.until)[0]?.hash ?? hashes.at(-1);
}

const nothing = { certificates: [], crls: [], ocsps: [] } as const;

/** Said here unless the reading has already said why nobody is named. */
function missingSigner({ findings }: JudgedOfdSignature): readonly Doubt[] {
  const isSaid = findings.some(({ weight }) => weight !== 'warning');
  return isSaid ? [] : [{ code: 'signer_certificate_missing', detail: 'the value holds none' }];
}

/** With `isProved` the time of use is known better than as it was stated. */
function shownOf(name: string, one: JudgedOfdSignature | undefined, isProved: boolean): Shown {
  const timely: readonly OfdFinding['code'][] = ['seal_expired', 'seal_not_yet_valid'];
  const counted = one?.findings.filter(({ code }) => !isProved || !timely.includes(code));
  return {
    document: name,
    field: one?.id ?? 'unknown',
    covers: one?.covers === 'document' ? 'document' : 'revision',
    changesAfter: 'none',
    flaws: counted?.flatMap((found) => flawOf(found, name)) ?? [],
  };
}

function flawOf({ code, weight, part, detail }: OfdFinding, name: string): readonly Flaw[] {
  if (weight === 'warning') return [];
  const fallback = weight === 'invalid' ? 'ofd_malformed' : 'algorithm_not_supported';
  const place = part === '' ? name : `${name}#${part}`;
  return [{ code: codes[code] ?? fallback, part: place, detail: `${code} ${detail}`.trim() }];
}

/** Departures from the standards that leave no doubt. */
function oddities({ findings, signatures }: JudgedOfd, name: string): readonly Notice[] {
  const all = [...findings, ...signatures.flatMap((one) => one.findings)];
  return all
    .filter(({ weight }) => weight === 'warning')
    .map(({ code, part, detail }) => {
      return { code: 'spelling_unusual', detail: `${name}#${part} ${code} ${detail}`.trim() };
    });
}
