/**
 * What is said when a machine, a sign-on elsewhere or a security key is refused.
 */
import type { Phrase } from './phrase.ts';

export const machineRefusals: Readonly<Record<string, Phrase>> = {
  'access.address_malformed': {
    zh: '网络地址段格式有误。',
    en: 'This is not a range of network addresses.',
  },
  'access.address_refused': {
    zh: '该接口调用方不允许从此网络地址访问。',
    en: 'This client may not ask from this network address.',
  },
  'access.client_malformed': {
    zh: '接口调用方的登记内容有误。',
    en: 'The terms of the client are malformed.',
  },
  'access.client_revoked': {
    zh: '该接口调用方已被注销。',
    en: 'This client has been revoked.',
  },
  'access.client_unknown': { zh: '没有这个接口调用方。', en: 'There is no such client or key.' },
  'access.credential_refused': {
    zh: '安全密钥验证未通过。',
    en: 'The security key could not be accepted.',
  },
  'access.issuer_malformed': {
    zh: '单点登录的地址有误，须使用 HTTPS。',
    en: 'The address for single sign-on is malformed; it must be HTTPS.',
  },
  'access.journal_unknown': {
    zh: '没有这条访问记录，或其尚未存证。',
    en: 'There is no such line in the access journal, or it is in no batch yet.',
  },
  'access.overlap_too_long': {
    zh: '新旧密钥并存的时间过长。',
    en: 'The old keys may not stay that long beside the new one.',
  },
  'access.rate_exceeded': {
    zh: '请求过于频繁，请稍后再试。',
    en: 'Too many requests. Please wait and ask again.',
  },
  'access.signature_expired': {
    zh: '请求签名的时间不在允许范围内。',
    en: 'The signature of the request was not made recently enough.',
  },
  'access.signature_incomplete': {
    zh: '请求签名没有覆盖必须签名的内容。',
    en: 'The signature of the request does not cover what it must.',
  },
  'access.signature_malformed': {
    zh: '请求签名的格式有误。',
    en: 'The signature of the request is malformed.',
  },
  'access.signature_refused': {
    zh: '请求签名验证未通过。',
    en: 'The signature does not belong to this request and key.',
  },
  'access.signature_replayed': {
    zh: '该签名请求已经收到过，请使用新的随机数重新签名。',
    en: 'This signed request was received before. Sign again with a new nonce.',
  },
  'access.signature_required': {
    zh: '该接口调用方的请求必须签名。',
    en: 'Requests of this client must be signed.',
  },
  'access.sso_refused': {
    zh: '单点登录未通过，请重新登录。',
    en: 'Single sign-on was refused. Please start again.',
  },
  'access.sso_unknown': {
    zh: '没有这个单点登录服务。',
    en: 'There is no such single sign-on service.',
  },
  'access.sso_unreachable': {
    zh: '单点登录服务暂时没有响应，请稍后再试。',
    en: 'The single sign-on service does not answer. Please try again later.',
  },
  'httpsig.component_missing': {
    zh: '请求中缺少签名所覆盖的内容。',
    en: 'The message lacks a component that its signature covers.',
  },
  'httpsig.component_unsupported': {
    zh: '请求签名覆盖了本平台不支持的内容。',
    en: 'The signature covers a component that is not supported.',
  },
  'httpsig.key_unsuitable': {
    zh: '公钥或密钥不符合所选算法的要求。',
    en: 'The key does not suit its algorithm.',
  },
  'httpsig.malformed': { zh: '消息签名的格式有误。', en: 'The message signature is malformed.' },
};
