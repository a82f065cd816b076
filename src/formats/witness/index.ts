/** What is said to a witness and what it answers and keeps (C2SP tlog-witness). Pure. */
export { witnessFormatFaults } from './faults.ts';
export { type LevelRule, levelRuleAt, levelRuleOf, levelRules, witnessesOf } from './level-rule.ts';
export {
  type Judgement,
  judgeMisbehaviour,
  lateVoicesMin,
  type Misbehaviour,
  type MisbehaviourKind,
  parseMisbehaviour,
  printMisbehaviour,
  type Unproved,
} from './misbehaviour.ts';
export { isPromiseOf, type Promised, parsePromise, printPromise, signPromise } from './promise.ts';
export {
  followRegisters,
  type JudgedRegister,
  type LoggedRegister,
  type Member,
  parseRegister,
  printRegister,
  type Register,
  type RegisterFlaw,
  registerDigest,
  registerInForce,
} from './register.ts';
export {
  type CarriedReply,
  parseWitnessReply,
  printWitnessReply,
  type WitnessRefusal,
  type WitnessReply,
} from './reply.ts';
export { parseWitnessRequest, printWitnessRequest, type WitnessRequest } from './request.ts';
export { parseWitnessedHead, printWitnessedHead, type WitnessedHead } from './witnessed-head.ts';
