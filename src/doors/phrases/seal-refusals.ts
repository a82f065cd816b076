/**
 * What is said when something cannot be done with a seal.
 */
import type { Phrase } from './phrase.ts';

export const sealRefusals: Readonly<Record<string, Phrase>> = {
  'seal.beyond_paper': {
    zh: '超出密钥保管人为这枚印章出具的书面授权：文件种类或者截止时间。',
    en: 'This goes beyond the paper that the keeper of the keys made for the seal: kind or end.',
  },
  'seal.malformed': {
    zh: '印章申请或者操作的内容不完整：名称、理由、文件种类、截止时间。',
    en: 'The order for the seal lacks something: its name, a reason, kinds of documents, an end.',
  },
  'seal.not_authorised': {
    zh: '印章未获授权用于此类文件，或者授权已经到期。',
    en: 'The seal is not authorised for documents of this kind, or no longer.',
  },
  'seal.not_usable': {
    zh: '印章已停用、已销毁或者尚未授权，不能使用。',
    en: 'The seal is suspended, destroyed or not yet authorised; it is not used.',
  },
  'seal.paper_lapsed': {
    zh: '印章的证书或者书面授权已经到期，不能再用；由密钥保管人续期（fubie seal renew）。',
    en: 'The certificate or the paper of the seal has ended; its keeper renews it first.',
  },
  'seal.paper_runs': {
    zh: '印章的证书和书面授权还远未到期，不必续期。',
    en: 'The paper of the seal has long to run yet; it is not renewed.',
  },
  'seal.same_person': {
    zh: '须由另一人办理：申请与批准、制作与授权、停用与恢复不得为同一人。',
    en: 'This takes another person than the one who took the step before.',
  },
  'seal.standing_differs': {
    zh: '印章当前的状态不允许此操作。',
    en: 'This cannot be done with the seal as it stands.',
  },
  'seal.taken': { zh: '已有此名称的印章。', en: 'There is a seal of this name.' },
  'seal.unknown': { zh: '没有这枚印章。', en: 'There is no such seal.' },
};
