/**
 * Judges an evidence record by itself (RFC 4998 §4.3, §5.3) with the data it is over handed in:
 * since when did that exist, and was the record carried on without a gap?
 */
import { knownCertificates } from '../anchors.ts';
import { Context } from '../etsi/context.ts';
import { contentOf } from '../etsi/integrity.ts';
import { readMaterial } from '../etsi/readable.ts';
import { judgeDocket } from '../etsi/validation.ts';
import type { Answer, Judging } from '../judging.ts';
import { joinLines, linesOfStamp } from '../report/foreign-report.ts';
import { bagOfRecords } from './bag.ts';
import { stampsOfRecord } from './evidence-record.ts';
import { openRecord } from './opened-record.ts';

export async function judgeRecordFile(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  judging: Judging,
): Promise<Answer> {
  const { findings, engine, anchors, at, revocation, content } = judging;
  const nothing = { kind: 'evidence-record', signatures: [], notices: [] } as const;
  const opened = openRecord(bytes);
  if (opened.record === undefined) {
    findings.add('stamp_malformed', name, opened.why);
    return nothing;
  }
  if (content === undefined) {
    findings.add('content_missing', name, 'what the record is over');
    return nothing;
  }
  const bag = bagOfRecords([opened]);
  const certificates = [...bag.certificates, ...knownCertificates(anchors)];
  const over = [[contentOf(content, engine)]];
  const ask = { part: name, opened, over, covers: [], of: undefined, certificates };
  const { stamps, notices } = await stampsOfRecord(ask, engine);
  for (const { detail } of notices) findings.add('stamp_wrong', name, detail);
  const material = readMaterial(bag, anchors.material);
  const context = new Context({ engine, anchors, material, revocation, at });
  const judged = (await judgeDocket({ entries: [], stamps }, context)).stamps;
  const lines = stamps.flatMap((entry, index) => {
    const field = `stamp ${index + 1}`;
    const shown = { document: name, field, covers: 'document', changesAfter: 'none' } as const;
    const own = judged.filter((one) => one.entry === entry);
    return own.map((one) => linesOfStamp(one, { ...shown, flaws: [] }));
  });
  return { kind: 'evidence-record', ...joinLines(lines) };
}
