/**
 * What a system that deposits evidence is told when something is refused.
 */
import type { Phrase } from './phrase.ts';

export const depositRefusals: Readonly<Record<string, Phrase>> = {
  'deposit.definition_malformed': {
    zh: '数据模式或者场景的写法有误，at 指出位置。',
    en: 'The schema or scenario is malformed; `at` names the place.',
  },
  'deposit.definition_unknown': {
    zh: '没有这个经批准的数据模式或者场景。',
    en: 'There is no approved schema or scenario of that name.',
  },
  'deposit.definition_own': {
    zh: '登记人不得批准自己登记的内容，请由他人批准。',
    en: 'Who brought a definition cannot approve it; another person must.',
  },
  'deposit.definition_differs': {
    zh: '批准的摘要与登记的内容不符，请重新查看后批准。',
    en: 'The digest that is approved is not of what was brought; please look again.',
  },
  'deposit.unknown': {
    zh: '没有这个存证案卷。',
    en: 'There is no such deposit.',
  },
  'deposit.name_taken': {
    zh: '这个名称已经用于别的内容（或在同一批中出现两次）；同名只能重复提交同一内容。',
    en: 'The name stands for other content, or twice in this batch; only the same may come again.',
  },
  'deposit.closed': {
    zh: '证据链已经闭合，不能再添加内容。',
    en: 'The chain is closed; nothing is added to it any more.',
  },
  'deposit.too_many': {
    zh: '超过一批或者一个案卷所能容纳的数量。',
    en: 'This is more than one batch or one deposit can hold.',
  },
  'deposit.record_malformed': {
    zh: '记录与数据模式不符，field 与 why 指出第一处不符。',
    en: 'The record does not fit its schema; `field` and `why` name the first mistake.',
  },
  'deposit.slot_unknown': {
    zh: '案卷没有这个证据项，或者它不接收这种内容。',
    en: 'The deposit has no such slot, or the slot does not take this.',
  },
  'deposit.signature_missing': {
    zh: '该数据模式要求来源系统对每条记录签名。',
    en: 'The schema asks for a signature of the source on every record.',
  },
  'deposit.signature_wrong': {
    zh: '来源签名与记录内容或者登记的密钥不符。',
    en: 'The signature of the source does not fit the record or the registered key.',
  },
  'deposit.batch_wrong': {
    zh: '整批签名与登记的密钥不符，或者不是对这些记录、按这个顺序、以这些盲值签署的。',
    en: 'The signature over the batch does not fit the key, or these records in this order.',
  },
  'deposit.batch_mixed': {
    zh: '整批签名与逐条签名不能混用；没有整批签名时记录不带盲值。',
    en: 'A batch is signed as a whole or record by record; blinds come with the former only.',
  },
  'deposit.blind_wrong': {
    zh: '整批签名的每条记录须各带一个不重复的盲值：16 个随机字节，base64url。',
    en: 'Under a batch signature each record has a blind of its own: 16 random bytes, base64url.',
  },
  'deposit.file_unknown': {
    zh: '没有这个存证文件，或者没有这一块。',
    en: 'There is no such file, or no such part of it.',
  },
  'deposit.file_incomplete': {
    zh: '文件还缺少 missing 列出的各块，请补传后再试。',
    en: 'The parts listed in `missing` have not come yet.',
  },
  'deposit.file_differs': {
    zh: '收到的内容与登记的长度或者摘要不符。',
    en: 'What came is not what was announced, by length or digest.',
  },
  'deposit.file_reading': {
    zh: '文件较大，摘要还在核对（已到 parts，共 of 块）：请以同一请求再试，从已核对处继续。',
    en: 'The file is long and still being read (`parts` of `of`): ask the same again to go on.',
  },
  'deposit.links_missing': {
    zh: '证据链有缺项，不能闭合；missing 列出各缺项。',
    en: 'Links are missing, so the chain is not closed; `missing` lists them.',
  },
  'deposit.files_unfinished': {
    zh: 'files 列出的文件登记了，还没有完成：请先完成，或者在 leavingOut 里写明不收这些文件，再闭合。',
    en: 'The files in `files` were announced and are not whole: complete them, or name them in `leavingOut`.',
  },
  'entry.attestation_malformed': {
    zh: '陈述的格式有误。',
    en: 'The statement is malformed.',
  },
  'evidence.level_not_reached': {
    zh: '存证已经收下，还在等见证方签署，请稍后以同一请求再试。',
    en: 'It is recorded and waits for its witnesses; ask the same again later.',
  },
  'evidence.statement_refused': {
    zh: '该陈述不予收录，why 说明原因。',
    en: 'The statement is not admitted; `why` says why.',
  },
  'judicial.chain_closed': {
    zh: '这一案的证据链已经闭合，不能再增加。',
    en: 'The chain of this case is closed; nothing is added to it.',
  },
  'judicial.slot_unknown': {
    zh: '没有这样的证据项，或者没有这一种第三方陈述。',
    en: 'There is no such slot, or no such kind of statement.',
  },
  'judicial.slot_taken': {
    zh: '这一名目的证据项已经有了，或者增补的已达上限。',
    en: 'A slot of that word stands already, or too many were added.',
  },
  'judicial.reference_unknown': {
    zh: '没有这个编号或者这一项记录。',
    en: 'There is no such number or entry.',
  },
  'judicial.package_unknown': {
    zh: '没有这份证据包，或者还没有生成。',
    en: 'There is no such package, or none was built yet.',
  },
  'judicial.links_missing': {
    zh: '该案证据链有缺项，不能结案归档；missing 列出各缺项。',
    en: 'The case lacks links, so it is not closed; `missing` lists them.',
  },
  'deposit.erased': {
    zh: '该案卷保存期满，密钥已经销毁。',
    en: 'The term of this deposit is over and its key is destroyed.',
  },
  'deposit.hold_own': {
    zh: '作出保全的人不能自行解除，请由他人办理。',
    en: 'Whoever placed a hold does not lift it; another person does.',
  },
  'deposit.hold_unknown': {
    zh: '没有这项保全，或者已经解除。',
    en: 'No such hold stands.',
  },
  'deposit.cursor_malformed': {
    zh: '存证翻页标记有误，请从第一页重新查询。',
    en: 'The page marker of deposits is malformed; please begin with the first page again.',
  },
};
