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
