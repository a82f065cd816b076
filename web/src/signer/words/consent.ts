import type { Words } from '../../ui/language.tsx';

export const consentWords = {
  agreementLead: {
    zh: '请先读完这份约定。接受以后，才能在手机上签名。',
    en: 'Please read this agreement first. Only if you accept it can you sign on a phone.',
  },
  accept: { zh: '我接受，用电子签名办理', en: 'I accept electronic signatures' },
  decline: { zh: '我不接受', en: 'I do not accept' },
  declined: { zh: '不接受也没有关系', en: 'That is all right' },
  declinedText: {
    zh: '您可以到营业场所用纸质方式办理，条件相同。这里什么都没有签。想用手机办理时，再回来接受即可。',
    en: 'You can use paper at a branch, on the same terms. Nothing was signed here. You can come back and accept later.',
  },
  readAgain: { zh: '再看一遍约定', en: 'Read the agreement again' },
  title: { zh: '这些信息，您同意我们使用吗？', en: 'May we use this information?' },
  lead: {
    zh: '每一项单独选，可以同意，也可以不同意。',
    en: 'Decide each one separately. You may say no.',
  },
  leadAtOnce: {
    zh: '您同意之后才会用到它。不同意也能接着办。',
    en: 'It is used only if you consent. You can go on without it.',
  },
  yesAndOn: { zh: '同意授权并继续', en: 'I consent; continue' },
  yes: { zh: '同意', en: 'I agree' },
  no: { zh: '不同意', en: 'I do not agree' },
  yourAnswer: { zh: '{title}：您的决定', en: '{title}: your decision' },
  pick: { zh: '请选择同意或者不同意', en: 'Choose yes or no' },
  left: { zh: '还有 {n} 项', en: '{n} left' },
  needed: { zh: '还差必要的同意', en: 'Something needed is missing' },
  neededText: {
    zh: '下面几项您选了不同意。没有它们，线上办不了这笔借款；您可以改变主意，也可以到营业场所办理。',
    en: 'You said no to the following. Without them this loan cannot be made online; you may change your mind, or go to a branch.',
  },
  rethink: { zh: '重新考虑：{title}', en: 'Think again: {title}' },
  sensitive: { zh: '敏感个人信息', en: 'Sensitive' },
} satisfies Readonly<Record<string, Words>>;
