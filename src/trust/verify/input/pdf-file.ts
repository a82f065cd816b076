/**
 * Decides how a PDF is judged: this house's own by the strict profile, everybody else's as
 * ETSI EN 319 102-1 has it.
 */
import { Fault } from '#base/fault';
import {
  type PdfFile,
  type PdfSignature,
  readPdf,
  readSignatures,
  readUsageRights,
} from '#formats/pdf';
import type { Answer, Judging, Profile } from '../judging.ts';
import { claimsToBeOurs } from '../own/claims.ts';
import { judgeDocument } from '../own/documents.ts';
import { judgeIntentInside } from '../own/intent-inside.ts';
import { judgeReceipts, personOf } from '../own/issuance.ts';
import { judgeRole } from '../own/role.ts';
import type { FlawCode } from '../report/flaws.ts';
import { noticesOf } from '../report/notices.ts';
import { signatureReport } from '../report/signature-report.ts';
import { unusedRecords } from './evidence-record.ts';
import { judgePdf } from './pdf.ts';

interface PdfOrder {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly profile: Profile | undefined;
}

/** Each costs a digest of all it covers. */
const signaturesMax = 128;
const hashedBytesMax = 512 * 1024 * 1024;
const nothing = { kind: 'pdf', signatures: [], notices: [] } as const;

export async function judgePdfFile(order: PdfOrder, judging: Judging): Promise<Answer> {
  if (order.profile === 'strict') return judgeOwnPdf(order, judging);
  const opened = await openForJudging(order, judging);
  if (opened === undefined) return nothing;
  const { file, found } = opened;
  const claims = order.profile === undefined && (await claimsToBeOurs(file, found, judging.trust));
  if (claims) return judgeOwnPdf(order, judging);
  const { name } = order;
  if (found.length === 0) return judgeUnsigned(name, file, judging);
  const most = Math.min(signaturesMax, Math.ceil(hashedBytesMax / order.bytes.length));
  if (found.length > most) {
    judging.findings.add('resource_limit', name, `more than ${most} signatures`);
  }
  return judgePdf({ name, file, signatures: found.slice(0, most) }, judging);
}

/** A form whose maker granted rights to readers is signed by a tool, and by nobody else. */
function judgeUnsigned(name: string, file: PdfFile, judging: Judging): Promise<Answer> {
  const rights = readUsageRights(file);
  if (rights !== undefined) return judgePdf({ name, file, signatures: [rights] }, judging);
  judging.findings.add('signature_missing', name, 'the document carries no signature');
  return judgePdf({ name, file, signatures: [] }, judging);
}

const openCodes: Readonly<Record<string, FlawCode>> = {
  'pdf.limit': 'resource_limit',
  'pdf.encrypted_password': 'password_missing',
  'pdf.encrypted_recipient': 'password_missing',
  'pdf.encrypted_unsupported': 'password_missing',
};

async function openForJudging(
  { name, bytes }: PdfOrder,
  { engine, findings }: Judging,
): Promise<{ file: PdfFile; found: readonly PdfSignature[] } | undefined> {
  try {
    const file = await readPdf(bytes, engine);
    return { file, found: readSignatures(file) };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    findings.tried({ code: openCodes[thrown.code] ?? 'pdf_malformed', part: name }, () => {
      throw thrown;
    });
    return undefined;
  }
}

/** The strict profile, and what a PDF alone can show of the intent behind each signature. */
async function judgeOwnPdf(order: PdfOrder, judging: Judging): Promise<Answer> {
  const document = await judgeDocument(order, judging);
  const { signatures } = document;
  for (const signature of signatures) judgeRole(signature);
  await judgeIntentInside(document, judging);
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
    notices: [
      ...noticesOf({ signatures, recorded: [], evidence: undefined, kind: 'pdf' }),
      ...unusedRecords(order.name, judging.records),
    ],
  };
}
