/**
 * The line of the report about one of the house's own signatures.
 */
import type { JudgedSignature } from '../own/signature.ts';
import { verdictOf } from './findings.ts';
import { law13Of } from './law13.ts';
import type { Report, SignatureReport } from './report.ts';

export function signatureReport(judged: JudgedSignature, kind: Report['kind']): SignatureReport {
  const { flaws } = judged.findings;
  const hasCertificate = judged.certificate !== undefined;
  // A PDF alone shows no log, and no file shows how an institution guards its seal.
  const showsControl = kind === 'package' && judged.holder === 'person';
  const law13 = law13Of(flaws, { hasCertificate, showsControl });
  return { ...judged.report, ...verdictOf(flaws), law13 };
}
