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
    id: 'S2-37',
    file: 'src/business/lending/case.ts',
    find: "applied: ['pi_authorised'],",
    replace: "applied: ['pi_authorised', 'approved'],",
    test: { file: 'src/business/lending/case.test.ts', title: 'S2-37 every step' },
  },
  {
    id: 'S2-55',
    file: 'src/business/lending/schedule.ts',
    find: 'if (difference <= differenceFenMax) return',
    replace: 'if (difference <= differenceFenMax * 100n) return',
    test: { file: 'src/business/lending/schedule.test.ts', title: 'S2-55 a stated instalment' },
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
];
