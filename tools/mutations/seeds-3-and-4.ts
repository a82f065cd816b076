/** Rules of the texts on recording and on the courts (S3, S4), turned off one by one. */
import type { Mutation } from './mutation.ts';

export const seeds3And4: readonly Mutation[] = [
  {
    id: 'S3-11',
    file: 'src/business/lending/channel.ts',
    find: 'request.amount > limits.remoteAmountMax',
    replace: 'request.amount > limits.remoteAmountMax + 100n',
    test: { file: 'src/business/lending/channel.test.ts', title: 'S3-11 one cent over' },
  },
  {
    id: 'S3-31',
    file: 'web/src/signer/story.ts',
    find: 'return photosOffered(progress).find((asked) => asked.kind === kind)?.kind;',
    replace: 'return photosAsked(progress).find((asked) => asked.kind === kind)?.kind;',
    test: { file: 'web/src/signer/story.test.ts', title: 'S3-31 no camera opens' },
  },
  {
    id: 'S3-40',
    file: 'catalog/tenancy/organisation-types.json',
    find: '"id": "trust-company"',
    replace: '"id": "another-company"',
    test: { file: 'src/business/tenancy/tenancy.test.ts', title: 'S3-40 insurer, bank' },
  },
  {
    id: 'S3-42',
    file: 'src/business/seal/seal.ts',
    find: "  if (standing !== 'active') throw new Fault('seal.not_usable', { seal: id, standing });\n",
    replace: '',
    test: { file: 'src/business/seal/seal.test.ts', title: 'S3-42 applied, approved' },
  },
  {
    id: 'S4-02',
    file: 'src/business/catalog/minimisation.ts',
    find: 'if (!named.has(field)) over(field, `printed_in ${template.kind}`);',
    replace: 'if (field === "") over(field, `printed_in ${template.kind}`);',
    test: { file: 'src/business/catalog/catalog.test.ts', title: 'S4-02 L-PI-01 产品清单' },
  },
  {
    id: 'S4-10',
    file: 'src/business/deposit/source-signature.ts',
    find: 'if (!(await verifyMessage({ base: message, signature, key }, engine))) return undefined;',
    replace: 'if (signature.length === 0) return undefined;',
    test: { file: 'test/journeys/evidence-chain.test.ts', title: 'S4-10 S4-14' },
  },
  {
    id: 'S4-11',
    file: 'src/business/deposit/keeping.ts',
    find: 'await end.erase(unit, row.subject);',
    replace: 'await Promise.resolve(end);',
    test: { file: 'test/journeys/evidence-chain.test.ts', title: 'S2-21 S4-11' },
  },
  {
    id: 'S4-14',
    file: 'src/business/deposit/record-drafts.ts',
    find: 'if (!isSame || values.size !== draft.disclosures.length) throw taken(before.own);',
    replace: '',
    test: { file: 'test/journeys/evidence-chain.test.ts', title: 'S4-10 S4-14' },
  },
  {
    id: 'S4-14',
    file: 'src/trust/verify/package/source-words.ts',
    find: 'if (flaw !== undefined) return `not in the batch that was signed: ${flaw}`;',
    replace: 'void flaw;',
    test: {
      file: 'src/trust/verify/package/source-words.test.ts',
      title: 'S4-14 another record under the same place is refused',
    },
  },
  {
    id: 'S4-14',
    file: 'src/formats/entry/source.ts',
    find: '`${leafLine}${blind}\\n${',
    replace: '`${leafLine}\\n${',
    test: { file: 'test/journeys/batch-signature.test.ts', title: 'S4-14 持有一条记录的人' },
  },
  {
    id: 'S4-15',
    file: 'src/business/deposit/file-desk.ts',
    find: "if (sha256 !== facts['sha256'] || sm3 !== facts['sm3'])\n        throw new Fault('deposit.file_differs');",
    replace: "facts['sm3'] = sha256 + sm3;",
    test: { file: 'test/journeys/evidence-chain.test.ts', title: 'S4-15 证据固化' },
  },
  {
    id: 'S4-29',
    file: 'src/business/tenancy/tenants.ts',
    find: "    if (!type.lends) throw new Fault('tenancy.not_a_lender', { type: type.id });\n",
    replace: '',
    test: { file: 'src/business/tenancy/tenancy.test.ts', title: 'S4-29 CA operator' },
  },
];
