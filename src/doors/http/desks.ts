/**
 * What the HTTP door opens onto: the desks of the house and the parts of the door itself.
 */
import type { Json } from '#base/canonical';
import type { Clock } from '#base/clock';
import type { TenantId, Units } from '#base/unit';
import type { OperatorSessions } from '#business/access';
import type { Consents } from '#business/consent';
import type { ContractDesk, IntentDesk } from '#business/contract';
import type {
  Assessment,
  Conclusion,
  Disbursement,
  LoanFile,
  Reception,
  SigningDesk,
} from '#business/lending';
import type { Answers } from './answers.ts';
import type { Callers } from './caller.ts';

export interface Desks {
  readonly units: Units;
  readonly clock: Clock;
  readonly callers: Callers;
  readonly answers: Answers;
  readonly sessions: OperatorSessions;
  readonly consents: Consents;
  readonly contracts: ContractDesk;
  readonly intents: IntentDesk;
  readonly file: LoanFile;
  readonly reception: Reception;
  readonly assessment: Assessment;
  readonly conclusion: Conclusion;
  readonly disbursement: Disbursement;
  readonly signing: SigningDesk;
  readonly archive: Archive;
  /** What is configured, simulated, alarming: shown to operators and to `doctor`. */
  readonly status: () => Promise<Json>;
}

/** Reads what happened in a case, and makes its evidence package. */
export interface Archive {
  timeline(tenant: TenantId, caseId: string): Promise<Json>;
  /** Builds the package, or answers the one already built for this state of the case. */
  build(
    tenant: TenantId,
    caseId: string,
  ): Promise<{ package: string; sha256: string; bytes: number }>;
  /** Whose package it is, without opening it; undefined when there is none. */
  caseOf(tenant: TenantId, packageId: string): Promise<string | undefined>;
  read(tenant: TenantId, packageId: string): Promise<Uint8Array>;
}
