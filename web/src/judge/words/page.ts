import type { Words } from '../../ui/language.tsx';

export const pageWords = {
  brand: { zh: '傅别 · 核验', en: 'Fubie · Check' },
  title: { zh: '核验一份电子合同', en: 'Check an electronic contract' },
  lead: {
    zh: '文件只在您这台设备上核验，不会上传，也不需要网络。',
    en: 'Files are checked on this device. Nothing is uploaded, and no network is needed.',
  },
  drop: { zh: '把文件拖到这里，或者', en: 'Drop a file here, or' },
  choose: { zh: '选择文件', en: 'Choose a file' },
  kinds: {
    zh: '可核验：已签署的 PDF、证据包（ZIP）、OFD、时间戳、证书等，不超过 64 MiB。',
    en: 'Signed PDF, evidence package (ZIP), OFD, time-stamp, certificate and more, up to 64 MiB.',
  },
  more: { zh: '更多选项', en: 'More options' },
  at: { zh: '按指定时间核验（可不填）', en: 'Judge as of this time (optional)' },
  atNote: {
    zh: '北京时间。不填时，按签名自身证明的时间核验。',
    en: 'China Standard Time. Left empty, each signature is judged at the time it proves.',
  },
  receipt: { zh: '签名人手机上的回执（可不填）', en: 'Receipts of the signer’s phone (optional)' },
  receiptNote: {
    zh: '签名人办完后下载的 receipts.json。有了它，可以查明机构有没有另发过一把密钥的证书。',
    en: 'The receipts.json a signer downloads at the end. It shows whether a second key was certified.',
  },
  content: { zh: '被签的原文（可不填）', en: 'What was signed (optional)' },
  contentNote: {
    zh: '只有签名或者时间戳单独成一个文件时才需要，例如 .p7s、.tsr。',
    en: 'Only for a signature or time-stamp in a file of its own, such as .p7s or .tsr.',
  },
  record: { zh: '证据记录（可不填）', en: 'Evidence record (optional)' },
  recordNote: {
    zh: '存档机构另外保存的证据记录（RFC 4998），证明文件在某个时间已经存在。',
    en: 'A record kept beside the file (RFC 4998) that proves it existed at a time.',
  },
  again: { zh: '核验另一份文件', en: 'Check another file' },
  print: { zh: '打印', en: 'Print' },
  workingTitle: { zh: '正在核验', en: 'Checking' },
  working: { zh: '{name}，{size}', en: '{name}, {size}' },
  tooLargeTitle: { zh: '文件过大，没有核验', en: 'The file is too large and was not checked' },
  tooLarge: {
    zh: '{name} 有 {size}，本页最多核验 64 MiB 的文件。请把文件交给 fubie verify 核验。',
    en: '{name} has {size}; this page checks files up to 64 MiB. Use fubie verify instead.',
  },
  failedTitle: { zh: '没有核验成', en: 'The check did not finish' },
  failed: {
    zh: '文件没有读完，或者浏览器停止了核验。文件没有因此改变，请再试一次。（{why}）',
    en: 'The file was not read, or the browser stopped. The file is unchanged; try again. ({why})',
  },
  trustFirst: {
    zh: '您还没有给出信任材料，所以证书由谁担保无从判断。请在页尾选择，再核验一次，然后下结论。',
    en: 'You gave no trust material, so nobody vouches for the certificates. Choose it at the foot of this page and check again before you conclude.',
  },
  notOurs: { zh: '不是本页认识的文件', en: 'Not a file this page knows' },
  notOursNote: {
    zh: '没有在其中找到签名、时间戳、证书或者证据包。请确认选对了文件：合同通常是 .pdf，证据包是 .zip。',
    en: 'No signature, time-stamp, certificate or package was found in it. A contract is usually a .pdf, a package a .zip.',
  },
  language: { zh: 'English', en: '中文' },
  elder: { zh: '大字', en: 'Large type' },
  elderOff: { zh: '标准字号', en: 'Normal type' },
  file: { zh: '文件', en: 'File' },
  size: { zh: '大小', en: 'Size' },
  digest: { zh: '文件摘要（SHA-256）', en: 'Digest (SHA-256)' },
  trustTitle: { zh: '采用的信任材料', en: 'Whom this page trusts' },
  trust_house: {
    zh: '随本页由出具本页的机构提供。审理中请改用您从可信渠道取得的信任材料。',
    en: 'Came with this page from the institution that serves it. A judge brings his own.',
  },
  trust_inside: {
    zh: '包含在本文件之中，由出具本文件的机构提供。',
    en: 'Inside this file, put there by the institution that gave it out.',
  },
  trust_own: { zh: '由您在本设备上选择。', en: 'Chosen by you on this device.' },
  trust_none: {
    zh: '没有信任材料：可以查出改动，但不能判断签名人的证书由谁担保。',
    en: 'None: alterations are found, but nobody vouches for the certificates.',
  },
  trustAuthorities: { zh: '认证机构', en: 'Certification authorities' },
  trustStampers: { zh: '时间戳机构', en: 'Time-stamping authorities' },
  trustLogs: { zh: '证据日志', en: 'Evidence logs' },
  trustWitnesses: { zh: '见证方', en: 'Witnesses' },
  trustNobody: { zh: '无', en: 'none' },
  trustFolder: { zh: '选择信任材料文件夹', en: 'Choose a trust folder' },
  trustZip: { zh: '选择信任材料 ZIP', en: 'Choose a trust ZIP' },
  trustBroken: {
    zh: '信任材料没有读出来：{why}',
    en: 'The trust material could not be read: {why}',
  },
  lookTitle: { zh: '保全号 {number}', en: 'Preservation number {number}' },
  lookWorking: {
    zh: '正在向机构查询这个保全号。',
    en: 'Asking the institution about this number.',
  },
  lookUnknown: {
    zh: '查不到：保全号或者二维码中的密码不对。请重新扫描打印件上的二维码。',
    en: 'Not known: the number or the secret in the QR code is wrong. Scan the printed code again.',
  },
  lookFailed: {
    zh: '没有连上机构，稍后再试。',
    en: 'The institution did not answer. Try again later.',
  },
  lookInstitution: { zh: '机构', en: 'Institution' },
  lookStanding: { zh: '状态', en: 'Standing' },
  standing_open: { zh: '尚未签署', en: 'not signed yet' },
  standing_signed: { zh: '已签署', en: 'signed' },
  standing_ended: { zh: '已终止', en: 'ended' },
  lookPhrase: { zh: '核对短语', en: 'Check phrase' },
  lookNext: {
    zh: '请选择您手中的合同文件，本页会比对它是不是同一份。',
    en: 'Choose the contract you hold; this page compares it with the one recorded.',
  },
  lookSame: {
    zh: '您的文件里就是这个保全号所记录的、双方签署的那份合同，一字不差。签署之后附加的内容，见核验结论。',
    en: 'Your file holds the very contract recorded under this number, as both signed it. What was added afterwards, the verdict says.',
  },
  lookAltered: {
    zh: '您的文件里有这个保全号所记录的合同，但这个文件核验无效：不能当作那一份。',
    en: 'Your file holds the contract recorded under this number, but the file is invalid: it does not stand for it.',
  },
  lookOther: {
    zh: '您的文件里没有这个保全号所记录的合同：摘要不同。',
    en: 'Your file does not hold the contract recorded under this number: its digest differs.',
  },
} satisfies Readonly<Record<string, Words>>;
