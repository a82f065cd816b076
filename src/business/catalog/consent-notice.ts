/**
 * What a notice to a person must say before she decides, and the one text that says it.
 *
 * PIPL 17 (handler and contact, purpose, manner, kinds, retention, rights), 23 (the recipient), 30
 * (necessity and impact of what is sensitive), in the form of a list as 网络数据安全管理条例 21 asks.
 * The digest a decision names is over this text, the handler's and the recipient's names included.
 */

/** Somebody by name, and how to reach him. */
export interface NoticeParty {
  readonly name: string;
  readonly contact: string;
}

/** Who handles her information and, where one is named, who else gets it. */
export interface NoticeNames {
  readonly handler: NoticeParty;
  readonly recipient?: NoticeParty;
}

/** The parts of a notice as the catalogue has them. */
export interface Notice {
  readonly code: string;
  readonly sensitive: boolean;
  readonly text: string;
  readonly purpose: string;
  readonly manner: string;
  readonly kinds: readonly string[];
  readonly retention: string;
  readonly rights: string;
  readonly necessity: string | null;
  readonly impact: string | null;
  readonly recipient: (NoticeParty & { readonly bound: boolean }) | null;
  readonly refusal: string;
  readonly withdrawal: string;
  readonly alternative: string | null;
}

/** Requirements C.11: who refuses one of these must have a way left. */
const refusableKinds = ['face-image', 'precise-location', 'device-fingerprint', 'marketing'];
/** These hand something to somebody else; PIPL 23 asks for his name and contact. */
const givingKinds = ['credit-reporting', 'named-partners', 'third-party-sources'];
/** The rights a notice must name: PIPL 44–48 and 15. */
const rightsNamed = ['查阅', '复制', '更正', '删除', '撤回'];

/** What is missing from a notice, by the names of its parts; an empty list is a whole notice. */
export function noticeHoles(notice: Notice): string[] {
  const holes: string[] = [];
  const parts = { ...notice, kinds: notice.kinds.join('') };
  for (const name of [
    'purpose',
    'manner',
    'kinds',
    'retention',
    'refusal',
    'withdrawal',
  ] as const) {
    if (parts[name].trim() === '') holes.push(name);
  }
  if (!rightsNamed.every((right) => notice.rights.includes(right))) holes.push('rights');
  if (notice.sensitive && notice.necessity === null) holes.push('necessity');
  if (notice.sensitive && notice.impact === null) holes.push('impact');
  if (givingKinds.includes(notice.code) && notice.recipient === null) holes.push('recipient');
  if (refusableKinds.includes(notice.code) && notice.alternative === null)
    holes.push('alternative');
  return holes;
}

/** The whole notice as she reads it, one line for each part. */
export function composeNotice(notice: Notice, names: NoticeNames): string {
  const recipient = names.recipient ?? notice.recipient;
  const lines: (readonly [label: string, words: string | null])[] = [
    ['个人信息处理者', partyWords(names.handler)],
    ['接收方', recipient === null ? null : partyWords(recipient)],
    ['处理目的', notice.purpose],
    ['处理方式', notice.manner],
    ['信息种类', notice.kinds.join('、')],
    ['保存期限', notice.retention],
    ['必要性', notice.necessity],
    ['对您的影响', notice.impact],
    ['您的权利', notice.rights],
    ['拒绝的影响', notice.refusal],
    ['撤回的影响', notice.withdrawal],
  ];
  const told = lines.flatMap(([label, words]) => (words === null ? [] : [`${label}：${words}`]));
  return [notice.text, ...told].join('\n');
}

function partyWords({ name, contact }: NoticeParty): string {
  return `${name}（联系方式：${contact}）`;
}
