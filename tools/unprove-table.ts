/**
 * One mutation for each requirement that is said to be proved: it turns the rule off, and the test
 * that bears the requirement's name must then fail. A test that stays green proves nothing.
 */
export interface Mutation {
  /** The requirement id, as in docs/requirements.json. */
  readonly id: string;
  /** The file of src/ or catalog/ in which the rule stands. */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** The file of the test, and a piece of its title. */
  readonly test: { readonly file: string; readonly title: string };
}

export const mutations: readonly Mutation[] = [
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
    test: { file: 'test/journeys/proofs.slow.test.ts', title: 'S0-04 从获客到贷后' },
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
    test: { file: 'test/journeys/proofs.slow.test.ts', title: 'S0-49 身份核验' },
  },
  {
    id: 'S0-50',
    file: 'src/business/judicial/assembly.ts',
    find: "[...files, { name: 'report.pdf', bytes: order.report }]",
    replace: 'files',
    test: { file: 'test/journeys/proofs.slow.test.ts', title: 'S0-50 一个请求' },
  },
  {
    id: 'S1-06',
    file: 'src/business/lending/print-facts.ts',
    find: 'amountFen: fenText(amount),',
    replace: 'amountFen: fenText(fen(amount + 100n)),',
    test: { file: 'test/journeys/contract.test.ts', title: 'S1-06 合同只由' },
  },
  {
    id: 'S1-07',
    file: 'catalog/schemas/loan-contract.json',
    find: '"guarantee": "text"',
    replace: '"guarantee?": "text"',
    test: { file: 'test/journeys/contract.test.ts', title: 'S1-07 缺少' },
  },
  {
    id: 'S1-12',
    file: 'src/business/lending/disbursement.ts',
    find: 'if (missing.length > 0)',
    replace: 'if (missing.length > 1)',
    test: { file: 'test/journeys/money.test.ts', title: 'S1-12 少一方签名' },
  },
  {
    id: 'S1-13',
    file: 'src/business/lending/disbursement.ts',
    find: 'await this.#parts.instalments.pay(unit, loan.id, paid);',
    replace: '',
    test: { file: 'test/journeys/money.test.ts', title: 'S1-13 每一笔还款' },
  },
  {
    id: 'S1-16',
    file: 'src/formats/entry/checks.ts',
    find: 'return signed ? undefined :',
    replace: 'return signed || !signed ? undefined :',
    test: { file: 'src/formats/entry/entry.test.ts', title: 'S1-16 no changed byte' },
  },
  {
    id: 'S1-16',
    file: 'src/formats/entry/case-chain.ts',
    find: "if (entry.prev !== (previous?.hash ?? null)) say('prev_differs', `entry ${entry.seq}`);",
    replace: '',
    test: { file: 'test/journeys/opening.test.ts', title: 'S1-16 每条记录' },
  },
  {
    id: 'S1-18',
    file: 'src/formats/cms/check.ts',
    find: "return invalid('digest_differs');",
    replace: '',
    test: { file: 'src/trust/verify/verify.slow.test.ts', title: 'S1-18 one bit anywhere' },
  },
  {
    id: 'S2-15',
    file: 'src/business/catalog/template.ts',
    find: 'contractClauses.filter((clause) => !text.includes(clause))',
    replace:
      "contractClauses.filter((clause) => clause !== '证据保全告知' && !text.includes(clause))",
    test: { file: 'src/business/catalog/catalog.test.ts', title: 'S2-15 no contract template' },
  },
  {
    id: 'S2-16',
    file: 'src/business/catalog/template.ts',
    find: "['证据保全告知', '管辖', ",
    replace: "['证据保全告知', ",
    test: { file: 'test/journeys/contract.test.ts', title: 'S2-16 没有管辖条款' },
  },
  {
    id: 'S2-16',
    file: 'src/business/tenancy/tenant.ts',
    find: 'court: z.string().max(200).regex(connectedPlace),',
    replace: 'court: text,',
    test: { file: 'test/journeys/contract.test.ts', title: 'S2-16 没有管辖条款' },
  },
  {
    id: 'S2-17',
    file: 'src/business/catalog/template.ts',
    find: 'if (routes.length === 1) return;',
    replace: 'if (routes.length > 0) return;',
    test: { file: 'test/journeys/contract.test.ts', title: 'S2-17 争议解决' },
  },
  {
    id: 'S2-37',
    file: 'src/business/lending/case.ts',
    find: "applied: ['pi_authorised'],",
    replace: "applied: ['pi_authorised', 'approved'],",
    test: { file: 'src/business/lending/case.test.ts', title: 'S2-37 every step' },
  },
  {
    id: 'S2-40',
    file: 'src/trust/witness/witness.ts',
    find: "if (flaw !== undefined) return refused('inconsistent');",
    replace: '',
    test: { file: 'test/journeys/witnesses.test.ts', title: 'S2-40 公证' },
  },
  {
    id: 'S2-55',
    file: 'src/business/lending/schedule.ts',
    find: 'if (difference <= differenceFenMax) return',
    replace: 'if (difference <= differenceFenMax * 100n) return',
    test: { file: 'src/business/lending/schedule.test.ts', title: 'S2-55 a stated instalment' },
  },
  {
    id: 'S2-56',
    file: 'src/business/lending/days.ts',
    find: 'due) < daysMin)',
    replace: 'due) <= daysMin)',
    test: { file: 'test/journeys/money.test.ts', title: 'S2-56 首期还款日' },
  },
  {
    id: 'S2-58',
    file: 'src/business/lending/disbursement.ts',
    find: 'att: checked.attestation,',
    replace: '',
    test: { file: 'test/journeys/money.test.ts', title: 'S2-58 支付密码' },
  },
  {
    // Only the last signer's signature is stamped: the shortcut that the requirement names.
    id: 'S2-77',
    file: 'src/trust/signing/sealer.ts',
    find: 'const parts = { signature: order.signature, timestampToken: stamp.der };',
    replace:
      "const parts = { signature: order.signature, ...(held.drafted.ticket.field === 'lender' ? { timestampToken: stamp.der } : {}) };",
    test: { file: 'src/trust/signing/sealer.test.ts', title: 'S2-77 two parties sign' },
  },
  {
    id: 'S3-11',
    file: 'src/business/lending/channel.ts',
    find: 'request.amount > limits.remoteAmountMax',
    replace: 'request.amount > limits.remoteAmountMax + 100n',
    test: { file: 'src/business/lending/channel.test.ts', title: 'S3-11 one cent over' },
  },
  {
    // Whoever asks for another tenant's object gets it out of one common folder.
    id: 'S0-47',
    file: 'src/adapters/objects/tenant-objects.ts',
    find: 'join(this.#parts.house, unit.tenant)',
    replace: "join(this.#parts.house, 'all')",
    test: { file: 'src/adapters/postgres/objects.slow.test.ts', title: 'S0-47 one tenant' },
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
    id: 'S1-01',
    file: 'src/business/tenancy/organisation.ts',
    find: '!own.under.includes(this.of(parent).id)',
    replace: '!this.#types.has(parent)',
    test: { file: 'src/business/tenancy/tenancy.test.ts', title: 'S1-01 省联社 stands over' },
  },
  {
    id: 'S2-12',
    file: 'src/doors/http/routes/tenancy.ts',
    find: "{ zh: '未经审查', en: 'not reviewed' }",
    replace: "{ zh: '已审查', en: 'reviewed' }",
    test: { file: 'src/doors/http/tenancy.test.ts', title: 'S2-12 the review' },
  },
  {
    id: 'S2-35',
    file: 'src/adapters/objects/tenant-objects.ts',
    find: "=== undefined ? 'house' : 'own'",
    replace: "=== undefined ? 'house' : 'house'",
    test: { file: 'src/adapters/postgres/objects.slow.test.ts', title: 'S2-35 its files lie' },
  },
  {
    id: 'S2-42',
    file: 'src/business/lending/assessment.ts',
    find: "approved && this.#file.productOf(loan).review === 'staff'",
    replace: "!approved && this.#file.productOf(loan).review === 'staff'",
    test: { file: 'test/journeys/business-review.test.ts', title: 'S2-42 what the score' },
  },
  {
    id: 'S2-85',
    file: 'src/business/tenancy/usage.ts',
    find: 'fen: String(count * BigInt(fenEach))',
    replace: 'fen: String(count)',
    test: { file: 'src/doors/http/tenancy.test.ts', title: 'S2-85 use with its quota' },
  },
  {
    id: 'S3-40',
    file: 'catalog/tenancy/organisation-types.json',
    find: '"id": "trust-company"',
    replace: '"id": "another-company"',
    test: { file: 'src/business/tenancy/tenancy.test.ts', title: 'S3-40 信托' },
  },
  {
    id: 'S4-02',
    file: 'src/business/catalog/minimisation.ts',
    find: 'if (!named.has(field)) over(field, `printed_in ${template.kind}`);',
    replace: 'if (field === "") over(field, `printed_in ${template.kind}`);',
    test: { file: 'src/business/catalog/catalog.test.ts', title: 'S4-02 L-PI-01 产品清单' },
  },
  {
    id: 'S4-29',
    file: 'catalog/tenancy/organisation-types.json',
    find: '"zh": "司法机构"',
    replace: '"zh": "机构"',
    test: { file: 'src/business/tenancy/tenancy.test.ts', title: 'S4-29 司法机构' },
  },
  {
    id: 'S0-01',
    file: 'src/doors/cli/verification-report.ts',
    find: "indeterminate: '不能确定' }[law13[name]]",
    replace: "indeterminate: '满足' }[law13[name]]",
    test: { file: 'src/main/verification-report.test.ts', title: 'S0-01 answers the four' },
  },
  {
    id: 'S0-09',
    file: 'src/business/lending/reception.ts',
    find: "          { name: 'entrance', value: entrance },\n",
    replace: '',
    test: { file: 'test/journeys/signer.test.ts', title: 'S0-09 渠道' },
  },
  {
    id: 'S1-02',
    file: 'src/business/signer/captures.ts',
    find: 'if (!equal(utf8(sha256), utf8(facts.sha256)) || photoMediaOf(photo) !== facts.media) {',
    replace: 'if (photoMediaOf(photo) !== facts.media) {',
    test: { file: 'test/journeys/signer.test.ts', title: 'S1-02 拼好的影像' },
  },
  {
    id: 'S1-10',
    file: 'src/business/contract/reading.ts',
    find: 'met: pagesUnseen.length === 0 && leftMs === 0,',
    replace: 'met: pagesUnseen.length === 0,',
    test: { file: 'src/business/contract/reading.test.ts', title: 'S1-10 reading is met' },
  },
  {
    id: 'S1-23',
    file: 'web/src/device/upload.ts',
    find: 'const opened = waiting.opened ?? (await announce(line, waiting));',
    replace: 'const opened = await announce(line, waiting);',
    test: { file: 'web/src/device/upload.test.ts', title: 'S1-23 broken off' },
  },
  {
    id: 'S1-30',
    file: 'web/src/signer/story.ts',
    find: "  if (set.some(({ read }) => !read)) return { is: 'set', documents: set };\n",
    replace: '',
    test: { file: 'web/src/signer/story.test.ts', title: 'S1-30 nobody comes' },
  },
  {
    id: 'S2-05',
    file: 'src/business/signer/visits.ts',
    find: "        { name: 'by', value: taken.staff ?? 'borrower' },\n",
    replace: '',
    test: { file: 'test/journeys/signer.test.ts', title: 'S2-05 一案一链' },
  },
  {
    id: 'S2-06',
    file: 'src/business/signer/handwriting.ts',
    find: "type: 'capture.stored',",
    replace: "type: 'seal.done',",
    test: { file: 'test/journeys/signer.test.ts', title: 'S2-06 只是样子' },
  },
  {
    id: 'S2-52',
    file: 'src/business/deposit/field-values.ts',
    find: "if (given === '') return { given, is: 'not_collected' };",
    replace:
      "if (given === '' || given === unknownWord) return { given: '', is: 'not_collected' };",
    test: { file: 'src/business/deposit/record.test.ts', title: 'S2-52 empty is not unknown' },
  },
  {
    id: 'S2-59',
    file: 'src/business/deposit/field-values.ts',
    find: '/^[0-9a-f]{32}$/i',
    replace: '/^[0-9a-f]+$/i',
    test: { file: 'src/business/deposit/record.test.ts', title: 'S2-59 a fingerprint' },
  },
  {
    id: 'S2-60',
    file: 'src/business/deposit/field-values.ts',
    find: 'Math.abs(Number(lat)) > 90',
    replace: 'Math.abs(Number(lat)) > 900',
    test: { file: 'src/business/deposit/record.test.ts', title: 'S2-60 a place keeps' },
  },
  {
    id: 'S2-61',
    file: 'src/business/deposit/field-values.ts',
    find: 'zone === undefined ? shanghaiMs : offsetMs(zone)',
    replace: 'zone === undefined ? 0 : offsetMs(zone)',
    test: { file: 'src/business/deposit/record.test.ts', title: 'S2-61 ' },
  },
  {
    id: 'S2-86',
    file: 'src/formats/witness/register.ts',
    find: 'if (votedBy.length >= needed) return [];',
    replace: 'return [];',
    test: { file: 'src/formats/witness/register.test.ts', title: 'S2-86 too few votes' },
  },
];
