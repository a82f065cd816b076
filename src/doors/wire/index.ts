/** How the small processes answer on their sockets: key store, trust centre, witness. */
export { keystoreDoorFaults, keystoreHandler } from './keystore.ts';
export { trustCentreDoorFaults, trustCentreHandler } from './trust-centre.ts';
export { witnessDoor } from './witness.ts';
