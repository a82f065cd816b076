/**
 * `fubie verify`: judges one file that was already read, prints JSON or Chinese, answers the exit
 * code of the outside face: 0 valid, 1 invalid, 3 indeterminate.
 *
 * Pure: the bytes, the trust folder and the writer are handed in, so the same words can stand in a
 * page or a court's own program.
 */
import { formatInstant, type Instant, parseInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { flawPhrases, noticePhrases } from '#doors/phrases';
import type { Engine } from '#formats/crypto';
import {
  type Is,
  type Profile,
  type Report,
  type SignatureReport,
  selfAttestedSentence,
  type TrustFiles,
  verify,
} from '#trust/verify';

export interface VerifyCommand {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustFiles;
  readonly json: boolean;
  readonly at?: Instant;
  readonly receipt?: Uint8Array;
  readonly profile?: Profile;
}

const exitCodes: Readonly<Record<Is, number>> = { valid: 0, invalid: 1, indeterminate: 3 };
const words: Readonly<Record<Is, string>> = {
  valid: '有效',
  invalid: '无效',
  indeterminate: '不能确定',
};
const flawsShownMax = 40;

export async function runVerify(
  command: VerifyCommand,
  engine: Engine,
  write: (text: string) => void,
): Promise<number> {
  const { file, json, ...order } = command;
  const report = await verify({ name: file, ...order }, engine);
  write(json ? `${JSON.stringify(report)}\n` : `${verdictText(report)}\n`);
  return exitCodes[report.is];
}

/** `--at`: as the house prints times, or any ISO 8601 time with its offset. */
export function readJudgingTime(text: string): Instant {
  const withOffset = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const ms = withOffset ? Date.parse(text) : Number.NaN;
  if (!Number.isSafeInteger(ms)) throw new Fault('base.instant_malformed', { text });
  return parseInstant(formatInstant(ms as Instant));
}

/** What a judge reads. */
export function verdictText(report: Report): string {
  return [
    `文件：${report.file}`,
    `结论：${words[report.is]}（ETSI EN 319 102-1：${etsiText(report.etsi)}）`,
    ...(report.because === undefined ? [] : [`原因：${flawPhrases[report.because].zh}`]),
    ...report.signatures.flatMap(signatureLines),
    ...evidenceLines(report),
    ...flawLines(report),
    ...report.notices.map(({ code, detail }) => `提示：${noticePhrases[code].zh}（${detail}）`),
  ].join('\n');
}

function etsiText({ indication, subIndication }: Report['etsi']): string {
  return subIndication === undefined ? indication : `${indication} / ${subIndication}`;
}

function signatureLines(signature: SignatureReport): readonly string[] {
  const { document, field, signer, law13 } = signature;
  const time = signature.timeFrom === 'timestamp' ? '时间戳' : '签名人自称';
  const changes = { none: '没有', permitted: '仅有允许的改动', forbidden: '有不允许的改动' };
  return [
    '',
    `签名：${document} · ${field} · ${signer}：${words[signature.is]}`,
    ...(signature.because === undefined ? [] : [`  原因：${flawPhrases[signature.because].zh}`]),
    `  时间：${signature.signedAt ?? '不明'}（${time}：${signature.timeSource}）`,
    `  级别：${signature.level}　算法：${signature.algorithm}`,
    `  签名之后的改动：${changes[signature.changesAfter]}`,
    `  电子签名法第十三条：专有 ${words[law13.ownData]}，专控 ${words[law13.ownControl]}，` +
      `签名未改 ${words[law13.signatureFixed]}，内容未改 ${words[law13.contentFixed]}`,
  ];
}

function evidenceLines({ evidence }: Report): readonly string[] {
  if (evidence === undefined) return [];
  const independence = { own: '自行运行', declared: '声明独立', attested: '经证明独立' };
  const whole = evidence.complete ? '齐备' : `不齐备，缺少：${evidence.missing.join('、')}`;
  return [
    '',
    `证据：案件 ${evidence.case}，${evidence.entries} 条日志，级别 ${evidence.level}，${whole}`,
    ...evidence.keys.map(
      ({ name, role, operator, independence: how }) =>
        `  ${role} ${name}：${operator}（${independence[how]}）`,
    ),
    ...(evidence.selfAttested ? [selfAttestedSentence] : []),
  ];
}

function flawLines({ flaws }: Report): readonly string[] {
  if (flaws.length === 0) return [''];
  const shown = flaws.slice(0, flawsShownMax).map(({ code, part, detail }) => {
    return `  ${part}：${flawPhrases[code].zh}［${code}：${detail}］`;
  });
  const more = flaws.length > flawsShownMax ? [`  另有 ${flaws.length - flawsShownMax} 处`] : [];
  return ['', '发现的问题：', ...shown, ...more];
}
