/**
 * What each kind of entry is called where a person reads the record.
 */
import type { EntryType } from '#formats/entry';
import type { Phrase } from './fault-phrases.ts';

export const entryPhrases: Readonly<Record<EntryType, Phrase>> = {
  'case.opened': { zh: '案件开立', en: 'case opened' },
  'application.received': { zh: '收到申请', en: 'application received' },
  'identity.checked': { zh: '身份核验', en: 'identity checked' },
  'consent.signed': { zh: '作出同意', en: 'consent given or refused' },
  'credit.queried': { zh: '征信查询', en: 'credit bureau queried' },
  'risk.decided': { zh: '审批决定', en: 'decision' },
  'sheet.confirmed': { zh: '成本明示表确认', en: 'cost sheet confirmed' },
  'document.drafted': { zh: '文件生成', en: 'document generated' },
  'reading.completed': { zh: '阅读完成', en: 'reading completed' },
  'intent.confirmed': { zh: '签署意愿确认', en: 'intent confirmed' },
  'certificate.issued': { zh: '证书签发', en: 'certificate issued' },
  'seal.intended': { zh: '签名意图', en: 'signature intended' },
  'seal.done': { zh: '签名完成', en: 'signature made' },
  'attempt.void': { zh: '签署尝试作废', en: 'attempt void' },
  'note.confirmed': { zh: '借据确认', en: 'note confirmed' },
  'payment.authorised': { zh: '支付授权', en: 'payment authorised' },
  disbursed: { zh: '放款', en: 'disbursed' },
  repaid: { zh: '还款', en: 'repaid' },
  'case.sealed': { zh: '案件封存', en: 'case sealed' },
  erased: { zh: '个人信息删除', en: 'personal data erased' },
  'policy.adopted': { zh: '见证规则启用', en: 'witness policy adopted' },
};
