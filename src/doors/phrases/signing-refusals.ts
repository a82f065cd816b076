/**
 * What is said when a document cannot be signed as it stands, or not be kept for decades.
 */
import type { Phrase } from './phrase.ts';

export const signingRefusals: Readonly<Record<string, Phrase>> = {
  'signing.certificate_revoked': {
    zh: '签名证书在盖时间戳之前已被吊销。',
    en: 'The certificate had been revoked before the time stamp.',
  },
  'signing.chain_incomplete': {
    zh: '证书链不能到达所给的根证书。',
    en: 'The chain of certificates does not reach a given root.',
  },
  'signing.earlier_broken': {
    zh: '先前的签名不允许再作此修改，故未签署。',
    en: 'An earlier signature forbids this change; nothing was signed.',
  },
  'signing.key_differs': {
    zh: '私钥与证书不匹配。',
    en: 'The key is not the one of the certificate.',
  },
  'signing.nothing_signed': { zh: '文件中没有签名。', en: 'The document carries no signature.' },
  'signing.revocation_missing': {
    zh: '缺少时间戳之后签发的吊销信息，文件未升级，原有签名仍然有效。',
    en: 'Revocation material from after the stamp is missing; the document stays as it was, valid.',
  },
  'signing.stamp_missing': {
    zh: '有签名未带时间戳，不能升级。',
    en: 'A signature bears no time stamp and cannot be raised.',
  },
};
