/** Orders money from the bank's core system, each order once; checks the signed receipts. */
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Fen } from '#base/money';
import type { Attestation } from '#formats/entry';
import { attestationIn, type GatewayClientParts } from './attestation.ts';
import { ask } from './exchange.ts';

export interface DisbursementOrder {
  readonly order: string;
  /** Base64 SHA-256 of the fully signed contract. */
  readonly contract: string;
  readonly amount: Fen;
  readonly card: string;
  /** Kept with the order: asked again, the same salts must come, else it is another order. */
  readonly salts: { readonly card: string; readonly amountFen: string };
}

export interface Repayment {
  readonly order: string;
  /** The order of the disbursement that is paid back. */
  readonly disbursement: string;
  /** Which instalment, from 1. */
  readonly number: number;
  readonly amount: Fen;
  /** `2026-12-01`: the played day. */
  readonly paidOn: string;
  readonly salts: { readonly amountFen: string; readonly paidOn: string };
}

export class CoreBankingGateway {
  readonly #parts: GatewayClientParts;

  constructor(parts: GatewayClientParts) {
    this.#parts = parts;
  }

  async checkPassword(question: {
    order: string;
    card: string;
    password: string;
    salts: { card: string };
  }): Promise<{ accepted: boolean; attestation: Attestation }> {
    const body = { ...question, salts: { ...question.salts } };
    const attestation = await this.#ask('/payment-passwords/check', question.order, body);
    const { result } = attestation.statement;
    if (result !== 'accepted' && result !== 'refused') {
      throw new Fault('gateways.answer_malformed', { member: 'result' });
    }
    return { accepted: result === 'accepted', attestation };
  }

  /** The same order again gets the first receipt: after a crash, just ask again. */
  async disburse(order: DisbursementOrder): Promise<{ attestation: Attestation }> {
    const { amount, ...rest } = order;
    const body = { ...rest, amountFen: String(amount), salts: { ...order.salts } };
    return { attestation: await this.#ask('/disbursements', order.order, body) };
  }

  async repay(repayment: Repayment): Promise<{ attestation: Attestation }> {
    const { amount, number, ...rest } = repayment;
    const numbers = { amountFen: String(amount), number: String(number) };
    const body = { ...rest, ...numbers, salts: { ...repayment.salts } };
    return { attestation: await this.#ask('/repayments', repayment.order, body) };
  }

  async #ask(path: string, order: string, body: Json): Promise<Attestation> {
    const answer = await ask(this.#parts.call, { method: 'POST', path, body });
    const expected = { by: 'core-banking', parts: this.#parts };
    const attestation = await attestationIn(answer, expected);
    // A receipt of another order, replayed, would pay for this one.
    if (attestation.statement['order'] !== order) {
      throw new Fault('gateways.answer_malformed', { member: 'order' });
    }
    return attestation;
  }
}

/** What the bank says it paid out: a drill compares it with the log. */
export async function listDisbursements(
  call: GatewayClientParts['call'],
): Promise<readonly { order: string; contract: string; amountFen: string }[]> {
  const answer = await ask(call, { method: 'GET', path: '/disbursements' });
  const listed = Array.isArray(answer['disbursements']) ? answer['disbursements'] : [];
  return listed.map((paid: Readonly<Record<string, unknown>>) => ({
    order: String(paid['order']),
    contract: String(paid['contract']),
    amountFen: String(paid['amountFen']),
  }));
}
