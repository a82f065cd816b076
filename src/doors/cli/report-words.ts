/** The few words of verdicts that text and report have in common. */
import type { FileKind, Independence, Is } from '#trust/verify';

export const isWords: Readonly<Record<Is, string>> = {
  valid: '有效',
  invalid: '无效',
  indeterminate: '不能确定',
};

export const independenceWords: Readonly<Record<Independence, string>> = {
  own: '自行运行',
  declared: '声明独立',
  attested: '经证明独立',
};

export const kindWords: Readonly<Record<FileKind, string>> = {
  pdf: 'PDF 文件',
  package: '电子证据包',
  ofd: 'OFD 文件',
  cms: '签名消息（CMS）',
  stamp: '时间戳（RFC 3161）',
  'evidence-record': '证据记录（RFC 4998）',
  seal: '电子印章',
  certificate: '数字证书',
  crl: '证书吊销列表',
  ocsp: '证书状态应答（OCSP）',
  checkpoint: '日志检查点',
  proof: '日志证明',
  misbehaviour: '日志违规证明',
  anchor: '链上存证证明',
  unknown: '不能识别',
};

/** Roles of keys in `operators.json`. */
export const roleWords: Readonly<Record<string, string | undefined>> = {
  log: '日志',
  sentinel: '哨兵见证',
  witness: '见证方',
  voter: '见证方',
  mirror: '镜像',
  tsa: '时间戳',
  ca: '认证机构',
  gateway: '外部服务',
  actor: '记录程序',
  seal: '电子印章',
};
