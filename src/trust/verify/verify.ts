/**
 * Judges a file as ETSI EN 319 102-1 does, offline: a signed PDF, a time-stamp token or an evidence
 * package, against a trust folder and nothing else.
 *
 * It never throws for what is in the file and never asks a server, a database or a clock. Whatever
 * could not be looked at is said as a flaw or a notice.
 */
import { fromLatin1, indexOf } from '#base/bytes';
import type { Instant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import { judgeDocument, type Profile } from './documents.ts';
import { Findings, verdictOf } from './findings.ts';
import { judgeIntentInside } from './intent-inside.ts';
import { judgeReceipts } from './issuance.ts';
import { noticesOf } from './notices.ts';
import { judgePackage, personOf } from './package.ts';
import { type Receipts, readReceipts } from './receipt.ts';
import type { Report } from './report.ts';
import { judgeRole } from './role.ts';
import { signatureReport } from './signature-report.ts';
import { judgeToken } from './token.ts';
import { readTrust, type Trust, type TrustFiles } from './trust.ts';

/** EN 319 102-1 sets no limit; a judge's computer does. */
export const verifyBytesMax = 64 * 1024 * 1024;

export interface VerifyOrder {
  /** The file's name, as the report and its parts call it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustFiles;
  /** Judge as of this time; without it, signatures are judged at the times they prove. */
  readonly at?: Instant;
  /** The receipts of the signer's own phone, as it keeps them. */
  readonly receipt?: Uint8Array;
  readonly profile?: Profile;
}

interface Judging {
  readonly trust: Trust;
  readonly engine: Engine;
  readonly findings: Findings;
  readonly receipts: Receipts | undefined;
  readonly at: Instant | undefined;
}

type Answer = Omit<Report, 'file' | 'is' | 'because' | 'etsi' | 'flaws'> & {
  readonly flaws?: Report['flaws'];
};

export async function verify(order: VerifyOrder, engine: Engine): Promise<Report> {
  const findings = new Findings();
  const trust = await readTrust(order.trust, engine, findings);
  const parts = { trust, engine, findings };
  const receipts =
    order.receipt === undefined ? undefined : await readReceipts(order.receipt, parts);
  const answer = await judge(order, { ...parts, receipts, at: order.at });
  const flaws = [...findings.flaws, ...(answer.flaws ?? [])];
  return { file: order.name, ...verdictOf(flaws), ...answer, flaws };
}

async function judge(order: VerifyOrder, judging: Judging): Promise<Answer> {
  const { findings } = judging;
  if (order.bytes.length > verifyBytesMax) {
    findings.add('limit_exceeded', order.name, `more than ${verifyBytesMax} bytes`);
    return { kind: 'unknown', signatures: [], notices: [] };
  }
  const kind = kindOf(order);
  if (kind === 'package') return judgeAsPackage(order, judging);
  if (kind === 'pdf') return judgeAsPdf(order, judging);
  if (kind === 'stamp') return judgeToken(order, judging);
  findings.add('file_unknown', order.name, 'neither a PDF, a package nor a time-stamp token');
  return { kind, signatures: [], notices: [] };
}

/** By its first bytes, or by its name where these are damaged: the damage is then named better. */
function kindOf({ name, bytes }: VerifyOrder): Report['kind'] {
  const begins = (mark: string): boolean =>
    indexOf(bytes.subarray(0, mark.length), fromLatin1(mark)) === 0;
  if (begins('PK')) return 'package';
  if (begins('%PDF-')) return 'pdf';
  if (name.endsWith('.zip')) return 'package';
  if (name.endsWith('.pdf')) return 'pdf';
  return bytes[0] === 0x30 ? 'stamp' : 'unknown';
}

async function judgeAsPackage(order: VerifyOrder, judging: Judging): Promise<Answer> {
  const { documents, evidence, recorded } = await judgePackage(order.bytes, judging);
  const signatures = documents.flatMap((document) => document.signatures);
  return {
    kind: 'package',
    signatures: signatures.map((signature) => signatureReport(signature, 'package')),
    ...(evidence === undefined ? {} : { evidence }),
    flaws: signatures.flatMap(({ findings }) => findings.flaws),
    notices: noticesOf({ signatures, recorded, evidence, kind: 'package' }),
  };
}

async function judgeAsPdf(order: VerifyOrder, judging: Judging): Promise<Answer> {
  const context = { ...judging, profile: order.profile };
  const document = await judgeDocument(order, context);
  const { signatures, strict } = document;
  if (strict) {
    for (const signature of signatures) judgeRole(signature);
    await judgeIntentInside(document, judging);
  }
  const persons = signatures.filter(({ holder }) => holder === 'person');
  judgeReceipts(
    persons.map((signature) => personOf(document, signature)),
    judging.receipts,
    (part) => persons.find((one) => one.part === part)?.findings ?? judging.findings,
  );
  return {
    kind: 'pdf',
    signatures: signatures.map((signature) => signatureReport(signature, 'pdf')),
    flaws: signatures.flatMap(({ findings }) => findings.flaws),
    notices: noticesOf({ signatures, recorded: [], evidence: undefined, kind: 'pdf' }),
  };
}
