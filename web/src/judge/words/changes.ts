/** What a later revision changed, and why it was not allowed to, in words for a reader. */
import type { Words } from '../../ui/language.tsx';

/** Why a change is forbidden, by the verifier's code of it. */
export const reasonWords: Readonly<Record<string, Words>> = {
  annotation_changed: { zh: '批注被改动', en: 'an annotation was changed' },
  appearance_differs: { zh: '显示的样子与值不符', en: 'what is shown differs from the value' },
  catalog_changed: { zh: '文件目录被改动', en: 'the catalogue was changed' },
  chain_broken: { zh: '修订之间不相连', en: 'the revisions do not form a chain' },
  docmdp: { zh: '超出认证签名允许的改动', en: 'the certifying signature does not allow it' },
  duplicate: { zh: '同一对象有两份', en: 'one object stands twice' },
  field_locked: { zh: '已锁定的域被改动', en: 'a locked field was changed' },
  form_changed: { zh: '表单被改动', en: 'the form was changed' },
  object_changed: { zh: '对象被改动', en: 'an object was changed' },
  page_changed: { zh: '页面被改动', en: 'a page was changed' },
  structure_changed: { zh: '文件结构被改动', en: 'the structure was changed' },
  trailer_changed: { zh: '文件尾被改动', en: 'the trailer was changed' },
  unreadable: { zh: '这一修订读不出来', en: 'this revision cannot be read' },
  viewers_differ: { zh: '不同阅读器会显示不同内容', en: 'viewers would show different things' },
};

/** What a permitted change touched, by the verifier's name of it. */
export const roleWords: Readonly<Record<string, Words>> = {
  'an object nothing refers to': { zh: '没有被引用的对象', en: 'an object nothing refers to' },
  annotation: { zh: '批注', en: 'annotation' },
  appearance: { zh: '显示的样子', en: 'appearance' },
  catalogue: { zh: '文件目录', en: 'catalogue' },
  'cross-references': { zh: '交叉引用表', en: 'cross-references' },
  'document information': { zh: '文件信息', en: 'document information' },
  extensions: { zh: '扩展声明', en: 'extensions' },
  form: { zh: '表单', en: 'form' },
  'form field': { zh: '表单域', en: 'form field' },
  'list of annotations': { zh: '批注列表', en: 'list of annotations' },
  'list of fields': { zh: '域列表', en: 'list of fields' },
  metadata: { zh: '元数据', en: 'metadata' },
  'object stream': { zh: '对象流', en: 'object stream' },
  page: { zh: '页面', en: 'page' },
  'parent tree': { zh: '结构父树', en: 'parent tree' },
  'resources of the form': { zh: '表单资源', en: 'resources of the form' },
  'revocation material': { zh: '证书状态材料', en: 'revocation material' },
  'revocation material that was left': {
    zh: '不再使用的证书状态材料',
    en: 'revocation material that was left',
  },
  signature: { zh: '签名', en: 'signature' },
  'signature field': { zh: '签名域', en: 'signature field' },
  'structure element above widgets': {
    zh: '控件之上的结构元素',
    en: 'structure element above widgets',
  },
  'structure element of a widget': { zh: '控件的结构元素', en: 'structure element of a widget' },
  'structure tree': { zh: '结构树', en: 'structure tree' },
  value: { zh: '填入的值', en: 'value' },
};

/** Where a change lies: `object 14`, `trailer` or `file`. */
export const placeWords = {
  object: { zh: '对象 {n}', en: 'object {n}' },
  trailer: { zh: '文件尾', en: 'trailer' },
  file: { zh: '整个文件', en: 'the file' },
} as const satisfies Record<string, Words>;
