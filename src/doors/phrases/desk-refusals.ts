/**
 * What is said when a desk refuses to list, find or unmask.
 */
import type { Phrase } from './phrase.ts';

export const deskRefusals: Readonly<Record<string, Phrase>> = {
  'evidence.block_unknown': { zh: '没有这个区块。', en: 'There is no such block.' },
  'evidence.entry_unknown': {
    zh: '没有这条存证，或它还没有得到见证。',
    en: 'There is no such entry, or it is not witnessed yet.',
  },
  'evidence.intake_closed': {
    zh: '日志暂时不接收记录，请稍后再试。',
    en: 'The log takes no entries at the moment; please try again.',
  },
  'evidence.intake_full': {
    zh: '等待入列的记录过多，请稍后再试。',
    en: 'Too many entries wait for their places; please try again.',
  },
  'evidence.intake_malformed': { zh: '提交的记录有误。', en: 'What was brought is malformed.' },
  'tlog.note_malformed': { zh: '签名行的格式有误。', en: 'The signature line is malformed.' },
  'tlog.policy_malformed': { zh: '见证规则的格式有误。', en: 'The policy is malformed.' },
  'tiles.absent': {
    zh: '日志的文件暂时读不到，证明无法作出，请稍后再试。',
    en: 'The log’s files cannot be read at the moment, so nothing can be proved; please try again.',
  },
  'tiles.unwritable': {
    zh: '日志的文件目录无法写入：磁盘已满、只读或者断开。',
    en: 'The log’s files cannot be written: the disk is full, read-only or gone.',
  },
  'wire.socket_taken': {
    zh: '这一进程已经在运行。',
    en: 'This process is running already.',
  },
  'witness.heads_malformed': {
    zh: '见证方的记录文件中有一行不合格。',
    en: 'A line of the witness’s journal is malformed.',
  },
  'witness.journal_torn': {
    zh: '见证方的记录暂时无法写入。',
    en: 'The witness’s journal cannot be written at the moment.',
  },
  'witness.register_malformed': { zh: '成员名册的格式有误。', en: 'The register is malformed.' },
  'witness.register_unfit': {
    zh: '这份成员名册无论多少票都不能生效：序号、前一份、等待时间、见证规则或者成员权利有误。',
    en: 'No vote would bring this register into force: its number, predecessor, delay, rule or rights are wrong.',
  },
  'witness.register_unknown': { zh: '没有提出过这份名册。', en: 'This register was not proposed.' },
  'witness.vote_wrong': {
    zh: '这一签名不是现任成员对该名册的签名。',
    en: 'This is no signature of a voting member over this register.',
  },
  'desk.cursor_malformed': { zh: '分页标记有误。', en: 'The page’s cursor is malformed.' },
  'desk.fields_malformed': {
    zh: '所选字段有误。',
    en: 'The fields to be unmasked are unknown or repeated.',
  },
  'desk.grant_missing': {
    zh: '请先写明用途，申请查看本案的文件。',
    en: 'Please say first why you need to see the documents of this case.',
  },
  'desk.minutes_exceeded': {
    zh: '查看明文的时间过长。',
    en: 'Values are not unmasked for this long.',
  },
  'desk.purpose_unknown': {
    zh: '请从列表中选择查看明文的目的。',
    en: 'Please choose a purpose from the list.',
  },
  'desk.search_malformed': { zh: '查找条件有误。', en: 'What is looked for is malformed.' },
};
