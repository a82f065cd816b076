/** Rules of the text on evidence, second half (S2-50 and later), turned off one by one. */
import type { Mutation } from './mutation.ts';

export const seed2From50: readonly Mutation[] = [
  {
    id: 'S2-53',
    file: 'src/business/privacy/case-facts.ts',
    find: "return state === 'refused' ? 'refused-application' : 'abandoned-application';",
    replace: "return state === 'refused' ? 'transaction-record' : 'abandoned-application';",
    test: { file: 'test/journeys/privacy.test.ts', title: 'S2-53 被拒绝' },
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
    id: 'S2-57',
    file: 'src/formats/entry/time-order.ts',
    find: 'filter(({ at }) => at > later.at)',
    replace: 'filter(({ at }) => at < 0 && at > later.at)',
    test: { file: 'test/journeys/evidence-chain.test.ts', title: 'S2-57 授权' },
  },
  {
    id: 'S2-58',
    file: 'src/business/lending/disbursement.ts',
    find: 'att: checked.attestation,',
    replace: '',
    test: { file: 'test/journeys/money.test.ts', title: 'S2-58 支付密码' },
  },
  {
    id: 'S2-73',
    file: 'src/trust/signing/one-signature.ts',
    find: 'return prepareSignature(file, { ...wish, page, rect, appearance: face });',
    replace: 'return prepareSignature(file, { ...wish, page, rect, appearance: invisible });',
    test: { file: 'test/signing/seals.test.ts', title: 'S2-73 a seal stands in a field' },
  },
  {
    id: 'S2-76',
    file: 'src/adapters/time-sources/measured-clock.ts',
    find: 'return `${source};${server.name}=${signed(found)};delay=${delayMs}ms;of=${asked}`;',
    replace: 'return source;',
    test: { file: 'test/signing/time-sources.test.ts', title: 'S2-76 an entry states' },
  },
  {
    // Only the last signer's signature is stamped: the shortcut that the requirement names.
    id: 'S2-77',
    file: 'src/trust/signing/sealing.ts',
    find: 'const parts = { signature: order.signature, timestampToken: stamp.der };',
    replace:
      "const parts = { signature: order.signature, ...(drafted.ticket.field === 'lender' ? { timestampToken: stamp.der } : {}) };",
    test: { file: 'src/trust/signing/sealer.test.ts', title: 'S2-77 two parties sign' },
  },
  {
    id: 'S2-84',
    file: 'src/business/lending/rights.ts',
    find: 'if (!allowed[act].includes(before.state)) {',
    replace: "if (act === 'released' && before.state === 'settled') {",
    test: { file: 'test/journeys/money.test.ts', title: 'S2-84 合同债权' },
  },
  {
    id: 'S2-85',
    file: 'src/business/tenancy/usage.ts',
    find: 'fen: String(count * BigInt(fenEach))',
    replace: 'fen: String(count)',
    test: { file: 'src/doors/http/tenancy.test.ts', title: 'S2-85 use with its quota' },
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
    file: 'src/formats/disclosure/given.ts',
    find: 'Math.abs(Number(lat)) > 90',
    replace: 'Math.abs(Number(lat)) > 900',
    test: { file: 'src/business/deposit/record.test.ts', title: 'S2-60 a place keeps' },
  },
  {
    id: 'S2-61',
    file: 'src/formats/disclosure/given.ts',
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
  {
    id: 'S2-80',
    file: 'src/main/signing/verification-report.ts',
    find: "sha256: await hex('sha256', bytes),\n      sm3",
    replace: "sha256: await hex('sha256', new Uint8Array()),\n      sm3",
    test: { file: 'src/main/signing/verification-report.test.ts', title: 'S2-80 is a sealed PDF' },
  },
];
