/**
 * What a person reads when the HTTP door itself refuses.
 */
import type { Phrase } from './phrase.ts';

export const httpRefusals: Readonly<Record<string, Phrase>> = {
  'http.answer_late': {
    zh: '处理时间过长，请用同一幂等键再次请求。',
    en: 'This takes too long; please ask again with the same Idempotency-Key.',
  },
  'http.body_too_large': { zh: '提交的内容过大。', en: 'The body is too large.' },
  'http.headers_too_large': {
    zh: '请求头过多或过大。',
    en: 'There are too many header fields, or they are too large.',
  },
  'http.host_unknown': {
    zh: '这里没有以此域名提供服务的机构。',
    en: 'No institution answers under this host.',
  },
  'http.media_type_unsupported': {
    zh: '只接受未压缩的 JSON 内容。',
    en: 'Only JSON without a content coding is taken.',
  },
  'http.method_unknown': {
    zh: '此地址不支持这种请求方法。',
    en: 'This address does not take that method.',
  },
  'http.pages_unbuilt': {
    zh: '网页尚未构建。请先在安装目录运行 npm run build，再重新启动。',
    en: 'The pages are not built yet. Run `npm run build` where the house is installed, then restart.',
  },
  'http.request_late': { zh: '请求发送过慢。', en: 'The request was sent too slowly.' },
  'http.url_malformed': { zh: '地址有误。', en: 'The address is malformed.' },
};
