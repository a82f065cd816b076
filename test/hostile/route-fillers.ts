/**
 * One example request for every operation of the OpenAPI document, about the things of one tenant.
 *
 * A route without a line here fails the cross-tenant suite: nobody adds a door nobody has tried.
 */
import type { Json } from '#base/canonical';
import { lin } from '../journeys/people.ts';
import type { IdName } from './two-tenants.ts';

/** The parts of one request. */
export interface Filled {
  readonly params?: Readonly<Record<string, string>>;
  /** With its question mark. */
  readonly query?: string;
  readonly body?: Json;
}

type Ids = Readonly<Record<IdName, string>>;

const sha256 = '0'.repeat(64);
const base64 = 'AAAA';
const why = '跨租户测试的理由';
const applicant = { ...lin };
const terms = { amountFen: '500000', termMonths: 12, purpose: 'farming' };
const photo = {
  kind: 'income',
  media: 'image/jpeg',
  sha256,
  bytes: 300,
  takenAt: '2026-11-21T10:00:00.000+08:00',
} as const;
const drawing = { v: 1, width: 100, height: 50, strokes: [[1, 1, 0, 9, 9, 40]] };
const decided = { decision: 'approved', why } as const;
const client = { name: 'partner', scopes: ['case.list'], signature: 'optional', addresses: [] };
const breach = {
  foundAt: '2026-11-21T10:00:00.000+08:00',
  words: { kinds: why, cause: why, harm: why, remedy: why, advice: why, contact: why },
  persons: 1,
};
const square = { shape: 'square', sideMm: 20, text: '示例印' };
const rate = { rate: 'trial' };
/** A contract is numbered after its case. */
const numberOf = (ids: Ids): string => `FB${ids.contractNumber.slice(2)}`;
const ofCase = (ids: Ids, body?: Json): Filled => filled({ id: ids.case }, body);

const deposited = (ids: Ids) => ({ deposit: ids.deposit, name: 'r1', schema: 'none' });
const ofDeposit = (ids: Ids, body?: Json): Filled => filled({ id: ids.deposit }, body);

/** By operationId. */
export const fillers: Readonly<Record<string, (ids: Ids) => Filled>> = {
  getBreaches: () => ({}),
  postBreaches: () => filled({}, breach),
  postBreachesByIdTidings: (ids) =>
    filled({ id: ids.breach }, { audience: 'authority', reference: why }),
  getSeals: () => ({}),
  getSealsByIdUses: (ids) => filled({ id: ids.seal }),
  postSeals: () => filled({}, { id: 'hall-new', figure: square, why }),
  postSealsByIdRequests: (ids) => filled({ id: ids.seal }, { act: 'suspend', why }),
  postSealsByIdDecisions: (ids) => filled({ id: ids.seal }, { act: 'approve', why }),
  getHealth: () => ({}),
  getStatus: () => ({}),
  getBuild: () => ({}),
  getOpenapiJson: () => ({}),
  getConsentsByKind: () => filled({ kind: 'esign-agreement' }),
  getConsents: () => ({ query: '?stage=application' }),
  postConsentsByKindWithdrawal: () => filled({ kind: 'marketing' }, {}),
  postApplications: () => filled({}, { product: 'rural-loan-demo' }),
  getApplicationsById: (ids) => filled({ id: ids.application }),
  postApplicationsByIdConsents: (ids) =>
    filled({ id: ids.application }, { kind: 'esign-agreement', sha256, accepted: true }),
  postApplicationsByIdSubmission: (ids) => filled({ id: ids.application }, { applicant, terms }),
  postApplicationsByIdAssessment: (ids) => filled({ id: ids.application }, {}),
  postApplicationsByIdPaymentAuthorisations: (ids) =>
    filled({ id: ids.application }, { password: '000000' }),
  getContractsByIdRevisionsByN: (ids) => filled({ id: ids.contract, n: '0' }),
  postContractsByIdReading: (ids) => filled({ id: ids.contract }, { page: 1 }),
  postContractsByIdConfirm: (ids) => filled({ id: ids.contract }, { sha256 }),
  postContractsByIdClausesByClauseConfirm: (ids) =>
    filled({ id: ids.contract, clause: 'cost' }, { sha256 }),
  postContractsByIdIntents: (ids) =>
    filled(
      { id: ids.contract },
      { documents: [{ id: ids.contract, sha256 }], enrolment: `${'A'.repeat(43)}=` },
    ),
  postContractsByIdTickets: (ids) => filled({ id: ids.contract }, { intent: ids.intent }),
  postIntentsByIdConfirm: (ids) => filled({ id: ids.intent }, { code: '000000', build: sha256 }),
  postCertificates: (ids) =>
    filled({}, { intent: ids.intent, csr: base64, enrolmentKey: base64, proof: base64 }),
  postTicketsByIdSeal: (ids) =>
    filled({ id: ids.ticket }, { document: ids.contract, signature: base64 }),
  getProducts: () => ({}),
  getTrust: () => ({}),
  getCasesByIdProgress: (ids) => ofCase(ids),
  postCasesByIdTokens: (ids) => ofCase(ids, { token: 'A'.repeat(43) }),
  postCasesByIdTokensEnd: (ids) => ofCase(ids, { token: 'A'.repeat(43) }),
  postCasesByIdHandovers: (ids) => ofCase(ids, {}),
  postHandoversRedeem: () => filled({}, { secret: 'A'.repeat(22) }),
  postCasesByIdCaptures: (ids) => ofCase(ids, photo),
  putCasesByIdHandwriting: (ids) => ofCase(ids, drawing),
  putCapturesByIdChunksByN: (ids) => filled({ id: ids.capture, n: '0' }, { sha256, data: base64 }),
  postCapturesByIdCompletion: (ids) => filled({ id: ids.capture }, {}),
  getCapturesByIdPhoto: (ids) => filled({ id: ids.capture }),
  postCasesByIdReceipts: (ids) => ofCase(ids, {}),
  postLookups: () => filled({}, { number: `FB${'0'.repeat(18)}`, secret: 'A'.repeat(22) }),
  postCasesByIdSatisfaction: (ids) => ofCase(ids, { score: 5 }),
  getRehearsalDocument: () => ({}),
  getCases: () => ({}),
  postCases: () => filled({}, { product: 'rural-loan-demo' }),
  postCasesByIdCounterHandovers: (ids) => ofCase(ids, {}),
  getCasesByIdDocumentsByDocument: (ids) => filled({ id: ids.case, document: ids.contract }),
  getDeskSatisfaction: () => ({ query: '?from=2026-01-01' }),
  getDeskFunnel: () => ({ query: '?from=2026-01-01' }),
  getDeskChanges: () => ({}),
  getDeskGlance: () => ({}),
  getDeskRules: () => ({}),
  getDeskWaiting: () => ({}),
  getLogBlocks: () => ({}),
  getLogBlocksBySize: () => filled({ size: '1' }),
  getLogEntriesByIndex: () => filled({ index: '0' }),
  postLogEntries: () => filled({}, { entries: [base64] }),
  getLogRegisters: () => ({}),
  postLogRegisters: () => filled({}, { text: '# fubie/register/v1\n' }),
  postLogRegistersByDigestVotes: () => filled({ digest: sha256 }, { line: '— nobody AAAA\n' }),
  getLogReceipts: (ids) => ({ query: `?hash=${encodeURIComponent(ids.depositEntry)}` }),
  getDepositsByIdRecordsBySeqReceipt: (ids) => filled({ id: ids.deposit, seq: '1' }),
  postCasesSearches: () => filled({}, { field: 'idNumber', text: lin.idNumber }),
  getCasesById: (ids) => ofCase(ids),
  getCasesByIdDocuments: (ids) => ofCase(ids),
  getCasesByIdTimeline: (ids) => ofCase(ids),
  postCasesByIdDecision: (ids) => ofCase(ids, decided),
  postCasesByIdRepayments: (ids) => ofCase(ids, { number: 1, paidOn: '2026-12-01' }),
  postCasesByIdUnmaskings: (ids) =>
    ofCase(ids, { fields: ['phone'], purpose: 'complaint', why, minutes: 5 }),
  postDecisionsByCaseReview: (ids) => filled({ case: ids.case }, decided),
  postPackages: (ids) => filled({}, { case: ids.case }),
  getPackagesById: (ids) => filled({ id: ids.package }),
  getMeData: () => ({}),
  getMeRequests: () => ({}),
  postMeRequests: () => filled({}, { kind: 'access', words: why }),
  getRequests: () => ({}),
  postRequests: (ids) => filled({}, { case: ids.case, kind: 'access', words: why }),
  getRequestsById: (ids) => filled({ id: ids.request }),
  getRequestsByIdData: (ids) => filled({ id: ids.request }),
  postRequestsByIdAnswer: (ids) => filled({ id: ids.request }, { granted: false, because: why }),
  postHolds: (ids) =>
    filled({}, { case: ids.case, authority: 'court', reference: '（2026）示例 1 号', reason: why }),
  postHoldsByIdLift: (ids) => filled({ id: ids.hold }, { reason: why, approval: ids.approval }),
  getRetention: () => ({}),
  getSessionsCurrent: () => ({}),
  postSessions: () => filled({}, { login: 'administrator', password: 'not-the-password' }),
  deleteSessionsCurrent: () => ({}),
  deleteSessions: () => ({}),
  putSessionsCurrentPassword: () => filled({}, { old: 'not-the-password', fresh: 'another-one-0' }),
  getSso: () => ({}),
  putSsoById: (ids) =>
    filled(
      { id: ids.issuer },
      {
        issuer: 'https://id.example',
        clientId: 'client',
        redirectUri: 'https://bank.example/back',
        loginClaim: 'sub',
        strong: [],
        active: false,
      },
    ),
  postSsoByIdStart: (ids) => filled({ id: ids.issuer }, {}),
  postSsoFinish: () => filled({}, { binding: 'A'.repeat(43), query: 'state=none' }),
  getAuthenticators: () => ({}),
  postAuthenticators: () => filled({}, {}),
  postAuthenticatorsChallenges: () => filled({}, { purpose: 'register' }),
  postAuthenticatorsProof: () => filled({}, {}),
  deleteAuthenticatorsById: () => filled({ id: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  getStaff: () => ({}),
  postStaff: () => filled({}, { login: 'someone-new', unit: 'head-office', roles: ['clerk'] }),
  putStaffById: (ids) => filled({ id: ids.staff }, { roles: ['clerk'], unit: ids.unit }),
  putStaffByIdState: (ids) => filled({ id: ids.staff }, { to: 'locked' }),
  postStaffByIdPassword: (ids) => filled({ id: ids.staff }, {}),
  getUnits: () => ({}),
  postUnits: () => filled({}, { code: 'somewhere', name: '某处', parent: 'head-office' }),
  getApprovals: () => ({}),
  postApprovals: () => filled({}, { kind: 'tenant.manage', order: {}, why }),
  postApprovalsByIdDecision: (ids) => filled({ id: ids.approval }, { give: true, why }),
  getBreakGlass: () => ({}),
  postBreakGlass: (ids) => filled({}, { permission: 'case.read', case: ids.case, why, minutes: 5 }),
  postBreakGlassByIdReview: (ids) => filled({ id: ids.glass }, { verdict: 'justified', why }),
  getClients: () => ({}),
  postClients: () => filled({}, { ...client, ...rate }),
  putClientsById: (ids) => filled({ id: ids.client }, { ...client, ...rate }),
  deleteClientsById: (ids) => filled({ id: ids.client }),
  postClientsByIdKeys: (ids) => filled({ id: ids.client }, { kind: 'api-key' }),
  deleteClientsByIdKeysByKey: (ids) => filled({ id: ids.client, key: ids.key }),
  postDeposits: () => filled({}, { name: 'd1', title: '存证', scenario: 'none' }),
  getDeposits: () => ({}),
  postDepositsByIdHolds: (ids) =>
    ofDeposit(ids, { authority: 'court', reference: '示例 1 号', reason: why }),
  postDepositsHoldsByIdRelease: (ids) => filled({ id: ids.approval }, { reason: why }),
  postTraces: (ids) => filled({}, { number: numberOf(ids) }),
  getPreservationsByNumber: (ids) => filled({ number: numberOf(ids) }),
  getRights: () => ({}),
  getCasesByIdRights: (ids) => ofCase(ids),
  postCasesByIdRights: (ids) =>
    ofCase(ids, { act: 'pledged', counterparty: '示例银行', reference: 'ZY-1' }),
  postCasesByIdSlots: (ids) => ofCase(ids, { slot: 'deed', title: '公证书', kind: 'notary.deed' }),
  postCasesByIdAbsences: (ids) => ofCase(ids, { slot: 'deed', reason: why }),
  getDepositsById: (ids) => ofDeposit(ids),
  postDepositsRecords: (ids) => filled({}, { records: [{ ...deposited(ids), fields: {} }] }),
  getDepositsByIdRecords: (ids) => ofDeposit(ids),
  postDepositsByIdSlots: (ids) => ofDeposit(ids, { slot: 'more', title: '增补', kind: 'file' }),
  postDepositsByIdAbsences: (ids) => ofDeposit(ids, { slot: 'more', reason: why }),
  postDepositsByIdClosure: (ids) => ofDeposit(ids, {}),
  postDepositsByIdPackages: (ids) => ofDeposit(ids, {}),
  getDepositsByIdPackage: (ids) => ofDeposit(ids),
  postDepositsByIdFiles: (ids) =>
    ofDeposit(ids, {
      name: 'f1',
      fileName: 'a.bin',
      media: 'application/octet-stream',
      bytes: 3,
      sha256,
      sm3: sha256,
    }),
  putDepositsFilesByIdPartsByN: (ids) =>
    filled({ id: ids.depositFile, n: '0' }, { sha256, data: base64 }),
  postDepositsFilesByIdCompletion: (ids) => filled({ id: ids.depositFile }, {}),
  getDepositsByDepositFilesByIdPartsByN: (ids) =>
    filled({ deposit: ids.deposit, id: ids.depositFile, n: '0' }),
  postDepositsDefinitions: () => filled({}, { definition: { $id: 'none' } }),
  postDepositsDefinitionsByNameVersionsByNApproval: () =>
    filled({ name: 'none', n: '1' }, { sha256 }),
  getDepositsDefinitions: () => ({}),
  postVerifications: () => filled({}, { name: 'a.zip', file: base64 }),
  postStatements: () => filled({}, { statement: { v: 1 }, by: 'sms', sig: base64 }),
  postCasesByIdClosure: (ids) => ofCase(ids, {}),
  getJournal: () => ({}),
  getJournalByNumberProof: () => filled({ number: '1' }),
  getTenant: () => ({}),
  getRegulatorInstitution: () => ({}),
  getRegulatorProducts: () => ({ query: '?month=2026-11' }),
  getRegulatorContracts: () => ({ query: '?product=rural-loan-demo' }),
  getRegulatorContractsByNumber: (ids) => filled({ number: ids.contractNumber }),
  getRegulatorContractsByNumberProof: (ids) => filled({ number: ids.contractNumber }),
  getUsageByMonth: () => filled({ month: '2026-11' }),
  getBillingByMonth: () => filled({ month: '2026-11' }),
  getBillingByMonthCsv: () => filled({ month: '2026-11' }),
};

function filled(params: Readonly<Record<string, string>>, body?: Json): Filled {
  return body === undefined ? { params } : { params, body };
}
