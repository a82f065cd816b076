/** Rules of the log and of the record that others deposit, turned off one by one. */
import type { Mutation } from './mutation.ts';

const faces = 'src/trust/evidence/faces.test.ts';
const door = 'test/journeys/evidence-door.test.ts';

export const record: readonly Mutation[] = [
  {
    id: 'S1-38',
    file: 'src/trust/evidence/explorer.ts',
    find: 'await provedEntry({ index: place - base, bytes }, under',
    replace: 'await provedEntry({ index: 0, bytes }, under',
    test: { file: faces, title: 'S1-38 每一条存证' },
  },
  {
    id: 'S2-11',
    file: 'src/trust/evidence/explorer.ts',
    find: 'undefined : rootOf(previousNote);',
    replace: 'undefined : rootOf(note);',
    test: { file: faces, title: 'S2-11 高度' },
  },
  {
    id: 'S2-14',
    file: 'src/business/deposit/schema.ts',
    find: "rule['x-sensitivity'],",
    replace: "rule['x-sensitivity'] ?? 'public',",
    test: { file: door, title: 'S2-14 业务系统登记' },
  },
  {
    id: 'S2-23',
    file: 'src/trust/receipt/receipt-desk.ts',
    find: 'const proof = block && (await this.#proof(unit, entry, block));',
    replace: 'const proof = undefined;',
    test: { file: faces, title: 'S2-23 回执' },
  },
  {
    id: 'S2-32',
    file: 'src/doors/http/routes/deposits.ts',
    find: "path: '/v1/deposits/records',",
    replace: "path: '/v1/deposits/notes',",
    test: { file: door, title: 'S2-32 三种语言' },
  },
  {
    id: 'S2-39',
    file: 'src/trust/witness/witness.ts',
    find: "if (!isTrusted) return refused('untrusted');",
    replace: '',
    test: { file: faces, title: 'S2-39 三家金融机构' },
  },
  {
    id: 'S2-48',
    file: 'src/business/deposit/closing.ts',
    find: "throw new Fault('deposit.links_missing'",
    replace: "void new Fault('deposit.links_missing'",
    test: { file: door, title: 'S2-48 已有业务系统' },
  },
  {
    id: 'S2-51',
    file: 'catalog/deposits/credit-grant.json',
    find: '"学历": {',
    replace: '"学位": {',
    test: { file: 'src/business/deposit/record.test.ts', title: 'S2-51 CREDIT_GRANT' },
  },
  {
    id: 'S2-54',
    file: 'catalog/deposits/loan-note.json',
    find: '"借据号": {',
    replace: '"借据编号": {',
    test: { file: 'src/business/deposit/record.test.ts', title: 'S2-54 LOAN_NOTE' },
  },
  {
    id: 'S2-83',
    file: 'src/formats/tlog/policy.ts',
    find: 'const votes = policy.voters.filter((voter) => names.has(voter)).length;',
    replace: 'const votes = names.size - 1;',
    test: { file: faces, title: 'S2-83 监管节点' },
  },
  {
    id: 'S2-86',
    file: 'src/formats/witness/level-rule.ts',
    find: 'return rules.findLast(({ fromSeconds }) => fromSeconds <= atSeconds);',
    replace: 'return rules.find(({ fromSeconds }) => fromSeconds <= atSeconds);',
    test: { file: 'src/main/rooms/log-rules.test.ts', title: 'S2-86 a vote changes' },
  },
];
