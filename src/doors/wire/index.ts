/** How the small processes answer on their sockets: key store, trust centre, witness. */
export { keystoreDoorFaults, trustCentreDoorFaults } from './faults.ts';
export { keystoreHandler } from './keystore.ts';
export { type BackupKeys, backupDoor } from './keystore-backup.ts';
export { trustCentreHandler } from './trust-centre.ts';
export { witnessDoor } from './witness.ts';
