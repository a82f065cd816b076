/**
 * What a supervisor's program is told when its look is refused.
 */
import type { Phrase } from './phrase.ts';

export const regulatorRefusals: Readonly<Record<string, Phrase>> = {
  'access.purpose_missing': {
    zh: '请在请求头 x-fubie-purpose 中写明查询目的。',
    en: 'Please say in the header x-fubie-purpose why you look.',
  },
  'regulator.contract_unknown': {
    zh: '本机构没有这份合同。',
    en: 'This institution has no such contract.',
  },
  'regulator.cursor_malformed': {
    zh: '翻页标记有误，请从第一页重新查询。',
    en: 'The page marker is malformed; please begin with the first page again.',
  },
  'regulator.purpose_unknown': {
    zh: '查询目的不在监管查询目的清单之内。',
    en: 'This is no purpose of the list for which a supervisor may look.',
  },
  'regulator.reference_malformed': {
    zh: '请在查询目的之后写明案件或检查的编号（四至六十四个字，不得含十一位以上连续数字）。',
    en:
      'Please give the number of the case or inspection after the purpose: 4 to 64 characters, ' +
      'without a run of 11 digits.',
  },
  'regulator.signature_required': {
    zh: '监管接口的每一次请求都必须签名（RFC 9421），单凭 API 密钥不予受理。',
    en: 'Every request of a supervisor is signed (RFC 9421); an API key alone opens nothing.',
  },
};
