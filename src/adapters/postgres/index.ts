/** PostgreSQL, embedded or external, and the stores on it: the room's face. */

export { Answered, type AnsweredQuestion, type StoredAnswer } from './answered-store.ts';
export {
  type Database,
  type DatabaseLimits,
  openDatabase,
  PostgresUnits,
  txOf,
} from './database.ts';
export { PostgresDepositPackages, PostgresEnvironments } from './deposit/deposit-packages.ts';
export { PostgresOriginals } from './deposit/original-store.ts';
export { PostgresPackages } from './deposit/package-store.ts';
export { PostgresDefinitions, PostgresDeposits, PostgresRecordRows } from './deposit/stores.ts';
export { type DatabaseForm, type DumpedTable, type Snapshot, withSnapshot } from './dump.ts';
export { copyCluster, type Embedded, type EmbeddedPasswords, startEmbedded } from './embedded.ts';
export { postgresFaults } from './faults.ts';
export { PostgresConsents } from './lending/consent-store.ts';
export { PostgresDocuments, PostgresIntents } from './lending/contract-store.ts';
export { PostgresCaseRows, PostgresGrants } from './lending/desk-store.ts';
export { deskStores } from './lending/desk-stores.ts';
export { loanIds, PostgresInstalments, PostgresJobs, PostgresLoans } from './lending/loan-store.ts';
export { PostgresSeals } from './lending/seal-store.ts';
export { PostgresAfterwards, signerStores } from './lending/signer-store.ts';
export { PostgresRevisions, PostgresTickets } from './lending/signing-store.ts';
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
export { PostgresAlarms } from './log/alarm-store.ts';
export { PostgresEntries } from './log/evidence-store.ts';
export { PostgresLogAudit } from './log/log-audit.ts';
export { PostgresLogLease } from './log/log-store.ts';
export { logStores } from './log/log-stores.ts';
export { PostgresRowClaims } from './log/row-claims.ts';
export { PostgresShards } from './log/shard-store.ts';
export { migrate } from './migrate.ts';
export { PostgresNamedObjects } from './object-columns.ts';
export { PostgresActs, PostgresApprovals, PostgresGlasses } from './people/approval-store.ts';
export { PostgresBreaches } from './people/breach-store.ts';
export { PostgresClients, PostgresNonces } from './people/client-store.ts';
export { PostgresJournal } from './people/journal-store.ts';
export { PostgresRates } from './people/rate-store.ts';
export { PostgresRegulatorRows } from './people/regulator-store.ts';
export { PostgresSessions } from './people/session-store.ts';
export { PostgresCredentials, PostgresSso } from './people/sign-on-store.ts';
export { PostgresOrgUnits, PostgresStaff, PostgresTries } from './people/staff-store.ts';
export { PostgresTenantDirectory, PostgresTenants } from './people/tenant-store.ts';
export { PostgresUsage } from './people/usage-store.ts';
export { databaseName, type RoleName, type RolePasswords, roleNames } from './roles.ts';
export { PostgresEpochWishes } from './vault/epoch-wish-store.ts';
export { findPlainText, type PlainText } from './vault/plain-text.ts';
export { PostgresCaseBook, PostgresFaceBook, PostgresPrivacy } from './vault/privacy-store.ts';
export { PostgresVault, PostgresVaultEpochs, PostgresVaultIndex } from './vault/stores.ts';
