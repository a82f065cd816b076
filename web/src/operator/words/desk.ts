import type { Words } from '../../ui/language.tsx';

/** Login, frame and what every screen of the desk says. */
export const deskWords = {
  desk: { zh: '傅别业务柜台', en: 'Fubie desk' },
  login: { zh: '登录', en: 'Log in' },
  loginTitle: { zh: '工作人员登录', en: 'Staff login' },
  loginNote: {
    zh: '每次登录和查阅都会留下记录。',
    en: 'Each login and each look at a case is recorded.',
  },
  expired: {
    zh: '登录已到期或已在别处退出，请重新登录。',
    en: 'The session has ended. Please log in again.',
  },
  wrong: {
    zh: '账号或密码不对，请核对后再试。',
    en: 'The account or the password is wrong. Check both and try again.',
  },
  account: { zh: '账号', en: 'Account' },
  password: { zh: '密码', en: 'Password' },
  changeTitle: { zh: '请先设置自己的密码', en: 'First choose your own password' },
  changeNote: {
    zh: '管理员给的密码只能用一次。设置后请用新密码重新登录。',
    en: 'A password given by an administrator works once. Then log in with your own.',
  },
  fresh: { zh: '新密码', en: 'New password' },
  change: { zh: '设置密码', en: 'Set password' },
  logout: { zh: '退出登录', en: 'Log out' },
  language: { zh: 'English', en: '中文' },
  cases: { zh: '案件', en: 'Cases' },
  find: { zh: '查找客户', en: 'Find a person' },
  funnel: { zh: '转化与等待', en: 'Funnel and waiting' },
  rights: { zh: '合同债权', en: 'Rights' },
  seals: { zh: '印章', en: 'Seals' },
  house: { zh: '运行状态', en: 'Status' },
  log: { zh: '存证日志', en: 'Evidence log' },
  alarm: { zh: '（有告警）', en: '(alarm)' },
  skip: { zh: '跳到正文', en: 'Skip to content' },
  navigation: { zh: '功能', en: 'Sections' },
  loading: { zh: '正在读取…', en: 'Loading…' },
  again: { zh: '重试', en: 'Try again' },
  copy: { zh: '复制', en: 'Copy' },
  copied: { zh: '已复制', en: 'Copied' },
  offline: {
    zh: '连不上服务器。请检查网络后重试。',
    en: 'The server cannot be reached. Check the network and try again.',
  },
  notPermitted: { zh: '您没有查看此页的权限', en: 'You have no permission for this page' },
  notPermittedNote: {
    zh: '如工作需要，请向网点主任或系统管理员申请。',
    en: 'If your work needs it, ask your supervisor or administrator.',
  },
  nothingHere: { zh: '没有这一页', en: 'There is no such page' },
  nothingHereNote: { zh: '请从上方选择一项功能。', en: 'Please choose a section above.' },
  requestId: { zh: '请求编号 {id}', en: 'Request {id}' },
} satisfies Readonly<Record<string, Words>>;
