import type { Words } from '../../ui/language.tsx';

export const beginWords = {
  title: { zh: '在手机上办理借款合同', en: 'Sign a loan contract on your phone' },
  lead: {
    zh: '大约需要 15 分钟。请准备好身份证、银行卡和手机。中途离开，进度都会保存。',
    en: 'About 15 minutes. Have your ID card, bank card and phone at hand. You can stop at any time; progress is kept.',
  },
  product: { zh: '您要办理哪一种借款？', en: 'Which loan do you want?' },
  productNote: {
    zh: '{from} 至 {to} 元，年利率 {rate}%（单利）',
    en: '{from} to {to} yuan, {rate}% a year (simple)',
  },
  choose: { zh: '请先选择一种借款', en: 'Choose a loan first' },
  start: { zh: '开始办理', en: 'Start' },
  more: { zh: '办理之前', en: 'Before you start' },
  goOn: { zh: '继续以前的办理', en: 'Continue an earlier application' },
  rehearse: { zh: '先演练一遍（不算数）', en: 'Rehearse first (does not count)' },
  guide: { zh: '电子签名是什么', en: 'What an electronic signature means' },
  noProducts: { zh: '目前没有可以办理的产品', en: 'There is nothing to apply for right now' },
  goOnTitle: { zh: '继续以前的办理', en: 'Continue an earlier application' },
  goOnLead: {
    zh: '在原来的设备上打开“菜单”，选“换一台设备继续”，把那里显示的编码填在下面。',
    en: 'On the first device open the menu, choose “Continue on another device”, and enter the code shown there.',
  },
  handoverCode: { zh: '换机编码', en: 'Device code' },
  handoverHint: { zh: '五分钟内有效，只能用一次', en: 'Valid for five minutes, once' },
  handoverMissing: { zh: '请填写换机编码', en: 'Enter the device code' },
  goOnButton: { zh: '继续办理', en: 'Continue' },
  arriving: { zh: '正在打开您的办理…', en: 'Opening your application…' },
} satisfies Readonly<Record<string, Words>>;

export const guideWords = {
  title: { zh: '电子签名是什么', en: 'What an electronic signature means' },
  same: { zh: '和亲笔签名一样算数', en: 'It counts like your handwriting' },
  sameText: {
    zh: '可靠的电子签名与手写签名、盖章具有同等的法律效力（《电子签名法》第十四条）。签了就要照办，所以请看懂了再签。',
    en: 'A reliable electronic signature has the same force as a handwritten one (Electronic Signature Law, art. 14). It binds you, so sign only what you understand.',
  },
  only: { zh: '只有您能签', en: 'Only you can sign' },
  onlyText: {
    zh: '签名的钥匙在您这台设备上临时产生，只用一次，不离开设备。验证码只发到您的手机。任何人向您要验证码，都是诈骗。',
    en: 'The key is made on this device for one use and never leaves it. The code goes to your phone only. Whoever asks you for it is a fraudster.',
  },
  seen: { zh: '看到什么就签什么', en: 'You sign what you saw' },
  seenText: {
    zh: '签名之前，本页会自己核对：要签的文件就是您读过的那一份，一个字也没有变。不一致就不会签。',
    en: 'Before signing, this page itself checks that the file is the one you read, letter for letter. Otherwise it does not sign.',
  },
  no: { zh: '不想签，随时可以停', en: 'You can stop at any time' },
  noText: {
    zh: '签名之前停下来不需要理由，也不收费。您也可以到营业场所办纸质的，条件一样。',
    en: 'Before you sign you can stop without a reason and without cost. You can also sign on paper at a branch, on the same terms.',
  },
  later: { zh: '以后可以核验', en: 'It can be checked later' },
  laterText: {
    zh: '签完后您会得到合同、保全号和六个字词的核对短语。几年以后，法院、公证处和您自己都能独立核验。',
    en: 'Afterwards you hold the contract, a number and a six-word phrase. Years later a court, a notary or you can check it.',
  },
  understood: { zh: '我看明白了', en: 'I understand' },
} satisfies Readonly<Record<string, Words>>;
