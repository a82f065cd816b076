/**
 * What is said when a consent, a request about one's information, or a hold is refused.
 */
import type { Phrase } from './phrase.ts';

export const privacyRefusals: Readonly<Record<string, Phrase>> = {
  'catalog.notice_incomplete': {
    zh: '告知书缺少法律要求的内容。',
    en: 'A consent notice lacks what the law wants it to say.',
  },
  'catalog.not_assessed': {
    zh: '产品的个人信息处理没有经过影响评估，不能上架。',
    en: 'What the product does with personal information was not assessed; it does not come up.',
  },
  'catalog.over_collection': {
    zh: '产品收集的信息超出其最小必要清单。',
    en: 'The product collects more than its minimisation list allows.',
  },
  'consent.guardian_needed': {
    zh: '不满十四周岁，须由监护人到营业场所办理。',
    en: 'Under fourteen: a guardian has to come to the counter.',
  },
  'consent.not_given': { zh: '您没有作出过这一项同意。', en: 'This consent was not given.' },
  'consent.notice_only': {
    zh: '本项为告知，不需要您同意。',
    en: 'This is a notice; nobody is asked to consent to it.',
  },
  'consent.outdated': {
    zh: '同意书文本已更新，请重新阅读并决定。',
    en: 'The text has changed since; please read and decide again.',
  },
  'consent.recipient_missing': {
    zh: '请指明接收方：每一接收方须单独同意。',
    en: 'Name the recipient: each needs a consent of its own.',
  },
  'consent.recipient_unknown': { zh: '没有这个接收方。', en: 'There is no such recipient.' },
  'consent.withdrawn': {
    zh: '您已撤回所需的同意，此项处理已停止。',
    en: 'The consent this leans on was withdrawn; the processing has stopped.',
  },
  'privacy.reading_over': {
    zh: '本人未请求查阅，或答复期限已过，不能代为查阅。',
    en: 'She did not ask to have her record read to her, or the time for it is over.',
  },
  'lending.field_not_collected': {
    zh: '本产品不收集这项信息，请勿提交。',
    en: 'This product does not collect this field; please leave it out.',
  },
  'lending.reasons_malformed': {
    zh: '请写明决定的理由。',
    en: 'The decision needs its reasons.',
  },
  'lending.review_impossible': {
    zh: '未经征信查询的申请不能改为批准，可以重新申请或者到营业场所办理。',
    en: 'Without a credit query it cannot be approved; please apply again or come to the counter.',
  },
  'privacy.breach_malformed': {
    zh: '通知的内容不完整：信息种类、原因、危害、补救措施、个人可以采取的措施、联系方式，缺一不可。',
    en: 'The notice lacks something: kinds, cause, harm, remedy, advice and contact are all needed.',
  },
  'privacy.breach_told': { zh: '已经登记过这一通知。', en: 'That notice is on record already.' },
  'privacy.breach_unknown': { zh: '没有这起事件。', en: 'There is no such breach.' },
  'privacy.case_unknown': { zh: '没有这个案件。', en: 'There is no such case.' },
  'privacy.correction_refused': {
    zh: '合同正在订立，文件已载有原信息；请撤回后重新申请。',
    en: 'A contract is being concluded with the old value; please apply anew.',
  },
  'privacy.erased': { zh: '相关个人信息已删除。', en: 'The personal information was erased.' },
  'privacy.hold_lifted': { zh: '该保全已经解除。', en: 'This hold was lifted already.' },
  'privacy.hold_malformed': {
    zh: '请写明文号和理由。',
    en: 'A hold needs its reference and its reason.',
  },
  'privacy.hold_unknown': { zh: '没有这项保全。', en: 'There is no such hold.' },
  'privacy.request_answered': { zh: '该请求已经答复。', en: 'This request was answered already.' },
  'privacy.request_malformed': { zh: '请求内容有误。', en: 'The request is malformed.' },
  'privacy.request_unknown': { zh: '没有这件请求。', en: 'There is no such request.' },
  'privacy.rule_missing': {
    zh: '保存期限表缺少所需的规定。',
    en: 'The retention table lacks a rule that is needed.',
  },
};
