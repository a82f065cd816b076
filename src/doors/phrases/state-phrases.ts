/**
 * Where a loan stands, as a person reads it.
 */
import type { CaseState } from '#business/lending';
import type { Phrase } from './phrase.ts';

export const statePhrases: Readonly<Record<CaseState, Phrase>> = {
  opened: { zh: '已立案', en: 'opened' },
  agreed: { zh: '已同意使用电子签名', en: 'electronic signatures agreed' },
  applied: { zh: '已申请', en: 'applied' },
  pi_authorised: { zh: '已签个人信息授权书', en: 'personal information authorised' },
  credit_authorised: { zh: '已签征信查询授权书', en: 'credit query authorised' },
  in_review: { zh: '人工复核中', en: 'under review by a person' },
  approved: { zh: '已批准', en: 'approved' },
  sheet_confirmed: { zh: '已确认成本明示表', en: 'cost sheet confirmed' },
  loan_read: { zh: '已读完合同', en: 'contract read' },
  borrower_signed: { zh: '借款人已签署', en: 'signed by the borrower' },
  loan_signed: { zh: '双方已签署', en: 'signed by both parties' },
  note_confirmed: { zh: '已确认借据', en: 'note confirmed' },
  payment_authorised: { zh: '已授权放款', en: 'payment authorised' },
  disbursed: { zh: '已放款', en: 'disbursed' },
  repaying: { zh: '还款中', en: 'repaying' },
  overdue: { zh: '有逾期', en: 'overdue' },
  settled: { zh: '已结清', en: 'settled' },
  refused: { zh: '已拒绝', en: 'refused' },
};
