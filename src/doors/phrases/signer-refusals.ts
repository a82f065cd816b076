/**
 * What a person reads when the signer's room refuses.
 */
import type { Phrase } from './phrase.ts';

export const signerRefusals: Readonly<Record<string, Phrase>> = {
  'signer.capture_differs': {
    zh: '收到的影像与拍摄时的不一致，请重新上传。',
    en: 'What arrived is not the photo that was taken; please send it again.',
  },
  'signer.capture_incomplete': {
    zh: '影像还没有传完。',
    en: 'Parts of the photo are still missing.',
  },
  'signer.capture_kind': {
    zh: '本产品不收集这类影像。',
    en: 'This product does not collect photos of that kind.',
  },
  'signer.capture_limit': {
    zh: '影像过大或者过多。',
    en: 'The photo is too large, or there are too many.',
  },
  'signer.capture_unknown': {
    zh: '没有这张影像，或者上传已经超时，请重新拍摄。',
    en: 'There is no such photo, or it took too long; please take it again.',
  },
  'signer.counter_late': {
    zh: '客户已经开始办理，请由客户在自己的设备上换机。',
    en: 'She has begun already; another device is for her to let in, from her own.',
  },
  'signer.handover_refused': {
    zh: '接续码无效：可能已经用过、已过期或者已被更换。请在原设备上重新生成。',
    en: 'This code no longer works. Please make a new one on the first device.',
  },
  'signer.lookup_unknown': {
    zh: '保全号与查询凭据不符，或者没有这个保全号。',
    en: 'Number and secret do not belong together, or there is no such number.',
  },
  'signer.receipt_early': {
    zh: '合同双方签署完成后才有保全凭据。',
    en: 'There is a receipt once both parties have signed.',
  },
  'signer.token_unknown': {
    zh: '这不是本案的登录凭据。',
    en: 'This token does not belong to the case.',
  },
};
