/**
 * Step 7 of judging a package: what the authority's lists say of the keys that signed here.
 *
 * A seal needs a list made after it signed. And whatever a list says counts, of each key: who stole
 * a seal that was revoked since could else bind the files anew with it, for a report needs no list.
 */
import { equal, toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import { digestName } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { type Certificate, type Crl, checkCrl, parseCrl } from '#formats/x509';
import type { JudgedDocument } from '../own/documents.ts';
import { speaksOfAll } from '../own/raises.ts';
import type { JudgedSignature } from '../own/signature.ts';
import type { Findings } from '../report/findings.ts';
import type { Trust } from '../trust.ts';
import type { PackageFiles } from './container.ts';

interface Parts {
  readonly trust: Trust;
  readonly engine: Engine;
  readonly findings: Findings;
}

/** Of the documents' seals a list is asked for; of the report's, and of clocks, it is heard. */
export async function judgeRevocation(
  files: PackageFiles,
  of: {
    readonly documents: readonly JudgedDocument[];
    readonly report: JudgedDocument | undefined;
  },
  parts: Parts,
): Promise<void> {
  const lists = await readLists(files, parts);
  for (const document of of.documents) {
    for (const signature of document.signatures) judgeListed(signature, lists);
  }
  const all = of.report === undefined ? of.documents : [...of.documents, of.report];
  for (const { signatures, raises } of all) {
    for (const { certificate, stamp, part, findings } of signatures) {
      if (stamp === undefined) continue;
      const isSeal = certificate?.extensions.noRevAvail === false;
      const keys = [...(isSeal ? [certificate] : []), stamp.authority];
      judgeRevoked({ keys, at: stamp.time, part }, lists, findings);
    }
    for (const { stamp, part } of raises) {
      if (stamp === undefined) continue;
      judgeRevoked({ keys: [stamp.authority], at: stamp.time, part }, lists, parts.findings);
    }
  }
}

async function readLists(files: PackageFiles, parts: Parts): Promise<readonly Crl[]> {
  const lists: Crl[] = [];
  for (const { name, bytes } of files.at('revocation')) {
    const flaw = { code: 'revocation_malformed', part: name } as const;
    const list = parts.findings.tried(flaw, () => parseCrl(bytes));
    if (list === undefined) continue;
    const verdicts = await Promise.all(
      parts.trust.roots.map((root) => checkCrl(list, root, parts.engine)),
    );
    const own = digestName('revocation', toHex(await parts.engine.digest('sha256', bytes)));
    if (name !== own) parts.findings.add('revocation_wrong', name, 'not under its own digest');
    if (!verdicts.some(({ is }) => is === 'valid')) {
      parts.findings.add('revocation_wrong', name, 'not signed by a trusted authority');
    } else if (!speaksOfAll(list)) {
      parts.findings.add('revocation_wrong', name, 'speaks of some certificates only');
    } else lists.push(list);
  }
  return lists;
}

/**
 * Only a list made after the signature can say that the key was good when it signed; a producer who
 * may choose would choose the last one before the revocation.
 */
function judgeListed(signature: JudgedSignature, lists: readonly Crl[]): void {
  const { certificate, stamp, part, findings } = signature;
  if (certificate?.extensions.noRevAvail !== false || stamp === undefined) return;
  // Lists know whole seconds.
  const second = Math.floor(stamp.time / 1000) * 1000;
  const own = lists.filter((list) => equal(list.issuer.der, certificate.issuer.der));
  if (own.some((list) => list.thisUpdate >= second)) return;
  findings.add('revocation_missing', part, 'no revocation list made after the signature');
}

function judgeRevoked(
  used: { readonly keys: readonly Certificate[]; readonly at: Instant; readonly part: string },
  lists: readonly Crl[],
  findings: Findings,
): void {
  for (const { issuer, serial, subject } of used.keys) {
    const own = lists.filter((list) => equal(list.issuer.der, issuer.der));
    const isRevoked = own
      .flatMap((list) => list.revoked)
      .some((one) => one.serial === serial && one.at <= used.at);
    if (isRevoked) findings.add('certificate_revoked', used.part, `before: ${subject.text}`);
  }
}
