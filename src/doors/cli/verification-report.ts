/**
 * What a 验签报告 says, as the data that its template is set from: the same answer as the text and
 * the JSON of `fubie verify`, put so that a judge can read it without a computer.
 *
 * Pure: whoever sets and seals it hands in when, by which program and against which files.
 */
import type { Json } from '#base/canonical';
import { formatInstant, type Instant } from '#base/clock';
import { flawPhrases, noticePhrases, type Phrase } from '#doors/phrases';
import type { FlawCode, Law13, Report, SignatureReport, StampReport } from '#trust/verify';
import { independenceWords, isWords, kindWords, roleWords } from './report-words.ts';

/** What stands in a report beside the answer itself. */
export interface ReportOccasion {
  /** Who issues the report and seals it. */
  readonly issuer: string;
  readonly at: Instant;
  readonly file: { readonly bytes: number; readonly sha256: string; readonly sm3: string };
  readonly asked: {
    readonly at?: Instant | undefined;
    readonly profile?: string | undefined;
    readonly revocation?: string | undefined;
  };
  readonly trust: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
  readonly program: { readonly name: string; readonly version: string; readonly build: string };
}

const flawsShownMax = 200;
const noticesShownMax = 100;
const trustShownMax = 300;
const numberDigits = 16;
const none = '无';

/** The inputs of the template `verification`; every text that has no words says 无. */
export function verificationData(
  report: Report,
  occasion: ReportOccasion,
): { readonly [name: string]: Json } {
  const { issuer, at, file, asked, trust, program } = occasion;
  return {
    reportNumber: `${formatInstant(at).slice(0, 10)}-${file.sha256.slice(0, numberDigits)}`,
    reportedAt: formatInstant(at),
    lender: { name: issuer },
    file: { name: report.file, kind: kindWords[report.kind], ...file },
    asked: {
      at: asked.at === undefined ? '各签名自身能够证明的时间' : momentOf(formatInstant(asked.at)),
      profile: { strict: '本系统严格规则', etsi: '通用规则（ETSI EN 319 102-1）' }[
        asked.profile === 'strict' ? 'strict' : 'etsi'
      ],
      revocation:
        asked.revocation === 'required' ? '必须具备' : '随文件或者信任材料提供的，一律采用',
    },
    verdict: {
      is: isWords[report.is],
      indication: indicationOf(report.etsi),
      code: report.because ?? 'none',
      ...wordsOf(report.because, fileHoldsWords),
    },
    signatures: report.signatures.map((one) => signatureData(one, report.file)),
    evidence: evidenceData(report),
    operators: operatorsOf(report),
    flaws: limited(report.flaws, flawsShownMax).map(({ code, part, detail }) => {
      return { part, code, ...flawPhrases[code], detail: orNone(detail) };
    }),
    notices: limited(report.notices, noticesShownMax).map(({ code, detail }) => {
      return { code, ...noticePhrases[code], detail: orNone(detail) };
    }),
    trust: limited(trust, trustShownMax),
    program,
    report: JSON.stringify(report),
  };
}

function signatureData(signature: SignatureReport, file: string): Json {
  const { document, field, kind, etsi, because, covers, changesAfter, stamps = [] } = signature;
  const time = signature.timeFrom === 'timestamp' ? '可信时间戳' : '签名人自称，没有时间戳证明';
  return {
    heading: [
      kind === 'timestamp' ? '文件时间戳' : '签名',
      ...(document === file ? [] : [document]),
      field,
    ].join('　'),
    signer: orNone(signature.signer),
    is: isWords[signature.is],
    indication: indicationOf(etsi),
    ...wordsOf(because, signatureHoldsWords),
    signedAt: signature.signedAt === undefined ? '不能确定' : momentOf(signature.signedAt),
    timeSource:
      signature.timeFrom === 'claimed' || signature.timeSource === ''
        ? time
        : `${time}（${signature.timeSource}）`,
    claimedAt: signature.claimedAt === undefined ? '没有声明' : momentOf(signature.claimedAt),
    level: signature.level,
    algorithm: orNone(signature.algorithm),
    covers: covers === 'document' ? '整个文件' : '签名时的版本，其后文件有追加',
    changes: {
      none: '签名之后没有改动。',
      permitted: '签名之后只有该签名所允许的追加（其他签名、时间戳、证明材料等）。',
      forbidden: '签名之后有不被允许的改动。',
    }[changesAfter],
    stamps: stamps.map(stampWords),
    law13: law13Data(signature.law13),
  };
}

function stampWords({ over, is, because, time, source, ...run }: StampReport): string {
  const what = { signature: '对签名', document: '对整个文件', content: '对签名前的内容' }[over];
  const who =
    run.operator === undefined
      ? '运行者不明'
      : `${run.operator}运行，${independenceWords[run.independence ?? 'own']}`;
  const why = because === undefined ? '' : `：${flawPhrases[because].zh}`;
  return `${momentOf(time)}　${what}　${source}（${who}）　${isWords[is]}${why}`;
}

/** Article 13 (1) to (4): the words of the law, the answer, and what the answer rests on. */
function law13Data(law13: Law13): Json {
  const conditions = [
    ['ownData', '电子签名制作数据用于电子签名时，属于电子签名人专有', ownDataHolds],
    ['ownControl', '签署时电子签名制作数据仅由电子签名人控制', ownControlHolds],
    ['signatureFixed', '签署后对电子签名的任何改动能够被发现', signatureHolds],
    ['contentFixed', '签署后对数据电文内容和形式的任何改动能够被发现', contentHolds],
  ] as const;
  return conditions.map(([name, condition, holds]) => {
    const because = law13.because[name];
    const answer = { valid: '满足', invalid: '不满足', indeterminate: '不能确定' }[law13[name]];
    return { condition, answer, reason: reasonOf(because) ?? holds };
  });
}

const ownDataHolds =
  '签名所用证书由信任材料中的机构签发给签名人，在签名时有效；所掌握的吊销信息没有列出该证书。';
const ownControlHolds = '证据日志显示：签名人的手机在签署时确认意愿，密钥只为该次签署生成。';
const signatureHolds = '签名值与证书公钥相符；改动签名的任何一位，验证即不能通过。';
const contentHolds = '文件摘要与签名相符；签名之后的每一处追加都已经逐个对象检查。';

function reasonOf(because: Law13['because'][keyof Law13['because']]): string | undefined {
  if (because === undefined) return undefined;
  if (because !== 'not_shown_by_file') return flawPhrases[because].zh;
  return '此类文件不能显示密钥由谁掌握，需要其他证据（例如证据包、认证机构的证明）。';
}

function evidenceData({ evidence }: Report): readonly Json[] {
  if (evidence === undefined) return [];
  const { complete, missing, selfAttested } = evidence;
  return [
    { name: '案件', value: orNone(evidence.case) },
    { name: '日志条目', value: `${evidence.entries} 条` },
    { name: '存证级别', value: evidence.level },
    { name: '应有证据', value: complete ? '齐备' : `不齐备，缺少：${missing.join('、')}` },
    {
      name: '见证',
      value: selfAttested ? '见证方由出证方自行运行，属自证' : '达到规定数目的见证方由他人运行',
    },
  ];
}

/** Every clock and every key of the log whose operator is known, each once. */
function operatorsOf({ signatures, evidence }: Report): readonly Json[] {
  const rows = new Map<string, Json>();
  for (const { role, name, operator, independence } of evidence?.keys ?? []) {
    const row = { role: roleWords[role] ?? role, name, operator: orNone(operator) };
    rows.set(`${role}/${name}`, { ...row, independence: independenceWords[independence] });
  }
  for (const { source, operator, independence } of signatures.flatMap(
    ({ stamps = [] }) => stamps,
  )) {
    if (operator === undefined || rows.has(`clock/${source}`)) continue;
    const row = { role: '时间戳', name: orNone(source), operator: orNone(operator) };
    rows.set(`clock/${source}`, { ...row, independence: independenceWords[independence ?? 'own'] });
  }
  return [...rows.values()];
}

const fileHoldsWords: Phrase = {
  zh: '文件逐项通过验证，没有发现问题。',
  en: 'The file passed every check; nothing was found against it.',
};
const signatureHoldsWords: Phrase = {
  zh: '该签名逐项通过验证，没有发现问题。',
  en: 'The signature passed every check; nothing was found against it.',
};

function wordsOf(because: FlawCode | undefined, holds: Phrase): Phrase {
  return because === undefined ? holds : flawPhrases[because];
}

function indicationOf({ indication, subIndication }: Report['etsi']): string {
  return subIndication === undefined ? indication : `${indication} / ${subIndication}`;
}

/** `2026-11-21T10:00:00.123+08:00` → `2026-11-21 10:00:00（北京时间）` */
function momentOf(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}（北京时间）`;
}

function orNone(text: string): string {
  return text.trim() === '' ? none : text;
}

/** Long lists end; the attached JSON holds all of them. */
function limited<Item>(items: readonly Item[], max: number): readonly Item[] {
  return items.slice(0, max);
}
