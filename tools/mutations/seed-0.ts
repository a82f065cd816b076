/** Rules of the first text of the users (S0), turned off one by one. */
import type { Mutation } from './mutation.ts';

export const seed0: readonly Mutation[] = [
  {
    id: 'S0-02',
    file: 'src/business/lending/reception.ts',
    find: "caseId: loan.id,\n        subject: loan.subject,\n        type: 'case.opened',",
    replace:
      "caseId: loan.application,\n        subject: loan.subject,\n        type: 'case.opened',",
    test: { file: 'test/journeys/opening.test.ts', title: 'S0-02 首次接触' },
  },
  {
    id: 'S0-03',
    file: 'src/business/lending/case.ts',
    find: "disbursed: ['repaying', 'overdue', 'settled'],",
    replace: 'disbursed: [],',
    test: { file: 'src/business/lending/case.test.ts', title: 'S0-03 every state' },
  },
  {
    // An event of a phase that leaves no entry of its own.
    id: 'S0-04',
    file: 'src/business/lending/disbursement.ts',
    find: "type: 'repaid',",
    replace: "type: 'consent.signed',",
    test: { file: 'test/journeys/money.test.ts', title: 'S0-04 支付授权' },
  },
  {
    id: 'S0-06',
    file: 'src/business/archive/trace.ts',
    find: "return values.get('place') ?? values.get('GPS') ?? null;",
    replace: 'return null;',
    test: { file: 'test/journeys/evidence-chain.test.ts', title: 'S0-06 何地' },
  },
  {
    id: 'S0-08',
    file: 'web/src/signer/story.ts',
    find: "formPages.find((page) => page === name) ?? 'who'",
    replace: "formPages.find((page) => page === name) ?? 'review'",
    test: { file: 'web/src/signer/story.test.ts', title: 'S0-08 a page that is opened again' },
  },
  {
    id: 'S0-10',
    file: 'src/business/lending/conclusion.ts',
    find: "party: 'lender', from: 'borrower_signed'",
    replace: "party: 'lender', from: 'loan_read'",
    test: { file: 'test/journeys/contract.test.ts', title: 'S0-10 S0-13 个人' },
  },
  {
    id: 'S0-13',
    file: 'catalog/schemas/loan-contract.json',
    find: '"slots": ["borrower", "lender"]',
    replace: '"slots": ["borrower"]',
    test: { file: 'test/journeys/contract.test.ts', title: 'S0-10 S0-13 个人' },
  },
  {
    id: 'S0-40',
    file: 'src/business/catalog/consent-notice.ts',
    find: "    ['保存期限', notice.retention],\n",
    replace: '',
    test: { file: 'test/journeys/consents.test.ts', title: 'S0-40 个人信息授权' },
  },
  {
    // What was agreed for one recipient held for another of the same number.
    id: 'S0-41',
    file: 'src/business/consent/screens.ts',
    find: "return now.recipient === '' || decision.sha256 === now.sha256;",
    replace: 'return true;',
    test: { file: 'test/journeys/consents.test.ts', title: 'S0-41 数据共享授权' },
  },
  {
    id: 'S0-42',
    file: 'src/adapters/gateways/identity-client.ts',
    find: "(result !== 'match' && result !== 'mismatch')",
    replace: "typeof result !== 'string'",
    test: { file: 'test/journeys/opening.test.ts', title: 'S0-42 四要素' },
  },
  {
    id: 'S0-49',
    file: 'catalog/evidence/loan-required.json',
    find: '    { "type": "identity.checked", "min": 1, "title": "身份核验" },\n',
    replace: '',
    test: { file: 'src/business/catalog/catalog.test.ts', title: 'S0-49 identity' },
  },
  {
    id: 'S0-50',
    file: 'src/business/judicial/assembly.ts',
    find: "[...files, { name: 'report.pdf', bytes: order.report }]",
    replace: 'files',
    test: { file: 'src/business/judicial/package.test.ts', title: 'S0-50 one order' },
  },
  {
    id: 'S0-57',
    file: 'web/src/ui/tokens.css',
    find: '  --target: 3.75rem;',
    replace: '  --target: 2.75rem;',
    test: { file: 'web/src/ui/tokens.test.ts', title: 'S0-57 elder mode' },
  },
  {
    // The other two ways (trace, rights) are walked in a browser: web/e2e/operator.e2e.test.ts.
    id: 'S0-66',
    file: 'src/business/signer/afterwards.ts',
    find: 'if (held === undefined || !isRight) throw',
    replace: 'if (held === undefined) throw',
    test: { file: 'test/journeys/signer.test.ts', title: 'S0-66 双方签完才有凭据' },
  },
  {
    // Whoever asks for another tenant's object gets it out of one common folder.
    id: 'S0-47',
    file: 'src/adapters/objects/tenant-objects.ts',
    find: 'join(house, tenant)',
    replace: "join(house, 'all')",
    test: { file: 'src/adapters/postgres/deposit/objects.slow.test.ts', title: 'S0-47 one tenant' },
  },
  {
    id: 'S0-48',
    file: 'src/business/regulator/regulator-desk.ts',
    find: 'if (!caller.client.signed)',
    replace: 'if (caller.client.id === "")',
    test: {
      file: 'src/business/regulator/regulator.test.ts',
      title: 'is refused without signature, scope, purpose',
    },
  },
  {
    id: 'S0-01',
    file: 'src/doors/cli/verification-report.ts',
    find: "indeterminate: '不能确定' }[law13[name]]",
    replace: "indeterminate: '满足' }[law13[name]]",
    test: { file: 'src/main/signing/verification-report.test.ts', title: 'S0-01 answers the four' },
  },
  {
    id: 'S0-09',
    file: 'src/business/lending/reception.ts',
    find: "          { name: 'entrance', value: entrance },\n",
    replace: '',
    test: { file: 'test/journeys/signer.test.ts', title: 'S0-09 渠道' },
  },
];
