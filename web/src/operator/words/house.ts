import type { Words } from '../../ui/language.tsx';

/** Funnel, waiting, status and log explorer. */
export const houseWords = {
  funnelTitle: { zh: '转化与等待', en: 'Funnel and waiting' },
  funnel: { zh: '转化漏斗', en: 'Funnel' },
  funnelNote: {
    zh: '以存证为准，数出到达每一步的案件。等待客户且七天没有动静的计为放弃。',
    en: 'Counted by evidence: the cases that reached each step. Abandoned: seven days without an act of the person.',
  },
  'step.opened': { zh: '立案', en: 'Opened' },
  'step.applied': { zh: '提交申请', en: 'Applied' },
  'step.authenticated': { zh: '身份核验', en: 'Identified' },
  'step.approved': { zh: '获批', en: 'Approved' },
  'step.read': { zh: '读完合同', en: 'Read' },
  'step.signed': { zh: '签署完成', en: 'Signed' },
  'step.paid': { zh: '放款', en: 'Disbursed' },
  abandoned: { zh: '放弃', en: 'Abandoned' },
  step: { zh: '步骤', en: 'Step' },
  cases: { zh: '案件数', en: 'Cases' },
  share: { zh: '占立案', en: 'Of opened' },
  noCases: { zh: '还没有案件', en: 'No cases yet' },
  noCasesNote: {
    zh: '客户开始办理后，这里按产品数出每一步。',
    en: 'Once a person begins, each step is counted here by product.',
  },
  waitingTitle: { zh: '正在等谁', en: 'What waits for whom' },
  waitingNone: { zh: '没有案件在等待', en: 'Nothing waits' },
  'waits.person': { zh: '客户', en: 'The person' },
  'waits.staff': { zh: '工作人员', en: 'Staff' },
  'waits.house': { zh: '系统', en: 'The system' },
  waitsFor: { zh: '等待', en: 'Waits for' },
  state: { zh: '状态', en: 'State' },
  since: { zh: '最早自', en: 'Oldest since' },
  statusTitle: { zh: '运行状态', en: 'Status' },
  alarms: { zh: '{n} 项告警', en: 'Alarms: {n}' },
  noAlarms: { zh: '没有告警。', en: 'No alarm.' },
  setting: { zh: '环境', en: 'Setting' },
  mode: { zh: '运行模式', en: 'Mode' },
  'mode.demo': {
    zh: '演示（外部服务为模拟）',
    en: 'Demonstration (the outside world is simulated)',
  },
  'mode.production': { zh: '生产', en: 'Production' },
  authority: { zh: '证书机构', en: 'Certification authority' },
  time: { zh: '时间来源', en: 'Time source' },
  localClock: { zh: '本机时钟（非国家授时）', en: 'this computer’s clock (not a national source)' },
  simulators: { zh: '模拟的外部服务', en: 'Simulated services' },
  none: { zh: '无', en: 'None' },
  sequenced: { zh: '日志中的存证（哨兵已联署）', en: 'Entries in the log (sentinel cosigned)' },
  witnessed: { zh: '其中已获见证', en: 'Of them witnessed' },
  behind: { zh: '{n} 条等待见证', en: '{n} wait for witnesses' },
  witnesses: { zh: '日志与见证方', en: 'The log and its witnesses' },
  witnessesNote: {
    zh: '每一方最近联署到第几条存证。落后的会自行追上；近期未见的需要有人去看。',
    en: 'How far each has signed. Who is behind catches up; who is silent needs somebody to look.',
  },
  standing: { zh: '状况', en: 'Standing' },
  signedTo: { zh: '联署到', en: 'Signed up to' },
  lastSigned: { zh: '最近联署', en: 'Last signed' },
  neverSigned: { zh: '近期未见联署', en: 'Not heard of lately' },
  signerBehind: { zh: '落后 {n} 条', en: '{n} entries behind' },
  upToDate: { zh: '已跟上', en: 'Up to date' },
  mirror: { zh: '（镜像，不投票）', en: '(mirror, no vote)' },
  queues: { zh: '时间戳与后台任务', en: 'Time stamps and queues' },
  stamps: {
    zh: '{open} 个签名正在加盖时间戳；近一天因缺少时间戳作废 {missing} 个',
    en: '{open} signatures are being stamped; {missing} were lost for want of a stamp in the last day',
  },
  noWork: { zh: '没有等待处理的任务', en: 'No work waits' },
  work: { zh: '任务', en: 'Work' },
  waiting: { zh: '等待中', en: 'Waiting' },
  due: { zh: '最早应于', en: 'Oldest due' },
  tries: { zh: '最多已试', en: 'Tried at most' },
  logTitle: { zh: '存证日志', en: 'Evidence log' },
  logNote: {
    zh: '每个区块是一个经见证方联署的检查点。日志里只有承诺值，没有个人信息。',
    en: 'A block is a checkpoint cosigned by the witnesses. The log holds commitments, no personal data.',
  },
  height: { zh: '高度', en: 'Height' },
  size: { zh: '累计存证', en: 'Entries in all' },
  fresh: { zh: '新增', en: 'New' },
  root: { zh: '根', en: 'Root' },
  previous: { zh: '前一区块的根', en: 'Root of the block before' },
  first: { zh: '第一个区块', en: 'The first block' },
  drafted: { zh: '时间', en: 'Time' },
  signers: { zh: '签名数', en: 'Signatures' },
  older: { zh: '更早的区块', en: 'Older blocks' },
  noBlocks: { zh: '还没有区块', en: 'No block yet' },
  noBlocksNote: {
    zh: '第一批存证获得见证后，区块会出现在这里。',
    en: 'Blocks appear here once the first entries are witnessed.',
  },
  block: { zh: '区块 {n}', en: 'Block {n}' },
  allBlocks: { zh: '返回全部区块', en: 'Back to all blocks' },
  signatures: { zh: '签名', en: 'Signatures' },
  signaturesNote: {
    zh: '以下结果由本页用信任目录中的公钥自行计算，不采信服务器的说法。',
    en: 'Computed by this page with the keys of the trust folder; the server’s word is not taken for it.',
  },
  signer: { zh: '签名方', en: 'Signer' },
  signature: { zh: '签名', en: 'Signature' },
  cosignedAt: { zh: '联署时间', en: 'Cosigned at' },
  operator: { zh: '运行方', en: 'Run by' },
  operatorUnknown: { zh: '未列明', en: 'Not listed' },
  'run.own': { zh: '自行运行', en: 'own' },
  'run.declared': { zh: '独立（声明）', en: 'independent by declaration' },
  'run.attested': { zh: '独立（已证明）', en: 'independent, attested' },
  'is.valid': { zh: '有效', en: 'Valid' },
  'is.invalid': { zh: '无效', en: 'Not valid' },
  'is.unknown': { zh: '公钥不在信任目录中', en: 'Its key is not in the trust folder' },
  quorum: {
    zh: '日志、哨兵和 {voters} 家见证方中的 {votes} 家签名有效，达到法定数 {quorum}',
    en: 'The log, the sentinel and {votes} of {voters} witnesses signed; {quorum} are needed',
  },
  noQuorum: {
    zh: '{voters} 家见证方中只有 {votes} 家签名有效，或缺少日志、哨兵的签名；法定数为 {quorum}',
    en: 'Only {votes} of {voters} witnesses signed, or the log or the sentinel is missing; {quorum} are needed',
  },
  selfAttested: {
    zh: '见证方由出证方自行运行，属自证。',
    en: 'The witnesses are run by the producer itself: this is self-attested.',
  },
  entries: { zh: '本区块的存证', en: 'Entries of this block' },
  entriesNote: {
    zh: '核对时，本页取回存证的原文与证明，自行算出它在最新区块的树里。',
    en: 'To check one, this page fetches its bytes and proof and computes that it is in the newest tree.',
  },
  entry: { zh: '存证 {n}', en: 'entry {n}' },
  check: { zh: '核对', en: 'Check' },
  checking: { zh: '正在核对…', en: 'Checking…' },
  checkFailed: { zh: '没有取到证明，请重试。', en: 'The proof could not be fetched. Try again.' },
  consistent: {
    zh: '与前一区块相连：只追加，没有改动',
    en: 'Continues the block before: only appended, nothing changed',
  },
  inconsistent: {
    zh: '与前一区块不相连：{flaw}',
    en: 'Does not continue the block before: {flaw}',
  },
  included: {
    zh: '在最新区块（{size} 条）的树里',
    en: 'In the tree of the newest block ({size} entries)',
  },
  excluded: { zh: '证明不成立：{flaw}', en: 'The proof fails: {flaw}' },
  index: { zh: '位置', en: 'Place' },
  event: { zh: '事项', en: 'Event' },
  caseTag: { zh: '案件标签', en: 'Case tag' },
  proof: { zh: '证明', en: 'Proof' },
} satisfies Readonly<Record<string, Words>>;

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

/** Alarms by the first part of their codes; `{name}` is the second. */
export const alarmWords: Readonly<Record<string, Words>> = {
  log_stopped: { zh: '日志已停止接收新的存证', en: 'The log has stopped' },
  start_unproved: {
    zh: '日志启动时未能证明自己与见证方所见一致',
    en: 'The log could not prove at its start that it is what its witnesses saw',
  },
  sentinel_absent: { zh: '哨兵没有联署', en: 'The sentinel does not cosign' },
  witness_opposed: {
    zh: '见证方 {name} 看到了不同的历史',
    en: 'Witness {name} saw another history',
  },
  quorum_missing: { zh: '联署的见证方不足法定数', en: 'Too few witnesses cosign' },
  forked: { zh: '日志出现分叉', en: 'The log has forked' },
  sequencer_silent: { zh: '日志进程没有声息', en: 'The log’s process is silent' },
  sentinel_silent: { zh: '哨兵没有声息', en: 'The sentinel is silent' },
};

/** Work that follows a commit. */
export const workWords: Readonly<Record<string, Words>> = {
  'lender.seal': { zh: '贷款人签章', en: 'Seal of the lender' },
  'receipt.message': { zh: '发送保全短信', en: 'Message with the preservation number' },
  disburse: { zh: '放款', en: 'Disbursement' },
};

/** The world outside. */
export const gatewayWords: Readonly<Record<string, Words>> = {
  sms: { zh: '短信', en: 'SMS' },
  identity: { zh: '身份核验', en: 'identity check' },
  bureau: { zh: '征信', en: 'credit bureau' },
  'core-banking': { zh: '核心银行', en: 'core banking' },
};
