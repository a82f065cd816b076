/**
 * Judges an electronic seal by itself (`.esl`, GB/T 38540-2020 §6, GM/T 0031) or a use of one
 * (`SignedValue.dat`, §7) with the data it seals handed in beside it.
 */
import type { Instant } from '#base/clock';
import {
  checkSeal,
  checkSealSignature,
  readSeal,
  readSealSignature,
  type Seal,
  type SealFinding,
  type SealSignature,
  sealAlgorithm,
} from '#formats/ses';
import { type Certificate, certificateIfReadable, readCertificate } from '#formats/x509';
import { Context } from '../etsi/context.ts';
import type { Entry } from '../etsi/docket.ts';
import { judgeMaker } from '../etsi/seal.ts';
import { judgeDocket } from '../etsi/validation.ts';
import type { Answer, Judging } from '../judging.ts';
import { Findings } from '../report/findings.ts';
import { joinLines, linesOfEntry } from '../report/foreign-report.ts';
import type { Flaw } from '../report/report.ts';
import { sealCodes } from './seal-codes.ts';

/** What is judged: whose signature, and what was found of it. */
interface Subject {
  readonly field: string;
  readonly signer: Certificate | undefined;
  readonly of: { readonly certificate: Uint8Array; readonly algorithmOid: string };
  readonly signature: Uint8Array;
  readonly claimed: Instant | undefined;
  readonly found: readonly SealFinding[];
}

export async function judgeSealFile(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  judging: Judging,
): Promise<Answer> {
  const { engine, anchors, trust, at, revocation, content } = judging;
  const use = new Findings().tried({ code: 'seal_wrong', part: name }, () =>
    readSealSignature(bytes),
  );
  const seal = use?.seal ?? readSeal(bytes);
  const subject =
    use === undefined
      ? bySeal(seal, await checkSeal(seal, engine))
      : byUse(use, await findingsOf(use, judging));
  const material = anchors.material;
  const context = new Context({ engine, anchors, material, revocation, at });
  const { entries } = await judgeDocket({ entries: [entryOf(name, subject)], stamps: [] }, context);
  const flaws = subject.found.flatMap((one) => flawOf(one, name));
  if (use !== undefined && content === undefined) {
    flaws.push({ code: 'content_missing', part: name, detail: use.property });
  }
  const maker =
    use === undefined
      ? { flaws: [], notices: [] }
      : await judgeMaker(seal, { part: name, at: use.time ?? at }, context);
  const shown = {
    document: name,
    field: subject.field,
    covers: 'document',
    changesAfter: 'none',
    flaws: [...flaws, ...maker.flaws],
  } as const;
  const lines = entries.map((entry) => linesOfEntry(entry, shown, trust));
  const said = { signatures: [], flaws: [], notices: maker.notices };
  return { kind: 'seal', ...joinLines([...lines, said]) };
}

/** Without the data, whether it is the same is not asked. */
async function findingsOf(
  value: SealSignature,
  { engine, content }: Judging,
): Promise<readonly SealFinding[]> {
  const data = content ?? new Uint8Array();
  const found = await checkSealSignature({ value, data }, engine);
  return content === undefined ? found.filter(({ code }) => code !== 'seal_data_differs') : found;
}

function bySeal(seal: Seal, found: readonly SealFinding[]): Subject {
  const { makerCertificate: certificate, algorithmOid, signature, createdAt, name } = seal;
  const of = { certificate, algorithmOid };
  return {
    field: name,
    signer: certificateIfReadable(seal.makerCertificate),
    of,
    signature,
    claimed: createdAt,
    found,
  };
}

function byUse(value: SealSignature, found: readonly SealFinding[]): Subject {
  const { certificate, signature, time, seal } = value;
  const signer = new Findings().tried({ code: 'certificate_malformed', part: '' }, () =>
    readCertificate(certificate),
  );
  return { field: seal.name, signer, of: value, signature, claimed: time, found };
}

function entryOf(part: string, { signer, of, signature, claimed }: Subject): Entry {
  const algorithm = sealAlgorithm(of);
  const name = algorithm ?? of.algorithmOid;
  const value = { signature, algorithm, hash: undefined, name };
  const missing = { code: 'signer_certificate_missing', detail: 'it cannot be read' } as const;
  const doubts = signer === undefined ? [missing] : [];
  const integrity = { value, certificate: signer, doubts };
  return { part, integrity, covers: [], claimed, notices: [] };
}

function flawOf({ code, weight, detail }: SealFinding, part: string): readonly Flaw[] {
  if (weight === 'warning') return [];
  const fallback = weight === 'invalid' ? 'seal_wrong' : 'algorithm_not_supported';
  return [{ code: sealCodes[code] ?? fallback, part, detail: `${code} ${detail}`.trim() }];
}
