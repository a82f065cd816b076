/**
 * What is said when staff are refused: logins, roles, approvals, break-glass, units.
 */
import type { Phrase } from './phrase.ts';

export const accessRefusals: Readonly<Record<string, Phrase>> = {
  'access.approval_differs': {
    zh: '审批的内容与本次操作不一致。',
    en: 'What was approved is not what is to be done.',
  },
  'access.approval_kind_unknown': {
    zh: '没有这一类审批。',
    en: 'There is no approval of this kind.',
  },
  'access.approval_malformed': { zh: '审批内容有误。', en: 'The order to approve is malformed.' },
  'access.approval_needed': {
    zh: '此操作须先由另一人审批。',
    en: 'Another person must approve this first.',
  },
  'access.approval_not_open': {
    zh: '该审批未获同意、已使用或已过期。',
    en: 'This approval was not given, was used, or is over.',
  },
  'access.approval_unknown': { zh: '没有这项审批。', en: 'There is no such approval.' },
  'access.approvals_too_many': {
    zh: '您申请的审批已有太多未决，请等其中一些办结后再申请。',
    en: 'Too many approvals that you asked for are open; ask again when some are settled.',
  },
  'access.duties_apart': {
    zh: '不相容岗位：您已在此案办理过另一环节。',
    en: 'Separation of duties: you did another step of this case.',
  },
  'access.glass_refused': {
    zh: '不能以紧急授权进行此操作。',
    en: 'A break-glass cannot open this.',
  },
  'access.glass_reviewed': {
    zh: '该紧急授权已复核。',
    en: 'This break-glass is already reviewed.',
  },
  'access.glass_unknown': { zh: '没有这项紧急授权。', en: 'There is no such break-glass.' },
  'access.glass_unreviewed': {
    zh: '您上一次紧急授权尚未复核，不能再次使用。',
    en: 'Your last break-glass is not reviewed yet; you cannot open another.',
  },
  'access.login_delayed': {
    zh: '尝试次数过多，请稍后再登录。',
    en: 'Too many tries; please wait before the next one.',
  },
  'access.login_malformed': {
    zh: '登录名须为小写字母、数字和连字符，三至三十二位。',
    en: 'A login is 3 to 32 lower-case letters, digits and hyphens, a letter first.',
  },
  'access.login_taken': {
    zh: '该登录名已被使用过。',
    en: 'This login is, or once was, somebody else’s.',
  },
  'access.logins_busy': {
    zh: '登录人数过多，请稍后再试。',
    en: 'Too many logins at once; please try again.',
  },
  'access.name_too_long': { zh: '姓名过长。', en: 'The name is too long.' },
  'access.not_permitted': {
    zh: '您的岗位没有此项权限。',
    en: 'Your role does not allow this.',
  },
  'access.own_matter': {
    zh: '不能审批或复核与本人有关的事项。',
    en: 'Nobody approves or reviews a matter of his own.',
  },
  'access.password_change_due': {
    zh: '请先设置您自己的密码。',
    en: 'Please choose a password of your own first.',
  },
  'access.password_refused': {
    zh: '原密码不正确，或新旧密码相同。',
    en: 'The old password is wrong, or the fresh one is the same.',
  },
  'access.password_weak': {
    zh: '密码至少十二位，且不得包含登录名。',
    en: 'A password has at least twelve characters and does not contain the login.',
  },
  'access.reason_missing': { zh: '请写明事由。', en: 'Please say why.' },
  'access.role_unknown': { zh: '没有这个岗位。', en: 'There is no such role.' },
  'access.roles_apart': {
    zh: '这些岗位不得由同一人担任。',
    en: 'One person may not hold these roles together.',
  },
  'access.roles_malformed': {
    zh: '岗位列表有误。',
    en: 'The list of roles is empty, too long or repeats one.',
  },
  'access.rules_absent': {
    zh: '当日没有有效的岗位权限规则。',
    en: 'No rules of access are in force on this day.',
  },
  'access.rules_malformed': {
    zh: '岗位权限规则文件有误。',
    en: 'The rules of access are malformed.',
  },
  'access.staff_out_of_order': {
    zh: '该人员的当前状态不允许此操作。',
    en: 'Where this account stands, this is not possible.',
  },
  'access.staff_unknown': { zh: '没有这名工作人员。', en: 'There is no such member of staff.' },
  'access.strong_factor_needed': {
    zh: '此操作须以安全密钥或统一认证登录。',
    en: 'This needs a login with a security key or the institution’s own sign-on.',
  },
  'access.unit_malformed': {
    zh: '网点编码或名称有误。',
    en: 'The unit’s code or name is malformed.',
  },
  'access.unit_taken': { zh: '网点编码已被使用。', en: 'This unit’s code is taken.' },
  'access.unit_unknown': { zh: '没有这个网点。', en: 'There is no such unit.' },
  'lending.unit_unknown': { zh: '没有可受理申请的这个网点。', en: 'There is no such unit.' },
};
