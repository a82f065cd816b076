/**
 * Judges a file as ETSI EN 319 102-1 does, offline: whatever was signed, stamped or logged, against
 * a trust folder and nothing else.
 *
 * It never throws for what is in the file and never asks a server, a database or a clock. Whatever
 * could not be looked at is said as a flaw or a notice.
 */
import { faultCode } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { readAnchors } from './anchors.ts';
import { examine } from './examination/examine.ts';
import { judgeAnchorFile } from './input/anchor-file.ts';
import { judgeCertificateFile, judgeCrlFile, judgeOcspFile } from './input/certificate-file.ts';
import { unusedRecords } from './input/evidence-record.ts';
import { judgeMessageFile } from './input/message-file.ts';
import { judgeMisbehaviourFile } from './input/misbehaviour.ts';
import { judgeCheckpointFile, judgeProofFile } from './input/note.ts';
import { judgeOfdFile } from './input/ofd.ts';
import { openRecord, recordsMax } from './input/opened-record.ts';
import { judgePdfFile } from './input/pdf-file.ts';
import { judgeRecordFile } from './input/record-file.ts';
import { judgeSealFile } from './input/seal-file.ts';
import { judgeToken } from './input/token.ts';
import type { Answer, Judging, VerifyOrder } from './judging.ts';
import { recognise } from './kind.ts';
import { judgeLists } from './lists.ts';
import { readReceipts } from './own/receipt.ts';
import { judgePackage } from './package/package.ts';
import { openedWithout } from './package/without-trust.ts';
import { policyTextsIn } from './policies.ts';
import { Findings, verdictOf } from './report/findings.ts';
import { noticesOf } from './report/notices.ts';
import type { FileKind, Notice, Report } from './report/report.ts';
import { signatureReport } from './report/signature-report.ts';
import { readTrust } from './trust.ts';
import { withShards } from './trust-shards.ts';

/** EN 319 102-1 sets no limit; a judge's computer does. */
export const verifyBytesMax = 64 * 1024 * 1024;

export async function verify(order: VerifyOrder, engine: Engine): Promise<Report> {
  const findings = new Findings();
  const named = await readTrust(order.trust, engine, findings);
  const trust = await withShards(named, order.trust, engine);
  const parts = { trust, engine, findings };
  const { receipt, at, content, revocation = 'if-present', evidenceRecords = [] } = order;
  if (evidenceRecords.length > recordsMax) {
    findings.add('resource_limit', order.name, `more than ${recordsMax} evidence records`);
  }
  const judging: Judging = {
    ...parts,
    anchors: readAnchors(order.trust, findings, await judgeLists(order.trust, engine, findings)),
    receipts: receipt === undefined ? undefined : await readReceipts(receipt, parts),
    at,
    content,
    revocation,
    policies: policyTextsIn(order.trust),
    records: evidenceRecords.slice(0, recordsMax).map(openRecord),
  };
  const answer = await judgeToTheEnd(order, judging);
  const flaws = [...findings.flaws, ...(answer.flaws ?? [])];
  const lists = judging.anchors.unverifiedLists.map((detail): Notice => {
    return { code: 'trusted_list_not_verified', detail };
  });
  const beside = takesRecords.has(answer.kind) ? [] : unusedRecords(order.name, judging.records);
  const notices = [...answer.notices, ...lists, ...beside];
  return { file: order.name, ...verdictOf(flaws), ...answer, flaws, notices };
}

/** What records beside it may prove something of; a package holds its own. */
const takesRecords: ReadonlySet<FileKind> = new Set(['pdf', 'cms', 'ofd', 'stamp']);

/**
 * A refusal that no step turned into a finding is still a verdict: hostile files look for exactly
 * these. Nesting that exhausts the stack is one of them.
 */
async function judgeToTheEnd(order: VerifyOrder, judging: Judging): Promise<Answer> {
  try {
    return await judge(order, judging);
  } catch (thrown) {
    const code = thrown instanceof RangeError ? 'verify.stack_exhausted' : faultCode(thrown);
    if (code === undefined) throw thrown;
    const isLimit = thrown instanceof RangeError || code.endsWith('limit');
    judging.findings.add(isLimit ? 'resource_limit' : 'object_malformed', order.name, code);
    return { kind: 'unknown', signatures: [], notices: [] };
  }
}

async function judge(order: VerifyOrder, judging: Judging): Promise<Answer> {
  const { findings } = judging;
  if (order.bytes.length > verifyBytesMax) {
    findings.add('resource_limit', order.name, `more than ${verifyBytesMax} bytes`);
    return { kind: 'unknown', signatures: [], notices: [] };
  }
  const { kind, bytes } = recognise(order);
  const file = { name: order.name, bytes };
  if (kind === 'package') return judgeAsPackage(file, judging);
  if (kind === 'pdf') return judgePdfFile({ ...file, profile: order.profile }, judging);
  if (kind === 'ofd') return judgeOfdFile(file, judging);
  if (kind === 'cms') return judgeMessageFile(file, judging);
  if (kind === 'seal') return judgeSealFile(file, judging);
  if (kind === 'stamp') return judgeToken(file, judging);
  if (kind === 'evidence-record') return judgeRecordFile(file, judging);
  if (kind === 'certificate') return judgeCertificateFile(file, judging);
  if (kind === 'crl') return judgeCrlFile(file, judging);
  if (kind === 'ocsp') return judgeOcspFile(file, judging);
  if (kind === 'checkpoint') return judgeCheckpointFile(file, judging);
  if (kind === 'proof') return judgeProofFile(file, judging);
  if (kind === 'misbehaviour') return judgeMisbehaviourFile(file, judging);
  if (kind === 'anchor') return judgeAnchorFile(file, judging);
  findings.add('file_unknown', order.name, 'nothing that this verifier knows');
  return { kind, signatures: [], notices: [] };
}

async function judgeAsPackage(
  { bytes }: { readonly bytes: Uint8Array },
  judging: Judging,
): Promise<Answer> {
  const { documents, evidence, recorded, notices } = await judgePackage(bytes, judging);
  const signatures = documents.flatMap((document) => document.signatures);
  judging.findings.replace(openedWithout(judging.trust, 'package'));
  for (const { findings } of signatures) findings.replace(openedWithout(judging.trust, 'place'));
  const lines = signatures.map((signature) => signatureReport(signature, 'package'));
  const flaws = signatures.flatMap(({ findings }) => findings.flaws);
  const examination = examine({
    flaws: [...judging.findings.flaws, ...flaws],
    signatures: lines,
    recorded,
  });
  return {
    kind: 'package',
    signatures: lines,
    ...(evidence === undefined ? {} : { evidence }),
    examination,
    flaws,
    notices: [...noticesOf({ signatures, recorded, evidence, kind: 'package' }), ...notices],
  };
}
