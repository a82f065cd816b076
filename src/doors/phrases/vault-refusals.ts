/**
 * What a person reads when the vault, or the key store behind it, refuses.
 */
import type { Phrase } from './phrase.ts';

export const vaultRefusals: Readonly<Record<string, Phrase>> = {
  'keystore.order_refused': {
    zh: '密钥库不接受此命令：缺少命令凭证。',
    en: 'The key store obeys only who shows the secret of its folder.',
  },
  'keystores.tenant_forgotten': {
    zh: '该机构已退出，其密钥已全部销毁。',
    en: 'This institution has left; all its keys are destroyed.',
  },
  'keystores.tenant_malformed': {
    zh: '机构标识格式有误。',
    en: 'The name of the institution is malformed.',
  },
  'keystores.tenants_too_many': {
    zh: '机构数量已达上限。',
    en: 'There are more institutions than this key store holds.',
  },
  'vault.cipher_malformed': {
    zh: '密文格式有误。',
    en: 'The ciphertext is malformed.',
  },
  'vault.cipher_refused': {
    zh: '密文与其所在位置不符，已拒绝打开。',
    en: 'The ciphertext does not belong where it was found; it was not opened.',
  },
  'vault.epoch_over': {
    zh: '密钥正在轮换，请稍后再试。',
    en: 'The keys are being changed; please try again.',
  },
  'vault.epoch_unfinished': {
    zh: '密钥轮换尚未完成，请稍后再试。',
    en: 'The change of keys is not finished yet; please try again.',
  },
  'vault.erased': {
    zh: '该个人信息已依法删除，无法读取。',
    en: 'This personal information was erased and cannot be read.',
  },
  'vault.field_malformed': {
    zh: '字段名称有误。',
    en: 'The name of the field is malformed.',
  },
  'vault.field_not_indexed': {
    zh: '不能按该字段查找。',
    en: 'Nobody can be looked up by this field in this way.',
  },
  'vault.find_too_wide': {
    zh: '符合条件的结果过多，请输入更具体的内容。',
    en: 'Too many people match; please be more specific.',
  },
  'vault.index_busy': {
    zh: '系统繁忙，请稍后再试。',
    en: 'Others are filing the same value just now; please try again.',
  },
  'vault.lookups_too_many': {
    zh: '查询过于频繁，请稍后再试。',
    en: 'There were too many look-ups in this minute; please try again later.',
  },
  'vault.question_too_large': {
    zh: '一次请求的内容过多。',
    en: 'This is too much for one question.',
  },
  'vault.restricted': {
    zh: '该个人信息已停止除存储以外的处理。',
    en: 'This personal information is restricted: it is stored and not used.',
  },
  'vault.suite_unknown': {
    zh: '没有这种加密套件。',
    en: 'There is no such cipher suite.',
  },
  'vault.too_large': {
    zh: '内容过大，无法保存。',
    en: 'This is too large to be stored.',
  },
};
