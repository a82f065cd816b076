/**
 * The rules of the examination of electronic evidence and what can become of each.
 */
import type { Examination, ExaminationRule, ExaminedRule } from '#trust/verify';
import type { Phrase } from './phrase.ts';

export const examinationPhrases: Readonly<Record<ExaminationRule, Phrase>> = {
  A1: { zh: '文件与所存摘要一致', en: 'The files are those that were kept.' },
  A2: { zh: '每个签名的签名值成立', en: 'Every signature holds.' },
  A3: {
    zh: '证书由可信机构签发，签署时有效、未吊销',
    en: 'The certificates lead to a trusted authority and were alive.',
  },
  A4: { zh: '每个签名有可信时间', en: 'Every signature has a trusted time.' },
  A5: { zh: '签署之后没有不允许的改动', en: 'Nothing forbidden was changed afterwards.' },
  A6: { zh: '日志、见证与包含证明成立', en: 'Log, witnesses and proofs of inclusion hold.' },
  A13: { zh: '同一次操作中设备不变', en: 'One session was held on one device.' },
  A14: { zh: '位置在境内，移动速度可信', en: 'The places are possible ones.' },
};

export const examinedPhrases: Readonly<Record<ExaminedRule['is'], Phrase>> = {
  met: { zh: '通过', en: 'met' },
  broken: { zh: '不通过', en: 'broken' },
  open: { zh: '不能确定', en: 'open' },
  not_applicable: { zh: '不适用', en: 'not applicable' },
};

export const conclusionPhrases: Readonly<Record<Examination['conclusion'], Phrase>> = {
  established: { zh: '真实性成立', en: 'authenticity established' },
  doubtful: { zh: '真实性存疑', en: 'authenticity doubtful' },
  refuted: { zh: '真实性不成立', en: 'authenticity refuted' },
};
