import type { Words } from '../../ui/language.tsx';

export const padWords = {
  offer: { zh: '手写一个名字（可以不写）', en: 'Draw your name (optional)' },
  redo: { zh: '重写名字', en: 'Draw your name again' },
  kept: {
    zh: '文件上会印出您手写的名字。它只是签名的样子，签名靠的是您手机上的密钥和验证码。',
    en: 'Your drawn name will be printed. It is how the signature looks; what signs is the key on your phone and the code.',
  },
  title: { zh: '手写您的名字', en: 'Draw your name' },
  lead: {
    zh: '用手指在框里写。这只是签名的样子，本身不是签名；写得不好看也没有关系。',
    en: 'Use your finger. It is how your signature will look and not a signature by itself.',
  },
  pad: { zh: '手写框', en: 'Drawing pad' },
  empty: { zh: '还没有写', en: 'Nothing drawn yet' },
  strokes: { zh: '已写 {n} 笔', en: 'Strokes: {n}' },
  use: { zh: '就用这个', en: 'Use this' },
  clear: { zh: '擦掉重写', en: 'Clear' },
  back: { zh: '不写了', en: 'No drawing' },
} satisfies Readonly<Record<string, Words>>;
