import type { Words } from '../../ui/language.tsx';

export const verdictWords = {
  valid: { zh: '有效', en: 'Valid' },
  invalid: { zh: '无效', en: 'Invalid' },
  indeterminate: { zh: '不能确定', en: 'Indeterminate' },
  valid_pdf: {
    zh: '有效：{n} 个签名均属实，签署之后没有不允许的改动。',
    en: 'Valid: {n} signatures hold, and nothing was changed afterwards that may not be.',
  },
  valid_package: {
    zh: '有效：证据包未被改动，其中 {n} 个签名均属实，{entries} 条存证记录前后相连。',
    en: 'Valid: the package is unaltered, its {n} signatures hold, its {entries} entries are one chain.',
  },
  valid_stamp: { zh: '有效：时间戳属实。', en: 'Valid: the time-stamp holds.' },
  valid_record: { zh: '有效：证据记录属实。', en: 'Valid: the evidence record holds.' },
  valid_cms: {
    zh: '有效：{n} 个签名均属实，签署的内容没有被改动。',
    en: 'Valid: {n} signatures hold, and what they sign is unaltered.',
  },
  valid_certificate: {
    zh: '有效：证书由所信任的认证机构签发。',
    en: 'Valid: a trusted authority issued the certificate.',
  },
  valid_status: {
    zh: '有效：证书状态的答复由有权的机构签署。',
    en: 'Valid: the word on certificates is signed by who may say it.',
  },
  valid_note: {
    zh: '有效：日志的签名属实，所列的哈希相符。',
    en: 'Valid: the log’s signature holds and its hashes agree.',
  },
  valid_other: {
    zh: '有效：文件属实，没有发现改动。',
    en: 'Valid: the file holds; nothing was altered.',
  },
  invalid_because: { zh: '无效：{why}', en: 'Invalid: {why}' },
  indeterminate_because: { zh: '不能确定：{why}', en: 'Indeterminate: {why}' },
  place: { zh: '位置：{part}', en: 'Place: {part}' },
  etsi: { zh: '标准用语（ETSI EN 319 102-1）', en: 'In the words of ETSI EN 319 102-1' },
  proved: { zh: '已经证明', en: 'Proved' },
  presumed: { zh: '仅凭推定', en: 'Presumed' },
  missing: { zh: '缺少', en: 'Missing' },
  nothing: { zh: '没有', en: 'Nothing' },
  provedSigned: {
    zh: '《{document}》由「{signer}」的密钥签署，签名后内容没有被改动。',
    en: '{document} was signed with the key of {signer}; its content is unaltered.',
  },
  provedTime: {
    zh: '《{document}》的签名不晚于 {time}，由时间戳「{source}」证明。',
    en: 'The signature on {document} existed by {time}, proved by the time-stamp of {source}.',
  },
  provedStamped: {
    zh: '《{document}》在 {time} 已是这个样子，由时间戳「{source}」证明。',
    en: '{document} existed in this form by {time}, proved by the time-stamp of {source}.',
  },
  provedEntries: {
    zh: '{entries} 条存证记录前后相连，没有缺号，没有改动。',
    en: '{entries} entries form one chain, without gap or alteration.',
  },
  provedComplete: {
    zh: '合同中列明应有的证据齐备。',
    en: 'Every piece of evidence that the contract lists is here.',
  },
  presumedTime: {
    zh: '《{document}》的签署时间 {time} 是签名人自称，没有时间戳证明。',
    en: 'The time {time} on {document} is the signer’s own claim; no time-stamp proves it.',
  },
  presumedTrust: {
    zh: '证书的担保关系以本页采用的信任材料为准。',
    en: 'Who vouches for the certificates rests on the trust material used here.',
  },
  missingEvidence: { zh: '应有而没有的证据：{what}', en: 'Evidence that should be here: {what}' },
  missingTrust: {
    zh: '没有信任材料，不能判断证书由谁担保。',
    en: 'No trust material: nobody vouches for the certificates.',
  },
  signatures: { zh: '签名', en: 'Signatures' },
  signer: { zh: '签名人', en: 'Signer' },
  signedAt: { zh: '时间', en: 'Time' },
  fromStamp: { zh: '时间戳证明：{source}', en: 'proved by time-stamp: {source}' },
  fromClaim: { zh: '签名人自称', en: 'claimed by the signer' },
  claimedAt: { zh: '签名人自称的时间', en: 'Time the signer claims' },
  kind_timestamp: { zh: '文件时间戳', en: 'Document time-stamp' },
  stamps: { zh: '时间戳', en: 'Time-stamps' },
  stampOver: { zh: '证明什么', en: 'Over' },
  over_signature: { zh: '签名', en: 'the signature' },
  over_document: { zh: '整份文件', en: 'the document' },
  over_content: { zh: '签署前的内容', en: 'the content before signing' },
  stampTime: { zh: '时间', en: 'Time' },
  stampSource: { zh: '谁的时钟', en: 'Whose clock' },
  stampIs: { zh: '结论', en: 'Verdict' },
  factOwnData: { zh: '签名人：{signer}。', en: 'Signer: {signer}.' },
  factSignature: { zh: '算法：{algorithm}。', en: 'Algorithm: {algorithm}.' },
  factContent: {
    zh: '覆盖{covers}；签署之后的改动：{changes}。',
    en: 'Covers {covers}; changes afterwards: {changes}.',
  },
  unknownTime: { zh: '不明', en: 'unknown' },
  level: { zh: '级别', en: 'Level' },
  algorithm: { zh: '算法', en: 'Algorithm' },
  covers: { zh: '覆盖范围', en: 'Covers' },
  covers_document: { zh: '整份文件', en: 'the whole document' },
  covers_revision: { zh: '签署时的版本（之后另有签署）', en: 'the revision it was made for' },
  changes: { zh: '签署之后的改动', en: 'Changes afterwards' },
  changes_none: { zh: '没有', en: 'none' },
  changes_permitted: { zh: '仅有允许的改动', en: 'permitted ones only' },
  changes_forbidden: { zh: '有不允许的改动', en: 'forbidden ones' },
  law13: { zh: '电子签名法第十三条', en: 'Electronic Signature Law, article 13' },
  flaws: { zh: '发现的问题', en: 'What was found' },
  flawsNone: { zh: '没有发现问题。', en: 'Nothing was found.' },
  witnesses: { zh: '谁在见证，谁的时钟', en: 'Who witnessed, whose clock' },
  witnessName: { zh: '名称', en: 'Name' },
  witnessRole: { zh: '作用', en: 'Role' },
  witnessOperator: { zh: '由谁运行', en: 'Run by' },
  witnessHow: { zh: '独立性', en: 'Independence' },
  own: { zh: '出证方自行运行', en: 'the producer itself' },
  declared: { zh: '声明独立', en: 'declared independent' },
  attested: { zh: '经证明独立', en: 'attested independent' },
  named: { zh: '{name}：{value}', en: '{name}: {value}' },
  selfAttested: {
    zh: '见证方由出证方自行运行，属自证',
    en: 'The witnesses are run by the producer: it attests to itself',
  },
  examination: { zh: '逐项审查', en: 'Rule by rule' },
  examined: {
    zh: '{conclusion}：{asked} 项规则通过 {met} 项',
    en: '{conclusion}: {met} of {asked} rules are met',
  },
  examinationNote: {
    zh: '只就真实性而言，不预示裁判结果。规则 {version}',
    en: 'Of authenticity alone; it foretells no judgment. Rules {version}',
  },
  evidence: { zh: '存证', en: 'Evidence' },
  case: { zh: '案件', en: 'Case' },
  entries: { zh: '存证记录', en: 'Entries' },
  raw: { zh: '核验结果全文（JSON）', en: 'The whole answer (JSON)' },
  copy: { zh: '复制', en: 'Copy' },
  copied: { zh: '已复制', en: 'Copied' },
  save: { zh: '保存', en: 'Save' },
  revisions: { zh: '各版本对照', en: 'Revisions side by side' },
  revisionsNote: {
    zh: '签署会在文件末尾追加一个版本，前面的字节不变。红框是两版之间看得见的差别。',
    en: 'Signing appends a revision; the bytes before stay. Red frames mark what looks different.',
  },
  revision: { zh: '第 {n} 版', en: 'Revision {n}' },
  revisionSigned: { zh: '第 {n} 版（{fields}）', en: 'Revision {n} ({fields})' },
  document: { zh: '文件', en: 'Document' },
  before: { zh: '之前', en: 'Before' },
  after: { zh: '之后', en: 'After' },
  page: { zh: '第 {n} 页，共 {all} 页', en: 'Page {n} of {all}' },
  pageBefore: { zh: '上一页', en: 'Previous page' },
  pageAfter: { zh: '下一页', en: 'Next page' },
  differs: { zh: '本页有 {n} 处看得见的差别', en: '{n} visible differences on this page' },
  same: { zh: '本页看上去相同', en: 'This page looks the same' },
  changesTitle: { zh: '核验程序看到的改动', en: 'Changes as the verifier sees them' },
  changesNone: { zh: '没有改动。', en: 'Nothing was changed.' },
  changesMore: { zh: '另有 {n} 处允许的改动。', en: '{n} more permitted changes.' },
  changePermitted: { zh: '允许', en: 'permitted' },
  changeForbidden: { zh: '不允许', en: 'forbidden' },
  oneRevision: { zh: '文件只有一个版本。', en: 'The file has one revision.' },
  undrawable: { zh: '这一版不能显示。', en: 'This revision cannot be shown.' },
  open: { zh: '打开对照', en: 'Compare' },
} satisfies Readonly<Record<string, Words>>;

/** 电子签名法 13: what each condition asks, and what an answer rests on. */
export const law13Words = {
  ownData: {
    asks: {
      zh: '签名制作数据用于签名时属于签名人专有',
      en: 'The signing data belong to the signer alone',
    },
    valid: {
      zh: '签名密钥与签名人的证书相符，证书只发给这一把密钥。',
      en: 'The key is the one in the signer’s certificate, which was issued to it alone.',
    },
    indeterminate: {
      zh: '仅凭这份文件不能查明密钥发给了谁。',
      en: 'This file alone does not show to whom the key was issued.',
    },
    invalid: { zh: '密钥与签名人不相符。', en: 'The key does not belong to the signer.' },
  },
  ownControl: {
    asks: {
      zh: '签署时签名制作数据仅由签名人控制',
      en: 'Only the signer controls them when signing',
    },
    valid: {
      zh: '签署意愿由机构以外的一方证明，密钥在签名人的设备上产生。',
      en: 'A party outside the institution attests the intent; the key was born on the signer’s device.',
    },
    indeterminate: {
      zh: '密钥保管在何处、由谁使用，不能从这份文件看出。',
      en: 'Where the key is kept and who uses it cannot be seen from this file.',
    },
    invalid: {
      zh: '有证据表明密钥不由签名人控制。',
      en: 'There is evidence against the signer’s control.',
    },
  },
  signatureFixed: {
    asks: {
      zh: '签署后对电子签名的任何改动能够被发现',
      en: 'Any later change to the signature is found',
    },
    valid: {
      zh: '签名值与证书、签署属性逐字节相符。',
      en: 'The signature value matches to the byte.',
    },
    indeterminate: {
      zh: '签名值没有核验完毕。',
      en: 'The signature value was not checked to its end.',
    },
    invalid: { zh: '签名值与证书或者签署属性不符。', en: 'The signature value does not match.' },
  },
  contentFixed: {
    asks: {
      zh: '签署后对内容和形式的任何改动能够被发现',
      en: 'Any later change to the content is found',
    },
    valid: {
      zh: '签署时的字节没有改动，之后只追加了允许的内容。',
      en: 'The signed bytes are unaltered; only permitted additions follow.',
    },
    indeterminate: { zh: '内容没有核验完毕。', en: 'The content was not checked to its end.' },
    invalid: {
      zh: '签署之后内容或者形式被改动。',
      en: 'Content or form was changed after signing.',
    },
  },
} satisfies Readonly<
  Record<string, Readonly<Record<'asks' | 'valid' | 'indeterminate' | 'invalid', Words>>>
>;

export const roleWords: Readonly<Record<string, Words>> = {
  ca: { zh: '认证机构', en: 'certification authority' },
  tsa: { zh: '时间戳机构', en: 'time-stamping authority' },
  seal: { zh: '机构印章', en: 'seal' },
  witness: { zh: '见证', en: 'witness' },
  mirror: { zh: '镜像', en: 'mirror' },
  sentinel: { zh: '哨兵', en: 'sentinel' },
  actor: { zh: '记录', en: 'actor' },
  log: { zh: '日志', en: 'log' },
  twin: { zh: '国密孪生日志', en: 'twin log (SM2, SM3)' },
  gateway: { zh: '外部服务', en: 'gateway' },
};
