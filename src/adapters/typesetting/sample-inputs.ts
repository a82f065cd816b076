/**
 * Facts of one synthetic loan that fill every template: for tests, for a rehearsal and for looking.
 */
import type { Json } from '#base/canonical';
import type { Catalog } from '#business/catalog';

const digest = '0123456789abcdef'.repeat(4);
const sampleLender = {
  name: '示例县农村信用合作联社',
  code: '91999999MA00000079',
  address: '示例省示例县人民路 1 号',
  phone: '000-0000-0001',
  court: '贷款人住所地有管辖权的人民法院',
};
const at = '2026-11-21T10:12:00.123+08:00';
const plan: readonly (readonly [string, string, string, string])[] = [
  ['47135', '37385', '9750', '462615'],
  ['47135', '38114', '9021', '424501'],
  ['47135', '38857', '8278', '385644'],
  ['47135', '39615', '7520', '346029'],
  ['47135', '40387', '6748', '305642'],
  ['47135', '41175', '5960', '264467'],
  ['47135', '41978', '5157', '222489'],
  ['47135', '42796', '4339', '179693'],
  ['47135', '43631', '3504', '136062'],
  ['47135', '44482', '2653', '91580'],
  ['47135', '45349', '1786', '46231'],
  ['47133', '46231', '902', '0'],
];

export function sampleInputs(catalog: Catalog): { readonly [name: string]: Json } {
  const product = catalog.version('rural-loan-demo', '2026-1');
  if (product === undefined) throw new Error('the demo product stands in the catalogue');
  const { words } = product;
  return {
    salt: 'AAAAAAAAAAAAAAAAAAAAAA',
    label: words.label ?? '',
    version: words.version,
    preservationNumber: 'FB202611210000000001',
    preservationLink: 'https://bank.example/verify#FB202611210000000001.AAAAAAAAAAAAAAAAAAAAAA',
    contractNumber: 'HT202611210000000001',
    noteNumber: 'JJ202611210000000001',
    lender: sampleLender,
    borrower: {
      name: '王样例',
      idNumber: '990101199003070111',
      phone: '00000000001',
      address: '示例省示例县青禾镇新村 8 号',
      card: '9900010000000000018',
    },
    caStatus: 'TEST CA – NOT LICENSED',
    timeSource: 'LOCAL_CLOCK',
    agreement: catalog.agreement(),
    retentionYears: words.retentionYears,
    consents: words.consents,
    creditQuery: { ...words.creditQuery, validFrom: '2026-11-21', validUntil: '2028-02-21' },
    costSheetSha256: digest,
    contractSha256: digest,
    evidenceList: { ...words.evidenceList, sha256: digest, sm3: digest, missing: [] },
    loan: loanOf(words),
    ...reportOf(),
  };
}

function loanOf(words: NonNullable<ReturnType<Catalog['version']>>['words']): Json {
  return {
    amountFen: '500000',
    months: 12,
    method: words.method,
    annualRatePercent: '23.40',
    monthlyRatePercent: '1.95',
    disbursedOn: '2026-11-21',
    firstDueOn: '2027-01-01',
    lastDueOn: '2027-12-01',
    repaymentDay: 1,
    firstDueDaysMin: 20,
    firstPeriod: 'FULL_MONTH',
    firstPeriodDays: 41,
    regularPaymentFen: '47135',
    lastPaymentFen: '47133',
    totalInterestFen: '65618',
    totalPaymentFen: '565618',
    totalCostFen: '65618',
    simplePercent: '23.40',
    irrPercent: '26.08',
    xirrPercent: '24.66',
    overduePercent: '35.10',
    overdueMarkup: words.overdueMarkup,
    misusePercent: '46.80',
    misuseMarkup: words.misuseMarkup,
    fees: [],
    purpose: words.purposes['farming'] ?? '',
    guarantee: words.guarantee,
    forbiddenUses: words.forbiddenUses,
    capWords: words.cap,
    plan: plan.map(([paymentFen, principalFen, interestFen, balanceFen], before) => ({
      number: before + 1,
      dueOn: `2027-${String(before + 1).padStart(2, '0')}-01`,
      paymentFen,
      principalFen,
      interestFen,
      balanceFen,
    })),
  };
}

function reportOf(): { readonly [name: string]: Json } {
  const lender = '示例县农村信用合作联社';
  return {
    reportNumber: 'BG202611210000000001',
    reportedAt: at,
    case: {
      title: '农户小额信用借款',
      contractNumber: 'HT202611210000000001',
      openedAt: at,
      facts: [{ name: '放款', value: '2026年11月21日，核心系统回单确认划出 5,000.00 元。' }],
    },
    verdict: { is: 'valid', words: '全部签名、日志与清单核验通过' },
    parties: [
      {
        role: '借款人',
        name: '王**',
        identifier: '990101********0111',
        methods: '四要素核验（模拟器）；短信验证码',
      },
    ],
    documents: [
      {
        title: '个人借款合同',
        name: 'documents/04-loan-contract.pdf',
        bytes: 245_678,
        sha256: digest,
        sm3: digest,
      },
    ],
    signatures: [
      {
        document: '个人借款合同',
        field: 'borrower',
        signer: '王**',
        signedAt: at,
        timeSource: 'LOCAL_CLOCK',
        timestampSerial: '0f'.repeat(16),
        algorithm: 'ECDSA P-256 / SHA-256',
        certificateSubject: '王**',
        certificateSerial: '0a'.repeat(16),
        certificateIssuer: 'Fubie TEST CA – NOT LICENSED',
        validFrom: at,
        validTo: at,
        is: 'valid',
        words: '摘要、证书路径、时间戳均相符',
      },
    ],
    entries: [{ seq: 0, at, type: 'case.opened', title: '案件开立与保全号', sha256: digest }],
    files: [{ name: 'checkpoint.txt', bytes: 812, sha256: digest }],
    simulators: ['短信服务', '四要素核验', '征信查询', '核心系统'],
    checkpoint: { origin: 'fubie.example/log', size: 1_234, root: digest },
    quorum: '4 家见证方中至少 3 家签署',
    sources: { classes: [{ name: '自证', strength: '弱', entries: 9 }], score: 33 },
    order: [],
    selfAttested: true,
    witnesses: [
      { name: '法院', role: '见证', operator: lender, independence: 'own', signed: true },
    ],
  };
}
