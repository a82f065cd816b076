/**
 * Step 7 of judging a package: what binds its files to each other.
 *
 * The sealed report lists the digests of all files but itself and the manifest, so that a file that
 * nothing else signs (a proof, an opening, a revocation list) cannot be exchanged unseen.
 * Certificates and stamps lie beside the documents for people; they must be exactly those inside.
 */
import { equal, toHex } from '#base/bytes';
import { digestName, digestsOf } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import type { EntryType } from '#formats/entry';
import { readAttachments } from '#formats/pdf';
import { arrayIn, objectOf, readJson, textIn, wholeIn } from '../json.ts';
import { documentWord, type JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import type { FlawCode } from '../report/flaws.ts';
import type { Trust } from '../trust.ts';
import type { PackageFiles } from './container.ts';
import type { Recorded } from './entries.ts';

interface Parts {
  readonly trust: Trust;
  readonly engine: Engine;
  readonly findings: Findings;
}

const dataName = 'data.json';

/** The report's data must name every file; a wrong or missing line is told by its file. */
export async function judgeReportBinding(
  files: PackageFiles,
  report: JudgedDocument,
  { engine, findings }: Parts,
): Promise<void> {
  const flaw = { code: 'report_binding_missing', part: report.name } as const;
  const listed = await findings.triedLater(flaw, async () => {
    const found = report.file === undefined ? [] : await readAttachments(report.file, engine);
    const data = found.filter((attachment) => attachment.name === dataName);
    const fields = objectOf(readJson(data[0]?.bytes ?? new Uint8Array()));
    return arrayIn(fields, 'files').map((item) => {
      const file = objectOf(item);
      const text = `${wholeIn(file, 'bytes')} ${textIn(file, 'sha256')}`;
      return [textIn(file, 'name'), text] as const;
    });
  });
  if (listed === undefined) return;
  const names = new Map(listed);
  const bound = files.all.filter(({ name }) => name !== 'manifest.json' && name !== report.name);
  for (const { name, bytes, sha256 } of await digestsOf(bound, engine)) {
    const line = names.get(name);
    if (line === `${bytes} ${sha256}`) continue;
    const detail = line === undefined ? 'not in the sealed list' : 'another digest is sealed';
    findings.add('report_binding_differs', name, detail);
  }
  for (const [name] of listed) {
    if (files.named(name) === undefined) findings.add('file_missing', name, 'sealed but not here');
  }
}

/**
 * A signed document must be one that the log says was sealed, an unsigned one was drafted. Each
 * state that was raised for the long term stands in the log too, and the package holds the last.
 */
export function judgeLogged(
  documents: readonly JudgedDocument[],
  recorded: readonly Recorded[],
  findings: Findings,
): void {
  const names = (type: EntryType, original: string | undefined, sha256: string): boolean =>
    recorded.some(({ entry }) => {
      const of = entry.of.filter(({ name }) => original === undefined || name === original);
      return entry.type === type && of.some((one) => one.sha256 === sha256);
    });
  for (const { name, sha256, signedSha256, signatures, raises, revisions } of documents) {
    const type = signatures.length > 0 ? 'seal.done' : 'document.drafted';
    const addUnstated = (detail: string): void =>
      findings.addUnstated('document_not_logged', name, detail);
    if (!names(type, undefined, signedSha256)) addUnstated(`no entry ${type} names these bytes`);
    // Whoever holds the seal could else show one paper under the word of another.
    const word = documentWord(name);
    const states = [sha256, signedSha256, ...revisions.map((revision) => revision.sha256)];
    const isWord = states.some(
      (state) => names('document.drafted', word, state) || names('seal.done', word, state),
    );
    if (!isWord) addUnstated('the log knows it under another word');
    for (const raise of raises) {
      if (names('document.raised', 'revision', raise.sha256)) continue;
      const detail = 'no entry document.raised names this state';
      findings.addUnstated('document_not_logged', raise.part, detail);
    }
    if (names('document.raised', 'before', sha256)) {
      findings.add('document_not_logged', name, 'the log knows a later revision of it');
    }
  }
}

/** The folders certs/ and stamps/ hold exactly what the signatures use, under its own digest. */
export async function judgeLooseCopies(
  files: PackageFiles,
  documents: readonly JudgedDocument[],
  parts: Parts,
): Promise<void> {
  const signatures = documents.flatMap((document) => document.signatures);
  const raises = documents.flatMap((document) => document.raises);
  const clocks = [...signatures, ...raises].flatMap(({ stamp }) => stamp ?? []);
  const certificates = [
    ...signatures.flatMap(({ certificate, root }) => [certificate?.der, root?.der]),
    ...clocks.map(({ authority }) => authority.der),
  ].filter((der) => der !== undefined);
  const stamps = clocks.map(({ der }) => der);
  await judgeCopies(
    files,
    { place: 'certificate', code: 'certificate_file_differs' },
    {
      used: certificates,
      parts,
    },
  );
  await judgeCopies(files, { place: 'stamp', code: 'stamp_file_differs' }, { used: stamps, parts });
}

async function judgeCopies(
  files: PackageFiles,
  kind: { place: 'certificate' | 'stamp'; code: FlawCode },
  { used, parts }: { used: readonly Uint8Array[]; parts: Parts },
): Promise<void> {
  const wanted = new Map<string, Uint8Array>();
  for (const der of used) {
    wanted.set(digestName(kind.place, toHex(await parts.engine.digest('sha256', der))), der);
  }
  for (const { name, bytes } of files.at(kind.place)) {
    const same = equal(wanted.get(name) ?? new Uint8Array(), bytes);
    if (!same) parts.findings.add(kind.code, name, 'no signature uses it');
  }
  for (const name of wanted.keys()) {
    if (files.named(name) === undefined) parts.findings.add(kind.code, name, 'used but not here');
  }
}
