import type { Words } from '../ui/language.tsx';

export const words = {
  title: { zh: '傅别', en: 'Fubie' },
  about: {
    zh: '电子合同：签得明白，留得住证据，多年以后任何人都能核验。',
    en: 'Electronic contracts: understood when signed, and checkable by anyone years later.',
  },
  sign: { zh: '我要签合同', en: 'Sign a contract' },
  signNote: { zh: '申请借款、阅读合同、在手机上签名。', en: 'Apply, read and sign on your phone.' },
  verify: { zh: '核验一份合同', en: 'Check a contract' },
  verifyNote: {
    zh: '文件只在您的浏览器里核验，不会上传。',
    en: 'Files are checked in your browser and are not uploaded.',
  },
  desk: { zh: '机构工作人员', en: 'Staff of the institution' },
  deskNote: { zh: '办理业务、查看进度与证据。', en: 'Cases, progress and evidence.' },
} satisfies Readonly<Record<string, Words>>;
