/** What is said to a witness and what it answers and keeps (C2SP tlog-witness). Pure. */
export { witnessFormatFaults } from './faults.ts';
export {
  type CarriedReply,
  parseWitnessReply,
  printWitnessReply,
  type WitnessRefusal,
  type WitnessReply,
} from './reply.ts';
export { parseWitnessRequest, printWitnessRequest, type WitnessRequest } from './request.ts';
export { parseWitnessedHead, printWitnessedHead, type WitnessedHead } from './witnessed-head.ts';
