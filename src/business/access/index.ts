/** Who may come in: borrowers by the token of their case, operators by login. */
export { accessFaults } from './faults.ts';
export { freshToken, type Operator, type OperatorCheck, OperatorSessions } from './session.ts';
