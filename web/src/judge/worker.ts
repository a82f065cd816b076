/**
 * The verifier in a thread of its own: the same core as `fubie verify`, no network, no storage.
 */

import {
  compareRevisions,
  conclusionPhrases,
  examinationPhrases,
  examinedPhrases,
  flawPhrases,
  flawRules,
  fromUtf8,
  noticePhrases,
  openArchive,
  openZip,
  pageEngine,
  parseCertificate,
  plainJson,
  type Report,
  readJudgingTime,
  readPem,
  shownPlainly,
  toHex,
  verify,
} from 'fubie-core';
import type {
  Answer,
  Ask,
  Change,
  Judged,
  JudgedFile,
  Order,
  Pair,
  RecordedContract,
  Sentences,
  ShownDocument,
  TrustFacts,
  TrustMaterial,
} from './messages.ts';
import { revisionsOf } from './revisions-of.ts';

const trustBytesMax = 16 * 1024 * 1024;

self.addEventListener('message', (event: MessageEvent<Ask>) => {
  const ask = event.data;
  void answer(ask)
    .catch((thrown: unknown) => ({ id: ask.id, failed: String(thrown) }))
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none.
    .then((said: Answer) => self.postMessage(said));
});

async function answer(ask: Ask): Promise<Answer> {
  if (ask.verb === 'trust') return { id: ask.id, facts: factsOf(ask.trust) };
  if (ask.verb === 'unpack') return { id: ask.id, unpacked: await unpacked(ask.zip) };
  if (ask.verb === 'documents') return { id: ask.id, documents: await documentsOf(ask.file) };
  if (ask.verb === 'compare') return { id: ask.id, changes: await changesIn(ask) };
  if (ask.verb === 'holds') return { id: ask.id, holds: await holds(ask.file, ask.contract) };
  return { id: ask.id, judged: await judged(ask.order) };
}

/** Is the recorded contract the beginning of the file, or of a document in it? */
async function holds(file: JudgedFile, { sha256, bytes }: RecordedContract): Promise<boolean> {
  for (const pdf of pdfsIn(file)) {
    const signed = pdf.bytes.subarray(0, bytes);
    const found = toHex(await pageEngine.digest('sha256', signed));
    if (signed.length === bytes && found === sha256) return true;
  }
  return false;
}

async function changesIn({ before, after }: Pair): Promise<readonly Change[]> {
  return (await compareRevisions(before, after, pageEngine)).changes;
}

async function judged({ at, ...order }: Order): Promise<Judged> {
  const { bytes, trust } = order;
  const time = at === undefined ? {} : { at: readJudgingTime(at) };
  const asked = { ...order, trust: new Map(trust), ...time };
  const report = await verify(asked, pageEngine);
  const codes = codesIn(report);
  return {
    report: shownPlainly(report),
    json: `${plainJson(report)}\n`,
    sha256: toHex(await pageEngine.digest('sha256', bytes)),
    flaws: picked(flawPhrases, codes),
    notices: picked(
      noticePhrases,
      report.notices.map(({ code }) => code),
    ),
    examined:
      report.examination === undefined
        ? {}
        : { ...examinationPhrases, ...examinedPhrases, ...conclusionPhrases },
    open: codes.filter((code) => flawRules[code].is === 'indeterminate'),
  };
}

function codesIn(report: Report) {
  const { flaws, signatures, because } = report;
  const all = [
    because,
    ...flaws.map(({ code }) => code),
    ...signatures.flatMap((one) => [
      one.because,
      ...(one.stamps ?? []).map((stamp) => stamp.because),
      ...Object.values(one.law13.because),
    ]),
  ];
  const codes = all.flatMap((code) => {
    return code === undefined || code === 'not_shown_by_file' ? [] : [code];
  });
  return [...new Set(codes)];
}

function picked(table: Sentences, codes: readonly string[]): Sentences {
  return Object.fromEntries(
    codes.flatMap((code) => {
      const words = table[code];
      return words === undefined ? [] : [[code, words] as const];
    }),
  );
}

/** The PDFs that can be looked at: the file itself, or the documents of a package. */
async function documentsOf(judgedFile: JudgedFile): Promise<readonly ShownDocument[]> {
  const shown: ShownDocument[] = [];
  for (const file of pdfsIn(judgedFile)) {
    shown.push({ ...file, revisions: await revisionsOf(file.bytes) });
  }
  return shown;
}

function pdfsIn({ kind, name, bytes }: JudgedFile): { name: string; bytes: Uint8Array }[] {
  if (kind === 'pdf') return [{ name, bytes }];
  if (kind !== 'package') return [];
  try {
    return openZip(bytes)
      .files.filter((file) => file.name.endsWith('.pdf'))
      .map((file) => ({ ...file, bytes: file.bytes.slice() }));
  } catch {
    // The report says what is wrong with the container; there is nothing to look at.
    return [];
  }
}

function factsOf(trust: TrustMaterial): TrustFacts {
  const named = (folder: RegExp) =>
    trust.flatMap(([path]) => folder.exec(path)?.[1] ?? []).toSorted();
  return {
    authorities: subjectsIn(
      trust,
      (path) => /^[^/]+\.(pem|crt|cer)$/.test(path) && path !== 'tsa.pem',
    ),
    stampers: subjectsIn(trust, (path) => path === 'tsa.pem'),
    logs: named(/^logs\/(.+)\.vkey$/),
    witnesses: named(/^witnesses\/(.+)\.vkey$/),
  };
}

function subjectsIn(trust: TrustMaterial, wanted: (path: string) => boolean): string[] {
  return trust
    .filter(([path]) => wanted(path))
    .flatMap(([path, bytes]) => {
      try {
        return readPem('CERTIFICATE', fromUtf8(bytes)).map((der) => nameOf(der));
      } catch {
        return [`${path}：×`];
      }
    });
}

function nameOf(der: Uint8Array): string {
  const { subject, subjectCommonName } = parseCertificate(der);
  return subjectCommonName ?? subject.text;
}

/** A trust folder as a ZIP, with or without an outermost folder. */
async function unpacked(zip: Uint8Array): Promise<TrustMaterial> {
  const { files } = await openArchive(zip, pageEngine, trustBytesMax);
  return files.map(({ name, bytes }) => [name, bytes] as const);
}
