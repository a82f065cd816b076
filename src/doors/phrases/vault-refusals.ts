/**
 * What a person reads when the vault, or the key store behind it, refuses.
 */
import type { Phrase } from './phrase.ts';

export const vaultRefusals: Readonly<Record<string, Phrase>> = {
  'keystore.order_refused': {
    zh: '密钥库不接受此命令：缺少命令凭证。',
    en: 'The key store obeys only who shows the secret of its folder.',
  },
  'keystores.service_address': {
    zh: '外部签名服务的地址须为 https。',
    en: 'The address of the signing service must be https.',
  },
  'keystores.service_lied': {
    zh: '外部签名服务给出的签名值验证不过，未采用。',
    en: 'What the signing service answered is not a signature by its key; it was not used.',
  },
  'keystores.service_refused': {
    zh: '外部签名服务拒绝签名。',
    en: 'The signing service refused.',
  },
  'keystores.service_silent': {
    zh: '外部签名服务没有应答，稍后重试。',
    en: 'The signing service did not answer; it will be asked again.',
  },
  'keystores.service_simulated': {
    zh: '外部签名服务自称模拟器，生产环境不予使用。',
    en: 'The signing service says that it is a simulator; production refuses it.',
  },
  'keystores.token_absent': {
    zh: '没有找到所指的密码设备。',
    en: 'No token bears this label.',
  },
  'keystores.token_full': {
    zh: '密码设备已满，不能再生成密钥。',
    en: 'The token is full: it makes no further key.',
  },
  'keystores.token_key_unknown': {
    zh: '密码设备中没有（或不止一把）此名称的密钥。',
    en: 'The token has no key of this name, or more than one.',
  },
  'keystores.token_key_unsuitable': {
    zh: '此密钥可被导出、并非在设备内生成，或算法不适用，不能用于签章。',
    en: 'This key could be taken out, came from outside, or its algorithm does not serve.',
  },
  'keystores.token_lied': {
    zh: '密码设备给出的签名值验证不过，未采用。',
    en: 'What the token answered is not a signature by its key; it was not used.',
  },
  'keystores.token_mechanism_absent': {
    zh: '密码设备不支持此类密钥的生成（例如 SM2：PKCS#11 没有相应机制）。',
    en: 'The token does not make keys of this kind; PKCS #11 has no mechanism for SM2.',
  },
  'keystores.token_module': {
    zh: '密码设备的 PKCS#11 库无法使用。',
    en: 'The PKCS #11 library of the token cannot be used.',
  },
  'keystores.token_pin_wrong': {
    zh: '密码设备的口令错误、过期或者已被锁定；不会自动重试，以免锁死设备。',
    en: 'The PIN of the token is wrong, has expired or is locked. Nothing tries it again.',
  },
  'keystores.token_refused': {
    zh: '密码设备拒绝了请求。',
    en: 'The token refused what it was asked for.',
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
