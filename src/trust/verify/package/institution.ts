/**
 * Step 5a: whose log is it? Each institution has a log of its own, and one trust folder may name
 * several: a package is judged by the log its checkpoint names, and must be of that institution.
 *
 * The case's first entry opens to the institution's name in the house, and its seals are listed
 * with theirs. Whoever runs the house could place one institution's case in another's log, where
 * nobody would look for it; a package from there is refused.
 */
import { fromUtf8 } from '#base/bytes';
import { canonical } from '#base/canonical';
import type { JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import type { TenantLog, Trust } from '../trust.ts';
import type { PackageFiles } from './container.ts';
import type { Recorded } from './entries.ts';

/** What entry 0 opens to under this name is the institution of the case. */
const institutionName = 'institution';

interface Parts {
  readonly trust: Trust;
  readonly findings: Findings;
}

/** The trusted log that the package's checkpoint names, if there is one. */
export function logNamedBy(files: PackageFiles, trust: Trust): TenantLog | undefined {
  const bytes = files.named('checkpoint.txt');
  return bytes === undefined ? undefined : logOfNote(bytes, trust);
}

/** The trusted log whose origin stands in the first line of a checkpoint. */
export function logOfNote(checkpoint: Uint8Array, trust: Trust): TenantLog | undefined {
  const [origin = ''] = linesOf(checkpoint);
  return trust.logOf(origin);
}

export function judgeInstitution(
  files: PackageFiles,
  judged: { readonly recorded: readonly Recorded[]; readonly documents: readonly JudgedDocument[] },
  { trust, findings }: Parts,
): void {
  const log = logNamedBy(files, trust);
  if (log === undefined) return;
  const differs = (part: string, tenant: string): void =>
    findings.add('institution_differs', part, `of ${tenant}, in the log of ${log.tenant}`);
  const [first] = judged.recorded;
  const told = first?.values.get(institutionName);
  if (first !== undefined && told !== undefined && told !== log.tenant) {
    differs(first.part, canonical(told));
  }
  for (const { holder, certificate, part } of judged.documents.flatMap((one) => one.signatures)) {
    if (holder !== 'seal' || certificate === undefined) continue;
    const tenant = trust.sealOf(certificate.publicKey)?.tenant;
    if (tenant !== undefined && tenant !== log.tenant) differs(part, tenant);
  }
}

function linesOf(bytes: Uint8Array): readonly string[] {
  try {
    return fromUtf8(bytes).split('\n');
  } catch {
    return []; // What is not text is named by the step that reads the checkpoint.
  }
}
