/**
 * What a report says in plain sentences: the verdict in one, then what is proved, what is presumed,
 * what is missing. Pure: the same report gives the same words.
 */
import type { Report } from 'fubie-core';
import { partyWords } from '../phrases/parties.ts';
import { filled, type Language, type Values } from '../ui/language.tsx';
import type { Judged, Sentences } from './messages.ts';
import { verdictWords } from './words/verdict.ts';

type Key = keyof typeof verdictWords;

/** Notices that say what was found to hold; what neither table names is taken on trust. */
const provingNotices = new Set([
  'anchored',
  'head_stamped',
  'misbehaviour_proved',
  'register_in_force',
  'signature_policy_followed',
  'twin_holds',
]);

/** Notices that say what could not be looked at, or was found wanting. */
const missingNotices = new Set([
  'anchor_not_judged',
  'archive_stamp_not_used',
  'block_not_judged',
  'chain_not_named',
  'content_not_compared',
  'evidence_record_not_used',
  'head_stamp_lapsed',
  'issuance_not_checked',
  'register_not_trusted',
  'revocation_not_checked',
  'signature_policy_for_people',
  'signature_policy_not_processed',
  'signer_states',
  'paper_left_out',
  'source_not_judged',
  'stamp_not_trusted',
  'stamped_data_not_here',
  'time_order_broken',
  'twin_not_judged',
]);

const headlines: Partial<Record<Report['kind'], Key>> = {
  pdf: 'valid_pdf',
  ofd: 'valid_pdf',
  cms: 'valid_cms',
  stamp: 'valid_stamp',
  'evidence-record': 'valid_record',
  certificate: 'valid_certificate',
  crl: 'valid_status',
  ocsp: 'valid_status',
  checkpoint: 'valid_note',
  proof: 'valid_note',
};

/** What the three columns hold. */
export interface Columns {
  readonly proved: readonly string[];
  readonly presumed: readonly string[];
  readonly missing: readonly string[];
}

export function headline({ report, flaws }: Judged, language: Language): string {
  const { is, because, kind } = report;
  if (is !== 'valid') {
    const why = because === undefined ? '' : sentence(flaws, because, language);
    return words(language, `${is}_because`, { why });
  }
  const n = report.signatures.filter((one) => one.kind === 'signature').length;
  if (kind === 'package') {
    return words(language, 'valid_package', { n, entries: report.evidence?.entries ?? 0 });
  }
  if (n === 0 && report.signatures.length > 0) return words(language, 'valid_stamp');
  return words(language, headlines[kind] ?? 'valid_other', { n });
}

/** Where the gravest flaw is. */
export function placeOf({ because, flaws }: Report): string | undefined {
  return flaws.find(({ code }) => code === because)?.part;
}

export function columnsOf(judged: Judged, hasTrust: boolean, language: Language): Columns {
  const { report } = judged;
  const say = (key: Key, values?: Values) => words(language, key, values);
  return {
    proved: distinct([
      ...provedBySignatures(report, say),
      ...provedByEvidence(report, say),
      ...noticesOf(judged, language, (code) => provingNotices.has(code)),
    ]),
    presumed: distinct([
      ...report.signatures
        .filter(({ timeFrom, signedAt }) => timeFrom === 'claimed' && signedAt !== undefined)
        .map(({ document, signedAt }) => {
          return say('presumedTime', { document: shortName(document), time: shownTime(signedAt) });
        }),
      ...noticesOf(judged, language, (code) => {
        return !missingNotices.has(code) && !provingNotices.has(code);
      }),
      ...(hasTrust ? [say('presumedTrust')] : []),
    ]),
    missing: distinct([
      ...(hasTrust ? [] : [say('missingTrust')]),
      ...(report.evidence?.missing ?? []).map((what) => say('missingEvidence', { what })),
      ...judged.open
        .filter((code) => report.flaws.some((flaw) => flaw.code === code))
        .map((code) => sentence(judged.flaws, code, language)),
      ...noticesOf(judged, language, (code) => missingNotices.has(code)),
    ]),
  };
}

function provedBySignatures(report: Report, say: (key: Key, values?: Values) => string): string[] {
  return report.signatures
    .filter(({ is }) => is === 'valid')
    .flatMap((one) => {
      const document = shortName(one.document);
      if (one.kind === 'timestamp') {
        const values = { document, time: shownTime(one.signedAt), source: one.signer };
        return [say('provedStamped', values)];
      }
      const signed = say('provedSigned', { document, signer: one.signer });
      if (one.timeFrom !== 'timestamp' || one.signedAt === undefined) return [signed];
      const time = shownTime(one.signedAt);
      return [signed, say('provedTime', { document, time, source: one.timeSource })];
    });
}

function provedByEvidence(
  { is, evidence }: Report,
  say: (key: Key, values?: Values) => string,
): string[] {
  if (evidence === undefined || is === 'invalid') return [];
  const { entries, complete } = evidence;
  return [say('provedEntries', { entries }), ...(complete ? [say('provedComplete')] : [])];
}

/** One sentence for each notice, however many things it is about. */
function noticesOf(
  { report, notices }: Judged,
  language: Language,
  wanted: (code: string) => boolean,
): string[] {
  const codes = new Set(report.notices.map(({ code }) => code).filter(wanted));
  return [...codes].map((code) => {
    const details = report.notices
      .filter((one) => one.code === code && one.detail !== '')
      .map(({ detail }) => partyWords[detail]?.[language] ?? detail);
    const said = sentence(notices, code, language);
    return details.length === 0 ? said : `${said}${bracketed(listed(details, language), language)}`;
  });
}

/** Things one after the other. */
export function listed(things: readonly string[], language: Language): string {
  return things.join(language === 'zh' ? '、' : ', ');
}

/** What stands in brackets behind a sentence or a name. */
export function bracketed(text: string, language: Language): string {
  return language === 'zh' ? `（${text}）` : ` (${text})`;
}

export function sentence(table: Sentences, code: string, language: Language): string {
  return table[code]?.[language] ?? code;
}

/** `documents/04-loan-contract.pdf` reads better as `04-loan-contract.pdf`. */
export function shortName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A date inside a PDF (ISO 32000-1 §7.9.4), as a signer's own computer wrote it. */
const pdfDate = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/;

/** `2026-11-22T09:24:46.221+08:00` → `2026-11-22 09:24:46`, on the clock it was written with. */
export function shownTime(time: string | undefined): string {
  if (time === undefined) return '';
  const [whole, year, month, day, hour, minute, second] = pdfDate.exec(time) ?? [];
  if (whole !== undefined) return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
  return time.slice(0, 19).replace('T', ' ');
}

function words(language: Language, key: Key, values?: Values): string {
  return filled(verdictWords[key][language], values);
}

function distinct(sentences: readonly string[]): readonly string[] {
  return [...new Set(sentences)];
}
