/** PostgreSQL, embedded or external, and the stores on it: the room's face. */
export { PostgresAlarms } from './alarm-store.ts';
export { Answered, type AnsweredQuestion, type StoredAnswer } from './answered-store.ts';
export { PostgresActs, PostgresApprovals, PostgresGlasses } from './approval-store.ts';
export { PostgresBreaches } from './breach-store.ts';
export { PostgresClients, PostgresNonces } from './client-store.ts';
export { PostgresConsents } from './consent-store.ts';
export { PostgresDocuments, PostgresIntents } from './contract-store.ts';
export {
  type Database,
  type DatabaseLimits,
  openDatabase,
  PostgresUnits,
  txOf,
} from './database.ts';
export { PostgresDepositPackages, PostgresEnvironments } from './deposit-packages.ts';
export { PostgresCaseRows, PostgresGrants } from './desk-store.ts';
export { deskStores } from './desk-stores.ts';
export { type DatabaseForm, type DumpedTable, type Snapshot, withSnapshot } from './dump.ts';
export { copyCluster, type Embedded, type EmbeddedPasswords, startEmbedded } from './embedded.ts';
export { PostgresEpochWishes } from './epoch-wish-store.ts';
export { PostgresEntries } from './evidence-store.ts';
export { postgresFaults } from './faults.ts';
export { PostgresJournal } from './journal-store.ts';
export { loanIds, PostgresInstalments, PostgresJobs, PostgresLoans } from './lending-store.ts';
export { type Loading, loadInto } from './load.ts';
export { LoadedLog, type LoggedLooseEntry, loadedTenants, type Placed } from './load-log.ts';
export {
  ageEpochs,
  countSubjects,
  epochsInUse,
  eraseLoaded,
  lookupTables,
  wrapTables,
} from './load-vault.ts';
export { PostgresLogAudit } from './log-audit.ts';
export { PostgresLogLease } from './log-store.ts';
export { logStores, PostgresShards } from './log-stores.ts';
export { migrate } from './migrate.ts';
export { PostgresNamedObjects } from './object-columns.ts';
export { PostgresOriginals } from './original-store.ts';
export { PostgresPackages } from './package-store.ts';
export { findPlainText, type PlainText } from './plain-text.ts';
export { PostgresCaseBook, PostgresFaceBook, PostgresPrivacy } from './privacy-store.ts';
export { PostgresRates } from './rate-store.ts';
export { PostgresDefinitions, PostgresDeposits, PostgresRecordRows } from './record-stores.ts';
export { PostgresRegulatorRows } from './regulator-store.ts';
export { databaseName, type RoleName, type RolePasswords, roleNames } from './roles.ts';
export { PostgresRowClaims } from './row-claims.ts';
export { PostgresSeals } from './seal-store.ts';
export { PostgresSessions } from './session-store.ts';
export { PostgresCredentials, PostgresSso } from './sign-on-store.ts';
export { PostgresAfterwards, signerStores } from './signer-store.ts';
export { PostgresRevisions, PostgresTickets } from './signing-store.ts';
export { PostgresOrgUnits, PostgresStaff, PostgresTries } from './staff-store.ts';
export { PostgresTenantDirectory, PostgresTenants } from './tenant-store.ts';
export { PostgresUsage } from './usage-store.ts';
export { PostgresVaultEpochs } from './vault-epoch-store.ts';
export { PostgresVaultIndex } from './vault-index-store.ts';
export { PostgresVault } from './vault-store.ts';
