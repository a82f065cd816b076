import type { Step } from '../../api/answers.ts';
import type { Words } from '../../ui/language.tsx';

export const shellWords = {
  brand: { zh: '傅别电子合同', en: 'Fubie e-contracts' },
  menu: { zh: '菜单', en: 'Menu' },
  larger: { zh: '大字', en: 'Larger' },
  largerLabel: { zh: '长辈模式：大字、大按钮', en: 'Elder mode: larger text and buttons' },
  otherLanguage: { zh: 'EN', en: '中文' },
  otherLanguageLabel: { zh: 'EN: English', en: '中文' },
  progress: { zh: '{name}（第 {n} 步，共 {of} 步）', en: '{name} (step {n} of {of})' },
  trouble: {
    zh: '网络不稳，正在重试。您填写的内容都还在。',
    en: 'The connection is poor; trying again. What you entered is still here.',
  },
  back: { zh: '返回', en: 'Back' },
  again: { zh: '再试一次', en: 'Try again' },
  loading: { zh: '正在打开…', en: 'Opening…' },
  listen: { zh: '朗读本页', en: 'Read aloud' },
  quiet: { zh: '停止朗读', en: 'Stop reading' },
  callHuman: { zh: '打电话问工作人员：{phone}', en: 'Call a person: {phone}' },
  next: { zh: '下一步', en: 'Next' },
  ended: { zh: '这台设备上的办理已过期', en: 'This device no longer has access' },
  endedNote: {
    zh: '您的办理进度没有丢。请用短信里的链接，或者在另一台设备的菜单里选“换一台设备继续”。',
    en: 'Nothing you did is lost. Use the link in your message, or “Continue on another device” in the menu of the other device.',
  },
  toStart: { zh: '回到首页', en: 'To the start' },
  broken: { zh: '页面出了故障', en: 'The page failed' },
  brokenNote: {
    zh: '已经办完的步骤都保存好了。请重新打开本页，会回到您刚才的地方。',
    en: 'Every finished step is saved. Open the page again and you will be where you were.',
  },
  bindingText: {
    zh: '具有约束力的是中文文本。',
    en: 'The Chinese text below is the binding one. Ask the staff if you want it explained.',
  },
  reload: { zh: '重新打开', en: 'Open again' },
} satisfies Readonly<Record<string, Words>>;

export const stepWords: Readonly<Record<Step, Words>> = {
  agreement: { zh: '电子签名约定', en: 'Agreement' },
  consents: { zh: '信息使用同意', en: 'Consents' },
  application: { zh: '填写申请', en: 'Application' },
  captures: { zh: '拍照', en: 'Photos' },
  authorisations: { zh: '授权书', en: 'Authorisations' },
  assessment: { zh: '审批', en: 'Decision' },
  'cost-sheet': { zh: '费用明示', en: 'Costs' },
  contract: { zh: '借款合同', en: 'Contract' },
  seal: { zh: '机构盖章', en: 'Lender’s seal' },
  note: { zh: '借据', en: 'Note' },
  payment: { zh: '放款确认', en: 'Payment' },
  disbursement: { zh: '放款', en: 'Money out' },
  done: { zh: '完成', en: 'Done' },
  refused: { zh: '未通过', en: 'Not approved' },
};
