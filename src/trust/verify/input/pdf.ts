/**
 * Judges the signatures of a PDF by whomever (ISO 32000-2 §12.8, ETSI EN 319 142-1) under the
 * profile `etsi`: each where it sits, over which bytes, by whom, when, and what came after it.
 *
 * What a viewer would show is what is judged: the reading is that of viewers, and a place in which
 * they might differ is itself a flaw.
 */
import { formatInstant } from '#base/clock';
import {
  judgeChanges,
  type PdfFile,
  type PdfSignature,
  paintedOver,
  type RevisionChange,
  readLooseSignatures,
  revisionEnds,
  usageRightsName,
} from '#formats/pdf';
import { knownCertificates } from '../anchors.ts';
import { Context } from '../etsi/context.ts';
import type { JudgedEntry, JudgedStamp } from '../etsi/docket.ts';
import { readMaterial } from '../etsi/readable.ts';
import { readToken } from '../etsi/stamp.ts';
import { type Judgement, judgeDocket } from '../etsi/validation.ts';
import type { Answer, Judging } from '../judging.ts';
import { Findings } from '../report/findings.ts';
import {
  harmOf,
  joinLines,
  type Lines,
  linesOfEntry,
  linesOfStamp,
  linesOfUnread,
  type Shown,
} from '../report/foreign-report.ts';
import type { Notice } from '../report/report.ts';
import { bagOfRecords, joined } from './bag.ts';
import { doubtsOfRecords, withRecords } from './evidence-record.ts';
import { openMessage } from './opened.ts';
import {
  contentOfSignature,
  type PdfDocketItem,
  type PdfItem,
  pdfBag,
  pdfDocket,
} from './pdf-docket.ts';
import { harmlessStructure, structureCodes } from './pdf-flaws.ts';

/** A PDF that was opened, with the signatures to be judged. */
export interface OpenedPdf {
  readonly name: string;
  readonly file: PdfFile;
  readonly signatures: readonly PdfSignature[];
}

export async function judgePdf(opened: OpenedPdf, judging: Judging): Promise<Answer> {
  const { file, signatures } = opened;
  const { engine, anchors, trust, at, revocation, policies } = judging;
  const items = itemsOf(opened);
  const own = await pdfBag(file, items);
  const bag = joined([own, bagOfRecords(judging.records)]);
  const certificates = [...bag.certificates, ...knownCertificates(anchors)];
  const docket = await pdfDocket(items, { file, engine, certificates, policies });
  const material = readMaterial(bag, anchors.material);
  const context = new Context({ engine, anchors, material, revocation, at });
  const all = {
    entries: docket.flatMap(({ entries }) => entries),
    stamps: docket.flatMap(({ stamps }) => stamps),
  };
  const { name } = opened;
  const { records } = judging;
  const beside = { name, bytes: file.bytes, records, bag: own, certificates };
  const proved = await withRecords(all, beside, engine);
  const judgement = await judgeDocket(proved, context);
  const changes = await judgeChanges(file, signatures, engine);
  const lines = docket.flatMap((one, index) => {
    const shown = shownOf(opened, one.item, changes[index]);
    return linesOf(one, shown, { judgement, trust });
  });
  await judgeSneaky(opened, { changes, lines, findings: judging.findings });
  if (hasStrayTail(file, signatures)) {
    judging.findings.add('bytes_uncovered', opened.name, 'bytes behind the end of the document');
  }
  const painted = paintedLater(changes);
  const notices = [...proved.notices, ...doubtsOfRecords(judgement.stamps)];
  const said = { signatures: [], flaws: [], notices };
  return { kind: 'pdf', ...settled([...lines, said], { judgement, judging, opened, painted }) };
}

/**
 * Is there more than white space behind the last revision and behind what is signed? No viewer
 * shows it and no signature covers it, so another program may be meant to read it.
 */
function hasStrayTail(file: PdfFile, signatures: readonly PdfSignature[]): boolean {
  if (file.facts.repaired) return false;
  const last = file.sections.reduce((latest, { offset }) => Math.max(latest, offset), 0);
  const end = revisionEnds(file).find((one) => one > last);
  if (end === undefined) return false;
  const covered = Math.max(end, ...signatures.map(({ revisionEnd }) => revisionEnd));
  return !file.bytes.subarray(covered).every((byte) => white.has(byte));
}

/** ISO 32000-1 table 1. */
const white: ReadonlySet<number> = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]);

/**
 * A signature that is not good itself and paints an area over words that others signed: it is how a
 * stranger changes what a certified contract shows ("sneaky signature"). A good one is somebody's
 * own word, wherever it stands; a good time-stamp is nobody's, for a clock stamps for whoever asks.
 */
async function judgeSneaky(
  { name, file }: OpenedPdf,
  parts: {
    readonly changes: readonly RevisionChange[];
    readonly lines: readonly Lines[];
    readonly findings: Findings;
  },
): Promise<void> {
  const good = new Set(
    parts.lines.flatMap(({ signatures }) =>
      signatures
        .filter(({ is, kind }) => is === 'valid' && kind !== 'timestamp')
        .map(({ field }) => field),
    ),
  );
  const drawn = parts.changes.flatMap(({ widgets }) => widgets.filter(({ isDrawn }) => isDrawn));
  const strange = new Map(
    drawn.filter(({ field }) => !good.has(field)).map((widget) => [widget.object, widget]),
  );
  for (const { object, page, rect, field } of strange.values()) {
    const hidden = await paintedOver(file, { object, page, rect });
    if (hidden === '') continue;
    const what = `the face of ${field} hides the words "${hidden}"`;
    parts.findings.add('change_forbidden', `${name}/object ${object}`, what);
  }
}

/**
 * Fields that show something on a page which an earlier signer has not seen. One that was there
 * before counts: whether its new face is empty is nothing to rely on.
 */
function paintedLater(changes: readonly RevisionChange[]): ReadonlySet<string> {
  const painted = changes.flatMap(({ fields, widgets }) => {
    const hidden = widgets.filter(({ rect, isDrawn }) => {
      const [left = 0, bottom = 0, right = 0, top = 0] = rect;
      return !isDrawn || left === right || bottom === top;
    });
    return fields.filter((field) => !hidden.some((widget) => widget.field === field));
  });
  return new Set(painted);
}

function itemsOf({ name, file, signatures }: OpenedPdf): readonly PdfItem[] {
  const ends = revisionEnds(file);
  return signatures.map((signature, index) => {
    // A signature may end before the line end that belongs to its revision.
    const { revisionEnd } = signature;
    const revision = revisionEnd === 0 ? -1 : ends.findIndex((end) => end >= revisionEnd);
    const part = `${name}#${revision < 0 ? `signature ${index + 1}` : `revision ${revision + 1}`}`;
    const findings = new Findings();
    for (const flaw of signature.flaws) {
      if (!harmlessStructure.has(flaw)) findings.add(structureCodes[flaw], part, flaw);
    }
    const isMessage = signature.kind === 'signature' && signature.subFilter !== bareFilter;
    const flaw = { code: 'cms_malformed', part } as const;
    const opened = isMessage
      ? findings.tried(flaw, () => openMessage(signature.contents, part, findings))
      : undefined;
    const token =
      signature.kind === 'timestamp'
        ? findings.tried({ code: 'stamp_malformed', part }, () => readToken(signature.contents))
        : undefined;
    const content = contentOfSignature(file, { signature, part, findings });
    return { signature, part, findings, opened, token, content };
  });
}

const bareFilter = 'adbe.x509.rsa_sha1';

function shownOf(
  { name, file }: OpenedPdf,
  { signature, part, findings }: PdfItem,
  change: RevisionChange | undefined,
): Shown {
  for (const { object, what, permitted } of change?.changes ?? []) {
    if (!permitted) findings.add('change_forbidden', `${part}/${object}`, what);
  }
  return {
    document: name,
    field: signature.field,
    covers: signature.revisionEnd === file.bytes.length ? 'document' : 'revision',
    changesAfter: change?.is ?? 'forbidden',
    flaws: findings.flaws,
  };
}

/** The lines of one signature dictionary: as a rule one, of a message with more signers more. */
function linesOf(
  { item, entries, stamps }: PdfDocketItem,
  shown: Shown,
  { judgement, trust }: { readonly judgement: Judgement; readonly trust: Judging['trust'] },
): readonly Lines[] {
  const judged: readonly JudgedEntry[] = judgement.entries.filter(({ entry }) =>
    entries.includes(entry),
  );
  if (judged.length > 0) return judged.map((one) => linesOfEntry(one, shown, trust));
  const stamp: JudgedStamp | undefined = judgement.stamps.find(
    ({ entry }) => entry.of === undefined && stamps.includes(entry),
  );
  if (stamp !== undefined) return [linesOfStamp(stamp, shown)];
  return [linesOfUnread(item.signature.kind, shown)];
}

interface Settling {
  readonly opened: OpenedPdf;
  readonly judgement: Judgement;
  readonly judging: Judging;
  readonly painted: ReadonlySet<string>;
}

/**
 * A document time-stamp counts for itself only where there is nothing else to judge, or where it
 * paints on a page: what nobody trusted has drawn there is not what was signed.
 */
function settled(
  lines: readonly Lines[],
  { opened, judgement, judging, painted }: Settling,
): Omit<Answer, 'kind'> {
  const { name, file, signatures } = opened;
  const onlyStamps = signatures.every(({ kind }) => kind === 'timestamp');
  const counted = lines.map((one) => {
    const [line] = one.signatures;
    if (onlyStamps || line?.kind !== 'timestamp' || painted.has(line.field)) return one;
    return harmOf(one, `${name} ${line.field}`);
  });
  const loose = readLooseSignatures(file, signatures).filter(({ place }) => place === 'orphan');
  const notices: readonly Notice[] = loose.map(({ object }) => {
    return { code: 'orphan_signature', detail: `object ${object}` };
  });
  const odd = [...file.facts.oddities, ...unusualValues(signatures)].map((detail): Notice => {
    return { code: 'spelling_unusual', detail: `${name} ${detail}` };
  });
  const rights = signatures.filter(({ field }) => field === usageRightsName);
  const granted = rights.map(({ field }): Notice => ({ code: 'usage_rights', detail: field }));
  return joinLines([
    ...counted,
    {
      signatures: [],
      flaws: [],
      notices: [...notices, ...granted, ...odd, ...later(judgement, judging)],
    },
  ]);
}

/** ISO 32000-2 table 260, ETSI EN 319 142-1; any other name is read as a message all the same. */
const knownFilters: ReadonlySet<string> = new Set([
  'adbe.pkcs7.detached',
  'adbe.pkcs7.sha1',
  'adbe.x509.rsa_sha1',
  'ETSI.CAdES.detached',
  'ETSI.RFC3161',
]);

function unusualValues(signatures: readonly PdfSignature[]): readonly string[] {
  const unknown = signatures.filter(({ subFilter }) => !knownFilters.has(subFilter));
  const padded = signatures.filter(({ paddingIsZero }) => !paddingIsZero);
  return [
    ...unknown.map(({ field, subFilter }) => `${field} /SubFilter ${subFilter || 'missing'}`),
    // No reader looks at it, and no signature covers it.
    ...padded.map(({ field }) => `${field} bytes behind the message`),
  ];
}

/** Says so if the file could not be judged as of the time that was asked for. */
function later({ now }: Judgement, { at }: Judging): readonly Notice[] {
  if (at === undefined || now === undefined || now <= at) return [];
  return [{ code: 'judged_as_of_stamp', detail: formatInstant(now) }];
}
