/**
 * The parts a loan is made with, handed in once by the composition root.
 */
import type { Clock } from '#base/clock';
import type { Random } from '#base/random';
import type { Units } from '#base/unit';
import type { Consents } from '#business/consent';
import type { ContractDesk, IntentDesk } from '#business/contract';
import type { IdentityMode } from '#business/identity';
import type { Engine } from '#formats/crypto';
import type { Evidence } from '#trust/evidence';
import type {
  CoreBanking,
  CreditBureau,
  IdentityChecker,
  InstalmentStore,
  JobQueue,
  LendingTenancy,
  LoanStore,
  Outlets,
  PersonalValues,
  ProductShelf,
  ReceiptKeeper,
} from './ports.ts';

export interface LoanParts {
  readonly units: Units;
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: Engine;
  readonly mode: IdentityMode;
  readonly tenancy: LendingTenancy;
  readonly loans: LoanStore;
  readonly outlets: Outlets;
  readonly instalments: InstalmentStore;
  readonly jobs: JobQueue;
  readonly persons: PersonalValues;
  readonly shelf: ProductShelf;
  readonly receipts: ReceiptKeeper;
  readonly consents: Consents;
  readonly contracts: ContractDesk;
  readonly intents: IntentDesk;
  readonly evidence: Evidence;
  readonly identity: IdentityChecker;
  readonly bureau: CreditBureau;
  readonly bank: CoreBanking;
}
