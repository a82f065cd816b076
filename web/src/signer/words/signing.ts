import type { Words } from '../../ui/language.tsx';

export const signingWords = {
  askTitle: { zh: '准备签名', en: 'Ready to sign' },
  askLead: {
    zh: '签名后，下面的文件对您产生法律效力。验证码会发到您的手机。',
    en: 'Once signed, these documents bind you. A code will be sent to your phone.',
  },
  documents: { zh: '要签的文件（一个验证码签 {n} 份）', en: 'To be signed with one code: {n}' },
  send: { zh: '发送验证码', en: 'Send the code' },
  reread: { zh: '回去再看看', en: 'Read again' },
  codeTitle: { zh: '输入短信验证码', en: 'Enter the code' },
  codeLead: {
    zh: '验证码已发到您的手机，5 分钟内有效。去看短信时，本页会等着您。',
    en: 'The code was sent to your phone and lives for 5 minutes. This page waits while you look.',
  },
  code: { zh: '六位验证码', en: 'Six-digit code' },
  codeHint: {
    zh: '也可以把整条短信粘贴到这里，由本页替您核对。',
    en: 'You may also paste the whole message; this page then compares it for you.',
  },
  incomplete: { zh: '请填写短信里的六位数字', en: 'Enter the six digits of the message' },
  otherMessage: {
    zh: '这条短信说的不是您读过的文件，请不要使用。请重新发送验证码，或者打电话给工作人员。',
    en: 'This message speaks of another document. Do not use it; ask for a new code or call a person.',
  },
  compare: { zh: '请对一对：短信里应该写着', en: 'Compare: the message should say' },
  compareDocument: { zh: '首份摘要', en: 'Document' },
  compareKey: { zh: '签署密钥', en: 'Signing key' },
  compareNo: {
    zh: '对不上就不要填，重新发送一次。',
    en: 'If it differs, do not enter it; ask again.',
  },
  left: { zh: '验证码还有 {left}有效', en: 'The code is valid for {left}' },
  expired: {
    zh: '验证码过期了，请重新发送。',
    en: 'The code has expired. Please ask for another.',
  },
  resend: { zh: '重新发送验证码', en: 'Send another code' },
  sign: { zh: '确认并签名', en: 'Confirm and sign' },
  wrong: { zh: '验证码不对，还可以试 {left} 次。', en: 'Wrong code; {left} tries left.' },
  over: {
    zh: '这次签名没有完成，什么都没有签。请重新发送验证码再签一次。',
    en: 'This signing was not completed; nothing was signed. Ask for a new code and sign again.',
  },
  workTitle: { zh: '正在签名', en: 'Signing' },
  workLead: {
    zh: '本页正在核对文件并签名，请不要关闭。通常几秒钟。',
    en: 'This page checks the documents and signs. Please keep it open; it takes a few seconds.',
  },
  stepSign: { zh: '核对并签署：{title}', en: 'Checking and signing: {title}' },
  done: { zh: '完成', en: 'Done' },
  goes: { zh: '进行中', en: 'In progress' },
  waits: { zh: '等候', en: 'Waiting' },
} satisfies Readonly<Record<string, Words>>;
