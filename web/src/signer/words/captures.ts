import type { Language, Words } from '../../ui/language.tsx';

/** What the catalog calls in Chinese; another kind keeps the catalog's own name. */
const englishNames: Readonly<Partial<Record<string, string>>> = {
  'id-front': 'ID card, front',
  'id-back': 'ID card, back',
  holder: 'You with your ID card',
  scene: 'You signing',
  income: 'Proof of income',
};

export function photoName(
  { kind, title }: { readonly kind: string; readonly title: string },
  language: Language,
): string {
  return language === 'zh' ? title : (englishNames[kind] ?? title);
}

export const capturesWords = {
  title: { zh: '拍照', en: 'Photos' },
  lead: {
    zh: '每张照片拍好后当场生成摘要，之后谁也改不了。',
    en: 'Please take these photos. Each is fingerprinted on the spot, so nobody can change it later.',
  },
  offerTitle: { zh: '要拍几张照片吗？', en: 'Would you like to take photos?' },
  offerLead: {
    zh: '证件和签署现场的照片能更好地证明是您本人在签。可以不拍，不影响办理。',
    en: 'Photos of your ID and of you signing help to prove that it was you. They are optional.',
  },
  offerYes: { zh: '去拍照', en: 'Take photos' },
  offerNo: { zh: '不拍，继续', en: 'No photos; continue' },
  take: { zh: '去拍：{title}', en: 'Take: {title}' },
  stored: { zh: '已保存', en: 'Stored' },
  optional: { zh: '可以不拍', en: 'Optional' },
  goOn: { zh: '拍好了，继续', en: 'Done; continue' },
  camera: { zh: '打开相机', en: 'Open the camera' },
  here: { zh: '在本页拍', en: 'Take it in this page' },
  shoot: { zh: '拍下来', en: 'Take the photo' },
  use: { zh: '清楚，用这张', en: 'It is clear; use it' },
  again: { zh: '重拍', en: 'Take again' },
  sending: { zh: '正在保存：第 {n} 段，共 {of} 段', en: 'Storing: part {n} of {of}' },
  waiting: {
    zh: '有 {n} 张照片还没传完，已存在这部手机里，正在接着传。',
    en: 'Photos not sent yet: {n}. They wait on this device and are being sent now.',
  },
  sendAgain: { zh: '接着传', en: 'Go on sending' },
  preview: { zh: '刚拍的照片', en: 'The photo just taken' },
  live: { zh: '相机画面', en: 'The camera' },
  noPicture: {
    zh: '这个文件不是照片，或者打不开。请重新拍一张。',
    en: 'This file is no photo, or it cannot be opened. Please take another.',
  },
  noCamera: {
    zh: '本页用不了相机。请用“打开相机”，或者在手机设置里允许使用相机。',
    en: 'This page cannot use the camera. Use “Open the camera”, or allow it in the settings.',
  },
  'id-front': {
    zh: '四个角都拍进来，字要看得清，不要反光。',
    en: 'All four corners, letters legible, no glare.',
  },
  'id-back': {
    zh: '国徽一面，四个角都拍进来。',
    en: 'The side with the emblem, all four corners.',
  },
  holder: {
    zh: '您本人手拿身份证，脸和证件都要清楚。',
    en: 'You holding the card; face and card both clear.',
  },
  scene: { zh: '您正在看这台设备的样子。', en: 'You at this device.' },
  income: { zh: '工资单或其他收入证明，字要看得清。', en: 'A payslip or the like, legible.' },
  other: { zh: '请把要拍的东西放在画面中间。', en: 'Put it into the middle of the picture.' },
  back: { zh: '返回', en: 'Back' },
} satisfies Readonly<Record<string, Words>>;
