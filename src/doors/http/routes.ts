/**
 * The table of contents of the REST face: every room's routes, declared once, in one book.
 */
import type { Json } from '#base/canonical';
import type { CaseDesk } from '#business/desk';
import type { Desks } from './desks.ts';
import { openApiOf } from './openapi.ts';
import { RouteBook } from './route-book.ts';
import { afterwardsRoutes } from './routes/afterwards.ts';
import { applicationRoutes } from './routes/applications.ts';
import { type ApprovalRoutesDesk, approvalRoutes } from './routes/approvals.ts';
import { type BreachDesks, breachRoutes } from './routes/breaches.ts';
import { type GlassRoutesDesk, glassRoutes } from './routes/break-glass.ts';
import { captureRoutes } from './routes/captures.ts';
import { caseRoutes } from './routes/cases.ts';
import { type ClientRoutesDesk, clientRoutes } from './routes/clients.ts';
import { contractRoutes } from './routes/contracts.ts';
import { type CounterRoutesDesk, counterRoutes } from './routes/counter.ts';
import { type DepositRoutesDesk, depositRoutes } from './routes/deposits.ts';
import { type DeskRoutesDesk, deskRoutes } from './routes/desk.ts';
import { type ExplorerRoutesDesk, explorerRoutes } from './routes/explorer.ts';
import { houseRoutes } from './routes/house.ts';
import { intentRoutes } from './routes/intents.ts';
import { type JournalRoutesDesk, journalRoutes } from './routes/journal.ts';
import { type OverviewRoutesDesk, overviewRoutes } from './routes/overview.ts';
import { privacyRoutes } from './routes/privacy.ts';
import type { PrivacyDesks } from './routes/privacy-shapes.ts';
import { type ReceiptRoutesDesk, receiptRoutes } from './routes/receipts.ts';
import { type RecordRoutesDesk, recordRoutes } from './routes/record.ts';
import { type RegisterRoutesDesk, registerRoutes } from './routes/registers.ts';
import { type RegulatorRoutesDesk, regulatorRoutes } from './routes/regulator.ts';
import { repaymentRoutes } from './routes/repayments.ts';
import { type RightRoutesDesk, rightRoutes } from './routes/rights.ts';
import { type SealRoutesDesk, sealRoutes } from './routes/seals.ts';
import { type SessionRoutesDesk, sessionRoutes } from './routes/sessions.ts';
import { signerRoutes } from './routes/signer.ts';
import { type SsoRoutesDesk, ssoRoutes } from './routes/sso.ts';
import { type StaffRoutesDesk, staffRoutes } from './routes/staff.ts';
import { type StatementRoutesDesk, statementRoutes } from './routes/statements.ts';
import { type TenancyDesks, tenancyRoutes } from './routes/tenancy.ts';
import { type AuthenticatorRoutesDesk, webauthnRoutes } from './routes/webauthn.ts';

/** Everything the routes lean on, room by room. */
export interface AllDesks
  extends Desks,
    ApprovalRoutesDesk,
    AuthenticatorRoutesDesk,
    ClientRoutesDesk,
    CounterRoutesDesk,
    DepositRoutesDesk,
    DeskRoutesDesk,
    GlassRoutesDesk,
    JournalRoutesDesk,
    BreachDesks,
    SealRoutesDesk,
    PrivacyDesks,
    ReceiptRoutesDesk,
    RegisterRoutesDesk,
    RecordRoutesDesk,
    RegulatorRoutesDesk,
    RightRoutesDesk,
    ExplorerRoutesDesk,
    OverviewRoutesDesk,
    SessionRoutesDesk,
    SsoRoutesDesk,
    StaffRoutesDesk,
    StatementRoutesDesk,
    TenancyDesks {
  readonly cases: CaseDesk;
}

export function declareRoutes(desks: AllDesks): RouteBook {
  const book = new RouteBook();
  let document: Json | undefined;
  houseRoutes(book, desks, () => {
    document ??= openApiOf(book.routes);
    return document;
  });
  applicationRoutes(book, desks);
  contractRoutes(book, desks);
  intentRoutes(book, desks);
  signerRoutes(book, desks);
  captureRoutes(book, desks);
  afterwardsRoutes(book, desks);
  caseRoutes(book, desks);
  recordRoutes(book, desks);
  rightRoutes(book, desks);
  repaymentRoutes(book, desks);
  privacyRoutes(book, desks);
  breachRoutes(book, desks);
  sealRoutes(book, desks);
  sessionRoutes(book, desks);
  ssoRoutes(book, desks);
  webauthnRoutes(book, desks);
  staffRoutes(book, desks);
  approvalRoutes(book, desks);
  glassRoutes(book, desks);
  deskRoutes(book, desks);
  counterRoutes(book, desks);
  overviewRoutes(book, desks);
  explorerRoutes(book, desks);
  clientRoutes(book, desks);
  depositRoutes(book, desks);
  statementRoutes(book, desks);
  receiptRoutes(book, desks);
  registerRoutes(book, desks);
  journalRoutes(book, desks);
  tenancyRoutes(book, desks);
  regulatorRoutes(book, desks);
  return book;
}

/** All routes without a house behind them, to be read and not asked: declaring asks no desk. */
export function routesToRead(): RouteBook {
  return declareRoutes(noDesks);
}

const noDesks: AllDesks = new Proxy({} as AllDesks, { get: (): unknown => noDesks });
