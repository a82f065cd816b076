/**
 * What a reader must know although it breaks nothing (law 10: nothing pretends).
 */
import { orderFlaws, stageTimesOf } from '#formats/entry';
import type { JudgedSignature } from '../own/signature.ts';
import type { Recorded } from '../package/entries.ts';
import type { EvidenceReport, Notice, Report } from './report.ts';

export function noticesOf(judged: {
  readonly kind: Report['kind'];
  readonly signatures: readonly JudgedSignature[];
  readonly recorded: readonly Recorded[];
  readonly evidence: EvidenceReport | undefined;
}): readonly Notice[] {
  const { kind, signatures, recorded, evidence } = judged;
  const notices = new Map<string, Notice>();
  const add = (code: Notice['code'], detail: string): void => {
    notices.set(`${code} ${detail}`, { code, detail });
  };
  for (const { root, stamp, certificate, holder, report } of signatures) {
    if (root?.subject.text.includes('TEST')) add('test_authority', root.subject.text);
    const authority = stamp?.authority.subject.text ?? '';
    if (authority.includes('TEST')) add('test_stamper', authority);
    if (authority.includes('LOCAL_CLOCK')) add('local_clock', authority);
    // A document that was raised holds the lists, and they were judged.
    const isRaised = report.level === 'B-LTA';
    if (kind === 'pdf' && certificate?.extensions.noRevAvail === false && !isRaised) {
      add('revocation_not_checked', certificate.subject.text);
    }
    if (kind === 'pdf' && holder === 'person') {
      add('issuance_not_checked', certificate?.subjectCommonName ?? '');
    }
  }
  for (const { entry } of recorded) {
    if (entry.att?.statement['simulator'] === true) add('simulated_gateway', entry.att.by);
  }
  for (const { earlier, later } of orderFlaws(stageTimesOf(recorded))) {
    const told = `${later.stage}#${later.seq} before ${earlier.stage}#${earlier.seq}`;
    add('time_order_broken', told);
  }
  if (evidence?.selfAttested === true) add('self_attested', evidence.case);
  return [...notices.values()];
}
