/**
 * PostgreSQL, embedded or external, and the stores on it: the room's face.
 */
export { PostgresAlarms } from './alarm-store.ts';
export { Answered, type AnsweredQuestion, type StoredAnswer } from './answered-store.ts';
export { PostgresConsents, PostgresDocuments, PostgresIntents } from './contract-store.ts';
export {
  type Database,
  type DatabaseLimits,
  openDatabase,
  PostgresUnits,
  txOf,
} from './database.ts';
export { type Embedded, type EmbeddedPasswords, startEmbedded } from './embedded.ts';
export { PostgresEntries } from './evidence-store.ts';
export { postgresFaults } from './faults.ts';
export {
  PostgresInstalments,
  PostgresJobs,
  PostgresLoans,
  PostgresRowStates,
} from './lending-store.ts';
export { PostgresLogAudit, PostgresLogLease } from './log-store.ts';
export { migrate } from './migrate.ts';
export { PostgresPackages } from './package-store.ts';
export { findPlainText, type PlainText } from './plain-text.ts';
export { databaseName, type RoleName, type RolePasswords, roleNames } from './roles.ts';
export { PostgresRevisions, PostgresTickets } from './signing-store.ts';
export { PostgresVault } from './vault-store.ts';
