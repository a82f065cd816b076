/**
 * A verdict in words that a judge can read: each line in Chinese, each finding in English too.
 */
import {
  conclusionPhrases,
  examinationPhrases,
  examinedPhrases,
  flawPhrases,
  noticePhrases,
  type Phrase,
} from '#doors/phrases';
import {
  type FlawCode,
  type Is,
  type Law13,
  type Report,
  type SignatureReport,
  type StampReport,
  selfAttestedSentence,
  shownPlainly,
} from '#trust/verify';

const words: Readonly<Record<Is, Phrase>> = {
  valid: { zh: '有效', en: 'valid' },
  invalid: { zh: '无效', en: 'invalid' },
  indeterminate: { zh: '不能确定', en: 'indeterminate' },
};
const flawsShownMax = 40;

export function verdictText(judged: Report): string {
  const report = shownPlainly(judged);
  return [
    `文件：${report.file}`,
    `结论：${words[report.is].zh}（ETSI EN 319 102-1：${etsiText(report.etsi)}）`,
    ...because(report.because, '原因：'),
    ...report.signatures.flatMap(signatureLines),
    ...evidenceLines(report),
    ...examinationLines(report),
    ...flawLines(report),
    ...report.notices.map(({ code, detail }) => {
      return `提示：${noticePhrases[code].zh}（${detail}）\n　　　${noticePhrases[code].en}`;
    }),
  ].join('\n');
}

/** The Chinese sentence first, the English one under it. */
function because(code: FlawCode | undefined, lead: string): readonly string[] {
  if (code === undefined) return [];
  const { zh, en } = flawPhrases[code];
  return [`${lead}${zh}`, `${'　'.repeat(lead.trim().length)}${en}`];
}

function etsiText({ indication, subIndication }: Report['etsi']): string {
  return subIndication === undefined ? indication : `${indication} / ${subIndication}`;
}

function signatureLines(signature: SignatureReport): readonly string[] {
  const { document, field, signer } = signature;
  const time = signature.timeFrom === 'timestamp' ? '时间戳' : '签名人自称';
  const changes = { none: '没有', permitted: '仅有允许的改动', forbidden: '有不允许的改动' };
  const kind = signature.kind === 'timestamp' ? '时间戳' : '签名';
  const source = `${time}：${signature.timeSource}`;
  return [
    '',
    `${kind}：${document} · ${field} · ${signer}：${words[signature.is].zh} ${words[signature.is].en}`,
    ...because(signature.because, '  原因：'),
    `  时间：${signature.signedAt ?? '不明'}（${source}）`,
    ...(signature.claimedAt === undefined ? [] : [`  自称时间：${signature.claimedAt}`]),
    `  级别：${signature.level}　算法：${signature.algorithm}`,
    `  签名之后的改动：${changes[signature.changesAfter]}`,
    ...(signature.stamps ?? []).map(stampLine),
    ...law13Lines(signature.law13),
  ];
}

function stampLine({ over, is, time, source, operator, independence }: StampReport): string {
  const what = { signature: '签名', document: '文件', content: '内容' }[over];
  const who = operator === undefined ? '' : `，运营方 ${operator}（${ofWhom(independence)}）`;
  return `  时间戳（${what}）：${time}，${source}${who}：${words[is].zh}`;
}

function law13Lines(law13: Law13): readonly string[] {
  const conditions = [
    ['ownData', '专有'],
    ['ownControl', '专控'],
    ['signatureFixed', '签名未改'],
    ['contentFixed', '内容未改'],
  ] as const;
  const answers = conditions.map(([name, zh]) => `${zh} ${words[law13[name]].zh}`);
  const reasons = conditions.flatMap(([name, zh]) => {
    const reason = law13.because[name];
    if (reason === undefined) return [];
    const why =
      reason === 'not_shown_by_file' ? '此类文件不能显示密钥由谁掌握。' : flawPhrases[reason].zh;
    return [`    ${zh}：${why}`];
  });
  return [`  电子签名法第十三条：${answers.join('，')}`, ...reasons];
}

function ofWhom(independence: StampReport['independence']): string {
  return { own: '自行运行', declared: '声明独立', attested: '经证明独立' }[independence ?? 'own'];
}

function evidenceLines({ evidence }: Report): readonly string[] {
  if (evidence === undefined) return [];
  const whole = evidence.complete ? '齐备' : `不齐备，缺少：${evidence.missing.join('、')}`;
  return [
    '',
    `证据：案件 ${evidence.case}，${evidence.entries} 条日志，级别 ${evidence.level}，${whole}`,
    ...evidence.keys.map(({ name, role, operator, independence }) => {
      return `  ${role} ${name}：${operator}（${ofWhom(independence)}）`;
    }),
    ...(evidence.selfAttested ? [selfAttestedSentence] : []),
  ];
}

/** What platforms of courts ask, rule by rule; a number of rules, and never a probability. */
function examinationLines({ examination }: Report): readonly string[] {
  if (examination === undefined) return [];
  const { version, rules, met, asked, conclusion } = examination;
  return [
    '',
    `审查：${conclusionPhrases[conclusion].zh}，${asked} 项规则通过 ${met} 项（${version}）`,
    ...rules.flatMap(({ rule, is, because: why }) => {
      const line = `  ${rule} ${examinationPhrases[rule].zh}：${examinedPhrases[is].zh}`;
      return [line, ...why.slice(0, 1).map(({ part, detail }) => `    ${part}：${detail}`)];
    }),
  ];
}

function flawLines({ flaws }: Report): readonly string[] {
  if (flaws.length === 0) return [''];
  const shown = flaws.slice(0, flawsShownMax).flatMap(({ code, part, detail }) => {
    const { zh, en } = flawPhrases[code];
    return [`  ${part}：${zh}［${code}：${detail}］`, `    ${en}`];
  });
  const more = flaws.length > flawsShownMax ? [`  另有 ${flaws.length - flawsShownMax} 处`] : [];
  return ['', '发现的问题：', ...shown, ...more];
}
