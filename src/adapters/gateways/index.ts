/**
 * The outside world as the house meets it: clients that check signed answers, and simulators.
 *
 * A simulator is a handler for #adapters/wire with a key and a folder of its own; each result says
 * `simulator: true`, and each says no to one synthetic person (see population.ts).
 */
export type { GatewayClientParts } from './attestation.ts';
export { BureauGateway, type BureauReport } from './bureau-client.ts';
export { bureauSimulator } from './bureau-simulator.ts';
export {
  CoreBankingGateway,
  type DisbursementOrder,
  listDisbursements,
  type Repayment,
} from './core-banking-client.ts';
export { coreBankingSimulator } from './core-banking-simulator.ts';
export type { GatewayCall } from './exchange.ts';
export { gatewaysFaults } from './faults.ts';
export { type FourElements, IdentityGateway } from './identity-client.ts';
export { identitySimulator, type SimulatorParts } from './identity-simulator.ts';
export {
  refusedByBureau,
  refusedByCoreBanking,
  refusedByIdentity,
  refusedBySms,
  type SyntheticPerson,
  syntheticBorrower,
  syntheticPaymentPassword,
} from './population.ts';
export type { GatewayRegister } from './register.ts';
export {
  type HandsetMessage,
  readHandset,
  SmsGateway,
} from './sms-client.ts';
export { type SmsSimulatorParts, simSecretOf, smsSimulator } from './sms-simulator.ts';
