/**
 * What she holds afterwards: a number, six words, a secret half; and what a stranger may look up.
 *
 * The secret half is made once and stands in her vault; its digest decides. Who comes without it
 * learns nothing, not even that the number exists: wrong and missing are one answer, worked out in
 * the same steps. What is shown names nobody and does not say how she repays.
 */
import { equal, toBase64Url, toHex, utf8 } from '#base/bytes';
import type { Clock } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Random } from '#base/random';
import type { Unit } from '#base/unit';
import { type ContractDesk, concludedRevision } from '#business/contract';
import {
  type CaseState,
  type Loan,
  type LoanFile,
  type PersonalValues,
  receiptSalt,
} from '#business/lending';
import type { Engine } from '#formats/crypto';
import { checkPhrase } from '#formats/phrase';
import type { RevisionShelf } from '#trust/signing';
import type { AfterwardsStore } from './ports.ts';

const secretBytes = 16;
const secretField = 'receiptSecret';
const printedField = `salt.${receiptSalt}`;
const wordsField = 'satisfactionWords';

/**
 * The contract as both have signed it: its digest and the words for it. Later files of it begin
 * with these bytes, so that what she was told stays true of the file that she downloads next year.
 */
export interface ContractFacts {
  readonly sha256: string;
  readonly bytes: number;
  readonly revision: number;
  readonly phrase: readonly string[];
}

/** What she takes home. */
export interface Receipt {
  readonly preservationNumber: string;
  readonly contract: ContractFacts;
  readonly secret: string;
}

/** What whoever holds number and secret may know. */
export interface LookedUp {
  readonly loan: Loan;
  readonly standing: 'signed' | 'ended';
  readonly contract: ContractFacts | undefined;
}

export interface AfterwardsParts {
  readonly file: LoanFile;
  readonly contracts: Pick<ContractDesk, 'documentsOf'>;
  readonly shelf: Pick<RevisionShelf, 'read'>;
  readonly persons: PersonalValues;
  readonly store: AfterwardsStore;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

/** Both have signed: from here on there is something to hold. */
const signedStates: ReadonlySet<CaseState> = new Set([
  'loan_signed',
  'note_confirmed',
  'payment_authorised',
  'disbursed',
  'repaying',
  'overdue',
  'settled',
]);

const closedRecord: ReadonlySet<string> = new Set(['vault.erased', 'vault.restricted']);

/** Is the contract of a case in this state signed by both? */
export function isConcluded(state: CaseState): boolean {
  return signedStates.has(state);
}

export class Afterwards {
  readonly #parts: AfterwardsParts;

  constructor(parts: AfterwardsParts) {
    this.#parts = parts;
  }

  /** The same number, words and secret however often it is asked for; signer.receipt_early. */
  async receipt(unit: Unit, caseId: string): Promise<Receipt> {
    const { file, persons, random, store } = this.#parts;
    const loan = await file.lock(unit, caseId);
    const contract = isConcluded(loan.state) ? await this.#contract(unit, loan) : undefined;
    if (contract === undefined) throw new Fault('signer.receipt_early', { state: loan.state });
    const place = { subject: loan.subject, field: secretField };
    // The one that her contract prints, where it prints one: she holds one secret and not two.
    const printed = { subject: loan.subject, field: printedField };
    let secret = (await persons.get(unit, place)) ?? (await persons.get(unit, printed));
    if (secret === undefined) {
      secret = toBase64Url(random.bytes(secretBytes));
      await persons.put(unit, place, secret);
      await store.keepReceipt(unit, loan.id, await this.#digest(secret));
    }
    return { preservationNumber: loan.preservationNumber, contract, secret };
  }

  /** The words of the receipt as they go to her telephone; undefined once her record is closed. */
  async message(unit: Unit, caseId: string): Promise<{ phone: string; text: string } | undefined> {
    const { file } = this.#parts;
    const loan = await file.read(unit, caseId);
    try {
      const { phone } = await file.person(unit, loan);
      const contract = await this.#contract(unit, loan);
      if (contract === undefined) return undefined;
      const words = contract.phrase.join(' ');
      const number = loan.preservationNumber;
      return {
        phone,
        text: `合同已由双方签署。保全号 ${number}，核对短语：${words}。请妥善保存。`,
      };
    } catch (thrown) {
      if (closedRecord.has(faultCode(thrown) ?? '')) return undefined;
      throw thrown;
    }
  }

  /** signer.lookup_unknown for a wrong secret and for a number there is not. */
  async lookUp(unit: Unit, asked: { number: string; secret: string }): Promise<LookedUp> {
    const { store, file } = this.#parts;
    const digest = await this.#digest(asked.secret);
    const held = await store.receiptOf(unit, asked.number);
    // Compared with itself reversed where there is nothing: the same work, and never the same.
    const expected = held?.secretSha256 ?? digest.toReversed();
    const isRight = isEqualSlowly(digest, expected);
    if (held === undefined || !isRight) throw new Fault('signer.lookup_unknown');
    const loan = await file.read(unit, held.caseId);
    // A contract that is printed and not yet signed has its secret half already.
    if (!isConcluded(loan.state)) throw new Fault('signer.lookup_unknown');
    const standing = loan.state === 'settled' ? 'ended' : 'signed';
    try {
      return { loan, standing, contract: await this.#contract(unit, loan) };
    } catch (thrown) {
      // Who was erased or is restricted is not told of to whoever still has her paper.
      if (!closedRecord.has(faultCode(thrown) ?? '')) throw thrown;
      throw new Fault('signer.lookup_unknown');
    }
  }

  /** S1-29: how it was, from 1 to 5. Her words go into her vault; said again it replaces. */
  async rate(unit: Unit, said: { caseId: string; score: number; words: string }): Promise<Loan> {
    const { file, store, persons, clock } = this.#parts;
    const loan = await file.read(unit, said.caseId);
    await store.rate(unit, { caseId: loan.id, score: said.score, at: clock.now() });
    await persons.put(unit, { subject: loan.subject, field: wordsField }, said.words);
    return loan;
  }

  async #contract(unit: Unit, loan: Loan): Promise<ContractFacts | undefined> {
    const { contracts, shelf } = this.#parts;
    const listed = await contracts.documentsOf(unit, loan.id);
    const document = listed.find(({ kind }) => kind === 'loan-contract');
    if (document === undefined) return undefined;
    const signed = concludedRevision(document);
    const { bytes, sha256, number } = await shelf.read(unit, document.id, signed);
    const phrase = checkPhrase(sha256);
    return { sha256: toHex(sha256), bytes: bytes.length, revision: number, phrase };
  }

  #digest(text: string): Promise<Uint8Array> {
    return this.#parts.engine.digest('sha256', utf8(text));
  }
}

/** Every byte is looked at, so that time tells nothing of how far two digests agree. */
function isEqualSlowly(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at += 1) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0 && equal(a, b);
}
