/**
 * The seal in a signature (GB/T 38540-2020 §6.3, GM/T 0031): who made it, and was it good when it
 * was used? A maker whom the folder does not know is said: the picture is then the signer's word.
 */
import { formatInstant, type Instant } from '#base/clock';
import type { Seal } from '#formats/ses';
import { certificateIfReadable } from '#formats/x509';
import type { Flaw, Notice } from '../report/report.ts';
import { judgeStrength, pathSunsets } from './acceptance.ts';
import type { Context } from './context.ts';
import { validateCertificate } from './x509-validation.ts';

/** What is wrong with the maker of a seal, and what else must be said of him. */
export interface MakerFindings {
  readonly flaws: readonly Flaw[];
  readonly notices: readonly Notice[];
}

/** The maker's path, at the time he states to have made the seal; `at` where he states none. */
export async function judgeMaker(
  seal: Seal,
  { part, at }: { readonly part: string; readonly at: Instant | undefined },
  context: Context,
): Promise<MakerFindings> {
  const place = `${part}/seal`;
  const certificate = certificateIfReadable(seal.makerCertificate);
  const when = seal.createdAt ?? at;
  if (certificate === undefined || when === undefined) {
    const detail = certificate === undefined ? 'the maker of the seal' : 'the seal is undated';
    return { flaws: [{ code: 'signer_certificate_missing', part: place, detail }], notices: [] };
  }
  const judged = await validateCertificate({ certificate, purpose: 'signing', at: when }, context);
  const weak = judged.path === undefined ? [] : pathSunsets(judged.path).flat();
  const doubts = [...judged.doubts, ...judgeStrength(weak, when)];
  if (doubts.length === 1 && doubts[0]?.code === 'chain_not_found') {
    // As in a PDF, whose pictures nobody certifies: the signature is the signer's all the same.
    const detail = `${place} ${certificate.subject.text}`;
    return { flaws: [], notices: [{ code: 'seal_maker_not_trusted', detail }] };
  }
  return {
    flaws: doubts.map(({ code, detail }) => ({ code, part: place, detail: `maker: ${detail}` })),
    notices: judged.notices,
  };
}

/** Where a stamp proves when the seal was used, that time counts and not the stated one. */
export function judgeProvedUse(
  { validFrom, validUntil, name }: Seal,
  { part, at }: { readonly part: string; readonly at: Instant },
): readonly Flaw[] {
  const isEarly = validFrom !== undefined && at < validFrom;
  const isLate = validUntil !== undefined && at > validUntil;
  if (!isEarly && !isLate) return [];
  const detail = `${name} was used ${formatInstant(at)}, ${isEarly ? 'before' : 'after'} its time`;
  return [{ code: 'seal_wrong', part: `${part}/seal`, detail }];
}
