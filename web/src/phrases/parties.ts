/** Who signs, watches and answers beside the institution, by the names of their keys. */
import type { Words } from '../ui/language.tsx';

/** Signers of the log by the names of their keys. */
export const witnessWords: Readonly<Record<string, Words>> = {
  log: { zh: '日志', en: 'The log' },
  sentinel: { zh: '哨兵', en: 'Sentinel' },
  court: { zh: '法院', en: 'Court' },
  notary: { zh: '公证处', en: 'Notary' },
  arbitration: { zh: '仲裁机构', en: 'Arbitration' },
  'peer-bank': { zh: '同业机构', en: 'Peer bank' },
  regulator: { zh: '监管机构', en: 'Regulator' },
};

/** The world outside. */
export const gatewayWords: Readonly<Record<string, Words>> = {
  sms: { zh: '短信', en: 'SMS' },
  identity: { zh: '身份核验', en: 'identity check' },
  bureau: { zh: '征信', en: 'credit bureau' },
  'core-banking': { zh: '核心银行', en: 'core banking' },
};

/** Processes of the house that hold a key of their own. */
const ownWords: Readonly<Record<string, Words>> = {
  ca: { zh: '认证机构', en: 'certification authority' },
  tsa: { zh: '时间戳机构', en: 'time-stamping authority' },
  seal: { zh: '机构印章', en: 'seal of the institution' },
  serve: { zh: '业务服务', en: 'service' },
  work: { zh: '后台任务', en: 'background work' },
};

/** Every party that has a name in words. */
export const partyWords: Readonly<Record<string, Words>> = {
  ...witnessWords,
  ...gatewayWords,
  ...ownWords,
};
