/**
 * Prints the report for a judge: what the files prove, in the verifier's words, persons masked.
 */
import { toBase64Url, toHex } from '#base/bytes';
import type { Json } from '#base/canonical';
import { type Clock, formatInstant } from '#base/clock';
import { formatYuan } from '#base/money';
import type { Random } from '#base/random';
import type { Slot } from '#business/contract';
import { maskIdNumber } from '#business/identity';
import { type CaseMaterial, type ReportWords, reportFacts } from '#business/judicial';
import type { Applicant, CaseState, Loan, LoanFile } from '#business/lending';
import type { Lender } from '#business/tenancy';
import type { Engine } from '#formats/crypto';
import { saltBytes } from '#formats/disclosure';
import type { TrustFiles } from '#trust/verify';

export interface ReportPress {
  print(order: {
    kind: 'report';
    inputs: { readonly [name: string]: Json };
    at: ReturnType<Clock['now']>;
  }): Promise<{ pdf: Uint8Array; slots: readonly Slot[] }>;
}

export interface ReportParts {
  readonly press: ReportPress;
  readonly file: LoanFile;
  readonly words: ReportWords & { state(state: CaseState): string };
  readonly trust: () => Promise<TrustFiles>;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
  /** Names of the gateways that are simulated here; empty in production (law 10). */
  readonly simulators: readonly string[];
}

/** What a report speaks of, beside the files that prove it. */
export interface ReportSubject {
  readonly preservationNumber: string;
  /** Who brings the evidence forward. */
  readonly institution: Lender;
  readonly case: Json;
  /** Masked. */
  readonly parties: Json;
  readonly label: string | undefined;
  readonly list: { readonly id: string; readonly version: string };
}

const caStatus = 'TEST CA – NOT LICENSED：技术条件具备，许可不具备（电子签名法第十六条至第十八条）';
const none = '—';

export class ReportDesk {
  readonly #parts: ReportParts;

  constructor(parts: ReportParts) {
    this.#parts = parts;
  }

  async print(
    about: ReportSubject,
    material: CaseMaterial,
  ): Promise<{ pdf: Uint8Array; slots: readonly Slot[] }> {
    const { press, clock, random, words, engine } = this.#parts;
    const at = clock.now();
    const trust = await this.#parts.trust();
    const { missing, ...facts } = await reportFacts({ material, trust, words, engine });
    const inputs = {
      ...facts,
      ...(about.label === undefined ? {} : { label: about.label }),
      salt: toBase64Url(random.bytes(saltBytes)),
      reportNumber: `BG${about.preservationNumber.slice(2)}`,
      preservationNumber: about.preservationNumber,
      reportedAt: formatInstant(at),
      lender: { ...about.institution },
      case: about.case,
      parties: about.parties,
      timeSource: clock.source,
      caStatus,
      simulators: facts['simulators'] ?? [],
      evidenceList: {
        ...about.list,
        sha256: toHex(await engine.digest('sha256', material.requiredEvidence)),
        missing: missing ?? [],
      },
    };
    return press.print({ kind: 'report', inputs, at });
  }

  /** What the report on a loan speaks of; without an applicant nobody had applied yet. */
  async ofLoan(loan: Loan, applicant: Applicant | undefined): Promise<ReportSubject> {
    const { file, words, simulators } = this.#parts;
    const product = file.productOf(loan);
    return {
      preservationNumber: loan.preservationNumber,
      institution: await file.lenderOf(loan),
      case: caseFacts(loan, words.state(loan.state)),
      parties: partyFacts(applicant, simulators.length > 0),
      label: product.words.label,
      list: product.words.evidenceList,
    };
  }
}

function caseFacts(loan: Loan, state: string): Json {
  const facts = [
    ['案件状态', state],
    ['借款金额（元）', loan.amount === undefined ? none : formatYuan(loan.amount)],
    ['借款期限（月）', String(loan.termMonths ?? none)],
    ['放款日', loan.disbursedOn ?? none],
  ] as const;
  return {
    title: '个人借款',
    contractNumber: loan.contractNumber ?? none,
    openedAt: formatInstant(loan.openedAt),
    facts: facts.map(([name, value]) => ({ name, value })),
  };
}

function partyFacts(applicant: Applicant | undefined, simulated: boolean): Json {
  if (applicant === undefined) return [];
  const [first = '', ...rest] = [...applicant.name];
  const methods = simulated
    ? '四要素核验（模拟器）；短信验证码（模拟器）'
    : '四要素核验；短信验证码';
  return [
    {
      role: '借款人',
      name: `${first}${'*'.repeat(rest.length)}`,
      identifier: maskIdNumber(applicant.idNumber),
      methods,
    },
  ];
}
