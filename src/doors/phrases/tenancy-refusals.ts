/**
 * What a person reads when the tenancy, an object store or a seal refuses.
 */
import type { Phrase } from './phrase.ts';

export const tenancyRefusals: Readonly<Record<string, Phrase>> = {
  'keys.intention_unproved': {
    zh: '未能证明签章意图已记入日志，印章不予签署。',
    en: 'The seal signs only what is proved to be recorded; that proof is missing.',
  },
  'objects.altered': {
    zh: '保存的文件与登记的摘要不一致。',
    en: 'The stored file is not the one its row names.',
  },
  'objects.missing': { zh: '保存的文件缺失。', en: 'The stored file is missing.' },
  'objects.refused': {
    zh: '机构的存储拒绝了读写，请稍后以同一请求再试；运维请核对凭据、容量与策略。',
    en: 'The institution’s store refuses; ask the same again later. Its keeper checks keys and space.',
  },
  'objects.store_closed': {
    zh: '机构的存储尚未开通（凭据不在本机，或者别人能读），请稍后以同一请求再试。',
    en: 'The keys of the institution’s store are not here yet; ask the same again later.',
  },
  'objects.unreachable': {
    zh: '机构的存储没有应答，请稍后以同一请求再试。',
    en: 'The institution’s store does not answer; ask the same again later.',
  },
  'tenancy.exists_differently': {
    zh: '该机构已按另一份登记信息开通。',
    en: 'An institution of this name exists with another record.',
  },
  'tenancy.export_unfinished': {
    zh: '有案件的证据包无法导出，机构不能退出。',
    en: 'A case could not be exported; the institution does not leave until it can.',
  },
  'tenancy.host_taken': {
    zh: '该域名已属于另一机构。',
    en: 'This host belongs to another institution.',
  },
  'tenancy.leaving': {
    zh: '该机构正在退出或已退出，不再受理业务。',
    en: 'This institution is leaving or has left; nothing new begins.',
  },
  'tenancy.month_malformed': { zh: '月份格式有误。', en: 'The month is malformed.' },
  'tenancy.not_a_lender': {
    zh: '本机构的类型不得作为贷款人。',
    en: 'An institution of this kind may not lend.',
  },
  'tenancy.parent_refused': {
    zh: '该类机构不能隶属于所指的上级机构。',
    en: 'An institution of this kind may not stand under that one.',
  },
  'tenancy.parent_unknown': { zh: '没有这个上级机构。', en: 'There is no such parent.' },
  'tenancy.prices_malformed': { zh: '价目表有误。', en: 'The price list is malformed.' },
  'tenancy.product_not_offered': {
    zh: '本机构不提供该产品。',
    en: 'This institution does not offer the product.',
  },
  'tenancy.quota_exceeded': {
    zh: '本机构本月的配额已用完。',
    en: "This institution's quota for the month is used up.",
  },
  'tenancy.record_malformed': {
    zh: '机构登记信息有误。',
    en: 'The record of the institution is malformed.',
  },
  'tenancy.tenant_unknown': { zh: '没有这个机构。', en: 'There is no such institution.' },
  'tenancy.type_unknown': { zh: '没有这种机构类型。', en: 'There is no such kind.' },
  'tenancy.types_malformed': {
    zh: '机构类型表有误。',
    en: 'The list of kinds of institutions is malformed.',
  },
};
