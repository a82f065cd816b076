import type { Words } from '../../ui/language.tsx';

export const rehearsalWords = {
  mark: {
    zh: '这是演练，不算数，什么都不会提交',
    en: 'A rehearsal: nothing counts, nothing is sent',
  },
  startTitle: { zh: '演练一遍签合同', en: 'Rehearse signing a contract' },
  startLead: {
    zh: '用一份样本合同走一遍：阅读、收验证码、签名。不填真实信息。',
    en: 'Walk through with a sample: read, receive a code, sign. No real data.',
  },
  begin: { zh: '开始演练', en: 'Start' },
  readTitle: { zh: '第一步：阅读样本合同', en: 'First: read the sample contract' },
  readLead: {
    zh: '正式办理时，读满规定的时间才能继续。',
    en: 'In earnest you can go on only after a minimum time.',
  },
  readDone: { zh: '读完了，继续', en: 'Read; continue' },
  noSample: {
    zh: '样本合同暂时打不开，可以直接进入下一步。',
    en: 'The sample cannot be opened right now; you can go on.',
  },
  codeTitle: { zh: '第二步：输入验证码', en: 'Second: enter the code' },
  codeLead: {
    zh: '正式办理时，验证码发到您的手机。演练用的验证码是 123456。',
    en: 'In earnest the code comes to your phone. For the rehearsal it is 123456.',
  },
  code: { zh: '六位验证码', en: 'Six-digit code' },
  wrong: { zh: '演练的验证码是 123456', en: 'The rehearsal’s code is 123456' },
  sign: { zh: '确认并签名', en: 'Confirm and sign' },
  doneTitle: { zh: '演练完成', en: 'Rehearsed' },
  doneLead: {
    zh: '正式办理就是这样。签名只发生在您输入真实验证码之后；在那之前随时可以停。',
    en: 'That is how it goes. A signature is made only after you enter a real code; before that you can stop.',
  },
  close: { zh: '我会了', en: 'I know how' },
} satisfies Readonly<Record<string, Words>>;
