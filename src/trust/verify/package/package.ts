/**
 * Judges an evidence package: the table of contents of everything a court would ask of it.
 *
 * Each step is a file of its own and only adds findings; a step whose material is missing leaves
 * out what depends on it. Nothing outside the package, the trust folder and the receipt is asked.
 */
import type { Instant } from '#base/clock';
import { packageFormMax } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { type JudgedDocument, judgeDocument } from '../own/documents.ts';
import { judgeIssuance, judgeReceipts, type PersonSignature, personOf } from '../own/issuance.ts';
import type { Receipts } from '../own/receipt.ts';
import { judgeRole } from '../own/role.ts';
import type { Findings } from '../report/findings.ts';
import type { EvidenceReport, Notice } from '../report/report.ts';
import type { Trust } from '../trust.ts';
import { judgeLogged, judgeLooseCopies, judgeReportBinding } from './bindings.ts';
import { judgeCompleteness } from './completeness.ts';
import { judgeConfirmed } from './confirmed.ts';
import {
  judgeContainer,
  judgeManifest,
  type PackageFiles,
  statedCase,
  statedForm,
} from './container.ts';
import { judgeDeposited } from './deposited.ts';
import { judgeEntries, type Placed, type Recorded } from './entries.ts';
import { judgeDatedBack, judgeReadings } from './entry-times.ts';
import { judgeFigures } from './figures.ts';
import { judgeInstitution } from './institution.ts';
import { papersLeftOut } from './left-out.ts';
import { trustUnderRule } from './level-rule.ts';
import { judgeLogPapers } from './log-papers.ts';
import { isSelfAttested } from './operators.ts';
import { judgeOutsideWords } from './outside-words.ts';
import { readPaper, type SpeakingPaper } from './paper-data.ts';
import { judgeParties } from './paper-parties.ts';
import { chainsUnnamed, judgePaperWords } from './paper-words.ts';
import { judgeProofs } from './proofs.ts';
import { judgeReportFacts } from './report-facts.ts';
import { judgeRevocation } from './revoked.ts';
import { judgeSequence } from './sequence.ts';
import { judgeShards } from './shards.ts';

const documentsMax = 64;

export interface PackageContext {
  readonly trust: Trust;
  readonly engine: Engine;
  readonly findings: Findings;
  readonly receipts: Receipts | undefined;
  readonly at: Instant | undefined;
}

export interface JudgedPackage {
  readonly documents: readonly JudgedDocument[];
  readonly evidence: EvidenceReport | undefined;
  readonly recorded: readonly Recorded[];
  /** What the log's own papers say. */
  readonly notices: readonly Notice[];
}

export async function judgePackage(
  bytes: Uint8Array,
  given: PackageContext,
): Promise<JudgedPackage> {
  const files = judgeContainer(bytes, given.findings);
  if (files === undefined) return { documents: [], evidence: undefined, recorded: [], notices: [] };
  if (statedForm(files) > packageFormMax) return judgeNewerForm(files, given);
  const { closed, trust: known } = await judgeShards(files, given);
  const context = { ...given, trust: known };
  const { recorded, placed } = await judgeEntries(files, context);
  const caseId = placed[0]?.place.caseTag ?? '';
  await judgeManifest(files, caseId, context);
  const documents = await judgeDocuments(files, context);
  const report = await judgeReport(files, context);
  const checkpoint = files.named('checkpoint.txt');
  const notes = files.at('register').map(({ bytes: note }) => note);
  const trust = await trustUnderRule({ checkpoint, notes }, context.trust, context.engine);
  const ruled = { ...context, trust };
  const level = await judgeProofs({ files, placed, closed }, ruled);
  const at = { level, judged: context.at };
  const papers = await judgeLogPapers({ files, recorded, placed, closed }, at, ruled);
  const sealed = report === undefined ? documents : [...documents, report];
  judgeInstitution(files, { recorded, documents: sealed }, context);
  const said = await papersOf(documents, context);
  judgeStory({ documents, papers: said, recorded }, context);
  await judgeBindings(files, { papers: said, documents, report, recorded, placed }, context);
  const unjudged = await judgeDeposited(files, recorded, context);
  const { missing, sources } = await judgeCompleteness(
    files,
    { documents, papers: said, recorded },
    context,
  );
  if (recorded.length < placed.length) {
    const signatures = sealed.flatMap((document) => document.signatures);
    for (const { findings } of [context, ...signatures]) findings.openUnstated();
  }
  const evidence: EvidenceReport = {
    case: caseId,
    entries: placed.length,
    level,
    ...(trust.policy === undefined ? {} : { rule: trust.policy }),
    ...papers.told,
    complete: missing.length === 0,
    missing,
    ...(sources === undefined ? {} : { sources }),
    keys: context.trust.keys.map(({ name, role, operator, independence }) => ({
      name,
      role,
      operator,
      independence,
    })),
    selfAttested: isSelfAttested(trust),
  };
  return {
    documents: sealed,
    evidence,
    recorded,
    notices: [...papers.notices, ...unjudged, ...untoldOf(said, recorded, caseId)],
  };
}

/** What the papers leave open of the case: one that is not here, and which chain is theirs. */
function untoldOf(
  papers: readonly SpeakingPaper[],
  recorded: readonly Recorded[],
  caseId: string,
): readonly Notice[] {
  const documents = papers.map(({ document }) => document);
  return [...papersLeftOut(documents, recorded), ...chainsUnnamed(papers, caseId)];
}

/**
 * A form of package that a newer program made: every form is a ZIP of one spelling whose manifest
 * lists its files, and a signed PDF is judged as ever. All the rest is open.
 */
async function judgeNewerForm(
  files: PackageFiles,
  context: PackageContext,
): Promise<JudgedPackage> {
  await judgeManifest(files, statedCase(files), context);
  const documents = await judgeDocuments(files, context);
  return { documents, evidence: undefined, recorded: [], notices: [] };
}

async function judgeDocuments(
  files: PackageFiles,
  context: PackageContext,
): Promise<readonly JudgedDocument[]> {
  const documents: JudgedDocument[] = [];
  const found = files.at('document');
  if (found.length > documentsMax) {
    context.findings.add('resource_limit', 'documents', `more than ${documentsMax}`);
  }
  for (const file of found.slice(0, documentsMax)) {
    documents.push(await judgeDocument(file, { ...context, mayBeUnsigned: true }));
  }
  return documents;
}

/** The report speaks for the institution: its seal signs it, and nobody else. */
async function judgeReport(
  files: PackageFiles,
  context: PackageContext,
): Promise<JudgedDocument | undefined> {
  const [file] = files.at('report');
  if (file === undefined) return undefined;
  const report = await judgeDocument(file, context);
  for (const { holder, part, findings } of report.signatures) {
    if (holder !== 'seal') findings.add('seal_unknown', part, 'not a seal of operators.json');
  }
  return report;
}

async function papersOf(
  documents: readonly JudgedDocument[],
  context: PackageContext,
): Promise<readonly SpeakingPaper[]> {
  const papers: SpeakingPaper[] = [];
  for (const document of documents) papers.push(await readPaper(document, context));
  return papers;
}

/** Who signed, for whom, and what others said and stamped: step 6, and the words of step 4. */
function judgeStory(
  judged: {
    readonly documents: readonly JudgedDocument[];
    readonly papers: readonly SpeakingPaper[];
    readonly recorded: readonly Recorded[];
  },
  context: PackageContext,
): void {
  const { documents, papers, recorded } = judged;
  judgePersons(documents, recorded, context);
  const borrower = judgeParties(papers, recorded);
  judgeDatedBack(documents, recorded, context.findings);
  judgeReadings(recorded, context.findings);
  judgeOutsideWords({ recorded, documents, borrower }, context.findings);
}

/** Step 6: what is not a known seal is a person's, and must obey the rules about thieves. */
function judgePersons(
  documents: readonly JudgedDocument[],
  recorded: readonly Recorded[],
  context: PackageContext,
): void {
  const persons: PersonSignature[] = [];
  for (const document of documents) {
    for (const signature of document.signatures) {
      judgeRole(signature);
      if (signature.holder === 'seal' || signature.certificate === undefined) continue;
      if (signature.holder === 'unknown') {
        const detail = 'neither a seal of operators.json nor an event certificate';
        signature.findings.add('seal_unknown', signature.part, detail);
        // Who was not told of any seal cannot tell an institution from a person.
        if (context.trust.keys.length === 0) continue;
      }
      const person = personOf(document, signature);
      persons.push(person);
      judgeIssuance([person], recorded, signature.findings);
    }
  }
  const signatures = documents.flatMap((document) => document.signatures);
  judgeReceipts(
    persons,
    context.receipts,
    (part) => signatures.find((one) => one.part === part)?.findings ?? context.findings,
  );
}

async function judgeBindings(
  files: PackageFiles,
  judged: {
    readonly papers: readonly SpeakingPaper[];
    readonly documents: readonly JudgedDocument[];
    readonly report: JudgedDocument | undefined;
    readonly recorded: readonly Recorded[];
    readonly placed: readonly Placed[];
  },
  context: PackageContext,
): Promise<void> {
  const { report } = judged;
  if (report !== undefined) {
    await judgeReportBinding(files, report, context);
    await judgeReportFacts(files, { ...judged, report }, context);
  }
  judgeLogged(judged.documents, judged.recorded, context.findings);
  judgeConfirmed(judged.documents, judged.recorded, context.findings);
  judgePaperWords(judged.papers, judged, context.findings);
  judgeFigures(judged.papers, judged.recorded, context.findings);
  judgeSequence(judged.papers, judged.recorded, context.findings);
  await judgeLooseCopies(files, judged.documents, context);
  await judgeRevocation(files, judged, context);
}
