/** The stores of the record: deposits and what they rest on, references, rights. */
export { PostgresDefinitions } from './definition-store.ts';
export { PostgresDeposits } from './deposit-store.ts';
export { PostgresRecordRows } from './record-rows.ts';
