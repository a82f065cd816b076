/**
 * Judges a time-stamp token by itself (RFC 3161): whose it is and when, not what it stamps.
 */
import { formatInstant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import { checkToken, parseToken } from '#formats/tsp';
import { type Findings, verdictOf } from './findings.ts';
import type { Report } from './report.ts';
import type { Trust } from './trust.ts';

export async function judgeToken(
  file: { readonly name: string; readonly bytes: Uint8Array },
  parts: { readonly trust: Trust; readonly engine: Engine; readonly findings: Findings },
): Promise<Pick<Report, 'kind' | 'signatures' | 'notices'>> {
  const { trust, engine, findings } = parts;
  const flaw = { code: 'stamp_malformed', part: file.name } as const;
  const token = findings.tried(flaw, () => parseToken(file.bytes));
  if (token === undefined) return { kind: 'unknown', signatures: [], notices: [] };
  const check = { token, imprint: token.imprint, authorities: trust.stampers, strict: true };
  const verdict = await checkToken(check, engine);
  if (verdict.is === 'invalid') {
    const code = verdict.because === 'stamp_authority_unknown' ? 'stamp_untrusted' : 'stamp_wrong';
    findings.add(code, file.name, verdict.because);
    return { kind: 'stamp', signatures: [], notices: [] };
  }
  const signer = verdict.certificate.subject.text;
  const signature = {
    document: file.name,
    field: 'TSTInfo',
    ...verdictOf([]),
    signer,
    signedAt: formatInstant(token.time),
    timeFrom: 'timestamp',
    timeSource: signer,
    level: 'B-B',
    algorithm: token.signedData.signer.signatureAlgorithm,
    covers: 'document',
    changesAfter: 'none',
  } as const;
  const law13 = {
    ownData: 'valid',
    ownControl: 'indeterminate',
    signatureFixed: 'valid',
    contentFixed: 'valid',
  } as const;
  const notice = { code: 'stamped_data_not_here', detail: token.imprint.hash } as const;
  return { kind: 'stamp', signatures: [{ ...signature, law13 }], notices: [notice] };
}
