/**
 * What the report for a judge says, taken from the material itself and from the verifier's answer.
 *
 * Nothing here is believed because a row says so: signatures, times and entries are read out of the
 * files, and the verdict is the one any stranger's verifier gives for the same files.
 */
import { toHex } from '#base/bytes';
import type { Json } from '#base/canonical';
import { formatInstant } from '#base/clock';
import { digestsOf } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { parseEntry } from '#formats/entry';
import { parseCheckpoint } from '#formats/tlog';
import { parseCertificate } from '#formats/x509';
import {
  type EvidenceReport,
  type FlawCode,
  type Report,
  type TrustFiles,
  verdictOf,
  verify,
} from '#trust/verify';
import { draftPackage } from './assembly.ts';
import { type CaseMaterial, filesOf, type HeldSignature, signaturesOf } from './material.ts';

/** Words for people; a door has them. */
export interface ReportWords {
  flaw(code: FlawCode): string;
  entry(type: string): string;
}

const sourceWords = {
  self: '自证（出证方自己的记录）',
  'third-party': '他证（第三方签名的陈述）',
  forensic: '鉴定（鉴定机构的意见）',
  notarised: '公证（公证机构的文书）',
} as const;
const strengthWords = { 1: '弱', 2: '中', 3: '强' } as const;

interface Asked {
  readonly material: CaseMaterial;
  readonly trust: TrustFiles;
  readonly words: ReportWords;
  readonly engine: Engine;
}

/** The members of the report's data (catalog/schemas/report.json) that follow from the files. */
export async function reportFacts(asked: Asked): Promise<{ readonly [member: string]: Json }> {
  const { material, engine } = asked;
  const judged = await judgeDraft(asked);
  const { origin, size, root } = parseCheckpoint(material.checkpoint);
  const evidence = judged.evidence;
  const cosigners = parseCheckpoint(material.checkpoint).note.signatures.map(({ name }) => name);
  const witnesses = (evidence?.keys ?? []).filter(({ role }) => role === 'witness');
  return {
    verdict: { is: judged.is, words: verdictWords(judged, asked.words) },
    documents: await documentFacts(material, engine),
    signatures: await signatureFacts(judged, asked),
    entries: await entryFacts(asked),
    files: await fileFacts(asked),
    checkpoint: { origin, size, root: toHex(root) },
    selfAttested: evidence?.selfAttested ?? true,
    quorum: quorumWords(evidence?.rule),
    sources: sourceFacts(evidence?.sources),
    order: judged.notices
      .filter(({ code }) => code === 'time_order_broken')
      .map(({ detail }) => detail),
    witnesses: witnesses.map((key) => ({ ...key, signed: cosigners.includes(key.name) })),
    missing: evidence?.missing ?? [],
    simulators: judged.notices
      .filter(({ code }) => code === 'simulated_gateway')
      .map(({ detail }) => detail),
  };
}

/** By whose cosignatures the log is believed: as installed, or as its members voted since. */
function quorumWords(rule: EvidenceReport['rule']): string {
  if (rule === undefined) return '没有可信的见证规则';
  const { voters, quorum, sentinel } = rule;
  return `${voters.length} 家见证方（${voters.join('、')}）中至少 ${quorum} 家签署，并经 ${sentinel} 签署`;
}

/** From how far away the chain is vouched for (S2-07): classes in words, as a court reads them. */
function sourceFacts(sources: EvidenceReport['sources']): Json {
  const classes = (sources?.classes ?? []).map(({ is, strength, entries }) => ({
    name: sourceWords[is],
    strength: strengthWords[strength],
    entries,
  }));
  return { classes, score: sources?.score ?? 0 };
}

/** The verdict on everything that exists before the report does. */
async function judgeDraft({ material, trust, engine }: Asked): Promise<Report> {
  const bytes = await draftPackage(material, engine);
  const report = await verify({ name: 'package.zip', bytes, trust }, engine);
  const flaws = report.flaws.filter(({ part }) => part !== 'report.pdf');
  const { because: _because, ...rest } = report;
  return { ...rest, ...verdictOf(flaws), flaws };
}

function verdictWords(judged: Report, words: ReportWords): string {
  return judged.because === undefined ? '全部核验项目通过。' : words.flaw(judged.because);
}

async function documentFacts(material: CaseMaterial, engine: Engine): Promise<Json> {
  return Promise.all(
    material.documents.map(async ({ title, name, bytes }) => ({
      title,
      name,
      bytes: bytes.length,
      sha256: toHex(await engine.digest('sha256', bytes)),
      sm3: toHex(await engine.digest('sm3', bytes)),
    })),
  );
}

async function signatureFacts(judged: Report, asked: Asked): Promise<Json> {
  const held = await signaturesOf(asked.material, asked.engine);
  return held.map((signature) => signatureFact(signature, judged, asked.words));
}

function signatureFact(held: HeldSignature, judged: Report, words: ReportWords): Json {
  const { document, file, place, signed, stamp } = held;
  const [certificate] = signed.certificates.map((der) => parseCertificate(der));
  const report = judged.signatures.find(
    (one) => one.document === file && one.field === place.field,
  );
  return {
    document: document.title,
    field: place.field,
    signer: report?.signer ?? '',
    signedAt: formatInstant(stamp.time),
    timeSource: report?.timeSource ?? '',
    timestampSerial: stamp.serial,
    algorithm: signed.signer.signatureAlgorithm,
    certificateSubject: certificate?.subject.text ?? '',
    certificateSerial: certificate?.serial ?? '',
    certificateIssuer: certificate?.issuer.text ?? '',
    validFrom: certificate === undefined ? '' : formatInstant(certificate.notBefore),
    validTo: certificate === undefined ? '' : formatInstant(certificate.notAfter),
    is: report?.is ?? 'indeterminate',
    words: report?.because === undefined ? '各项核验通过' : words.flaw(report.because),
  };
}

async function entryFacts({ material, engine, words }: Asked): Promise<Json> {
  return Promise.all(
    material.entries.map(async ({ bytes }) => {
      const { seq, at, type } = parseEntry(bytes);
      const sha256 = toHex(await engine.digest('sha256', bytes));
      return { seq, at: formatInstant(at), type, title: words.entry(type), sha256 };
    }),
  );
}

/** The lines that bind every file of the package to the seal on the report. */
async function fileFacts({ material, engine }: Asked): Promise<Json> {
  const digests = await digestsOf(await filesOf(material, engine), engine);
  return digests.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
}
