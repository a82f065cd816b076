/**
 * What an operator reads when a back-up or a restore is refused, and when a record of the trust
 * centre is no longer there.
 */
import type { Phrase } from './phrase.ts';

export const backupRefusals: Readonly<Record<string, Phrase>> = {
  'backup.altered': {
    zh: '备份文件的内容被改动，或者各块的次序不对。',
    en: 'The back-up was altered, or its parts are out of order.',
  },
  'backup.contents_differ': {
    zh: '备份内容与其目录不符。',
    en: 'The back-up does not hold what its table of contents says.',
  },
  'backup.extended': {
    zh: '备份文件的末尾被接上了别的内容。',
    en: 'Something was appended to the back-up.',
  },
  'backup.head_malformed': {
    zh: '这不是本系统的备份文件。',
    en: 'This is not a back-up of this system.',
  },
  'backup.key_refused': {
    zh: '备份密钥打不开这份备份。',
    en: 'The back-up key does not open this back-up.',
  },
  'backup.key_unknown': {
    zh: '没有制作这份备份时所用的备份密钥，请放回密钥库的目录。',
    en: 'The back-up key is not here; put the key store’s folder back first.',
  },
  'backup.section_malformed': {
    zh: '备份中有一节无法辨认。',
    en: 'A section of the back-up is malformed.',
  },
  'backup.truncated': { zh: '备份文件不完整。', en: 'The back-up is cut off.' },
  'ca.record_altered': {
    zh: '证书登记簿中的记录被改动。',
    en: 'A record of the certificate register was altered.',
  },
  'ca.record_destroyed': {
    zh: '该证书的登记记录已满保存期限并销毁。',
    en: 'The record of this certificate was destroyed after its term.',
  },
  'main.backup_absent': {
    zh: '这个目录里没有备份文件。',
    en: 'There is no back-up in this folder.',
  },
  'main.restore_epoch_missing': {
    zh: '密钥包所属的纪元密钥不在密钥库中：密钥包太旧，或者密钥库的副本太旧。',
    en: 'The key store lacks the epoch of the wrapped keys: the copy of either is too old.',
  },
  'main.restore_keys_missing': {
    zh: '缺少原有进程的密钥文件，请先由其保管人放回。',
    en: 'Keys of the old house’s processes are missing; their holders must put them back first.',
  },
  'main.restore_kind_wrong': {
    zh: '备份与密钥包的位置放反了。',
    en: 'A back-up stands where wrapped keys are expected, or the other way round.',
  },
  'main.restore_log_differs': {
    zh: '日志文件与备份中的记录不是同一段历史，停止恢复。',
    en: 'The log’s files and the back-up tell two histories; stopped.',
  },
  'main.restore_log_shorter': {
    zh: '恢复出的日志比见证方所知的短，请用 --log 提供最新的日志文件。',
    en: 'The log would be shorter than its witnesses know; name its newest files with --log.',
  },
  'main.restore_root_not_empty': {
    zh: '目标目录里已有数据，不能在上面恢复。',
    en: 'The target holds data already; nothing is restored over it.',
  },
  'main.restore_wraps_older': {
    zh: '密钥包比备份还旧，请使用最新的密钥包。',
    en: 'The wrapped keys are older than the back-up; use their newest copy.',
  },
  'postgres.dump_blind': {
    zh: '备份角色看不到全部数据，已停止备份。',
    en: 'The back-up’s role cannot see every row; no back-up was made.',
  },
  'postgres.load_form_differs': {
    zh: '备份来自另一版本的数据库结构，请用制作备份的版本恢复。',
    en: 'The back-up comes from another form of the database; restore with the same version.',
  },
  'postgres.load_not_empty': {
    zh: '目标数据库不是空的。',
    en: 'The target database is not empty.',
  },
};
