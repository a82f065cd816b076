/**
 * The bank's core system, simulated: payment passwords, disbursements, repayments.
 *
 * Every order is done once: the same order asked again gets the first receipt, the same number with
 * another content is refused. Receipts name card and amount by salted commitments. Says no for the
 * card of refusedByCoreBanking.
 */
import type { Handler, Request } from '#adapters/wire';
import { equal } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { addSeconds, formatInstant, parseInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { attest, attestationJson } from '#formats/entry';
import { commitment, saltPattern } from './commitment.ts';
import {
  bodyOf,
  digestPattern,
  heldText,
  idPattern,
  type Members,
  membersOf,
  serveJson,
  textOf,
} from './exchange.ts';
import type { SimulatorParts } from './identity-simulator.ts';
import { isSyntheticCard, refusedByCoreBanking, syntheticPaymentPassword } from './population.ts';
import { recall, remember, Turns } from './register.ts';

const passwordTriesMax = 5;
const daySeconds = 86_400;
const cardPattern = /^\d{12,19}$/;
const fenPattern = /^[1-9]\d{0,17}$/;
const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/**
 * POST /payment-passwords/check {order, card, password, salts:{card}}
 * POST /disbursements {order, contract, amountFen, card, salts:{card, amountFen}}
 * POST /repayments {order, disbursement, number, amountFen, paidOn, salts:{amountFen, paidOn}}
 * GET /disbursements
 */
export function coreBankingSimulator(parts: SimulatorParts): Handler {
  const bank = new CoreBankingSimulator(parts);
  return serveJson((request) => bank.answer(request));
}

class CoreBankingSimulator {
  readonly #parts: SimulatorParts;
  readonly #turns = new Turns();

  constructor(parts: SimulatorParts) {
    this.#parts = parts;
  }

  async answer(request: Request): Promise<Json> {
    const route = `${request.method} ${request.path}`;
    if (route === 'GET /health') return { ok: true, simulator: true };
    if (route === 'GET /disbursements') return this.#listed();
    const body = bodyOf(request);
    const order = textOf(body, 'order', idPattern);
    return this.#turns.take(order, () => {
      if (route === 'POST /payment-passwords/check') return this.#checkPassword(order, body);
      if (route === 'POST /disbursements') return this.#disburse(order, body);
      if (route === 'POST /repayments') return this.#repay(order, body);
      throw new Fault('gateways.route_unknown');
    });
  }

  async #checkPassword(order: string, body: Members): Promise<Json> {
    const { register, clock } = this.#parts;
    const card = this.#openCard(body);
    const salt = textOf(membersOf(body['salts']), 'card', saltPattern);
    const right = textOf(body, 'password', /^\d{6}$/) === syntheticPaymentPassword;
    // Counted by card: a fresh order for each try must not buy a fresh set of tries.
    const tries = await this.#triesOfDay(card);
    if (tries.length >= passwordTriesMax) throw new Fault('core_banking.password_locked');
    const at = formatInstant(clock.now());
    if (!right) await remember(register, `tries/${card}/${order}-${tries.length + 1}`, { at });
    const asked = { order, card, salt };
    const make = (): Promise<Json> =>
      this.#sign('core-banking.payment_password', {
        order,
        result: right ? 'accepted' : 'refused',
        commitments: { card: this.#commit({ salt, name: 'card', value: card }) },
      });
    if (!right) return { attestation: await make(), simulator: true };
    return this.#once(`passwords/${order}`, asked, make);
  }

  async #triesOfDay(card: string): Promise<readonly string[]> {
    const { register, clock } = this.#parts;
    const since = addSeconds(clock.now(), -daySeconds);
    const recent: string[] = [];
    for (const name of await register.list(`tries/${card}`)) {
      const held = await recall(register, name);
      if (held !== undefined && parseInstant(heldText(held, 'at')) > since) recent.push(name);
    }
    return recent;
  }

  async #disburse(order: string, body: Members): Promise<Json> {
    const salts = membersOf(body['salts']);
    const card = this.#openCard(body);
    const asked = {
      order,
      contract: textOf(body, 'contract', digestPattern),
      amountFen: textOf(body, 'amountFen', fenPattern),
      card,
      salts: {
        card: textOf(salts, 'card', saltPattern),
        amountFen: textOf(salts, 'amountFen', saltPattern),
      },
    };
    return this.#once(`disbursements/${order}`, asked, () =>
      this.#sign('core-banking.disbursement', {
        order,
        contract: asked.contract,
        commitments: {
          card: this.#commit({ salt: asked.salts.card, name: 'card', value: card }),
          amountFen: this.#commit({
            salt: asked.salts.amountFen,
            name: 'amountFen',
            value: asked.amountFen,
          }),
        },
      }),
    );
  }

  async #repay(order: string, body: Members): Promise<Json> {
    const salts = membersOf(body['salts']);
    const asked = {
      order,
      disbursement: textOf(body, 'disbursement', idPattern),
      number: textOf(body, 'number', /^[1-9]\d{0,2}$/),
      amountFen: textOf(body, 'amountFen', fenPattern),
      paidOn: textOf(body, 'paidOn', datePattern),
      salts: {
        amountFen: textOf(salts, 'amountFen', saltPattern),
        paidOn: textOf(salts, 'paidOn', saltPattern),
      },
    };
    const disbursed = await recall(this.#parts.register, `disbursements/${asked.disbursement}`);
    if (disbursed === undefined) throw new Fault('core_banking.order_unknown');
    // `paidOn` is the story's day; `at` stays this computer's clock, so the play shows as a play.
    return this.#once(`repayments/${order}`, asked, () =>
      this.#sign('core-banking.repayment', {
        order,
        disbursement: asked.disbursement,
        number: Number(asked.number),
        commitments: {
          amountFen: this.#commit({
            salt: asked.salts.amountFen,
            name: 'amountFen',
            value: asked.amountFen,
          }),
          paidOn: this.#commit({ salt: asked.salts.paidOn, name: 'paidOn', value: asked.paidOn }),
        },
      }),
    );
  }

  async #listed(): Promise<Json> {
    const { register } = this.#parts;
    const disbursements: Json[] = [];
    for (const name of await register.list('disbursements')) {
      const held = await recall(register, name);
      if (held === undefined) continue;
      const { order, contract, amountFen } = membersOf(held['asked']);
      disbursements.push({ order, contract, amountFen, attestation: held['attestation'] } as Json);
    }
    return { disbursements, simulator: true };
  }

  #openCard(body: Members): string {
    const card = textOf(body, 'card', cardPattern);
    if (!isSyntheticCard(card) || card === refusedByCoreBanking.card) {
      throw new Fault('core_banking.account_closed');
    }
    return card;
  }

  async #once(name: string, asked: Json, make: () => Promise<Json>): Promise<Json> {
    const held = await recall(this.#parts.register, name);
    if (held !== undefined) {
      const same = equal(canonicalBytes(held['asked'] as Json), canonicalBytes(asked));
      if (!same) throw new Fault('core_banking.order_differs');
      return { attestation: held['attestation'] as Json, simulator: true };
    }
    const attestation = await make();
    // Remembered before it is told: money that was answered for is money that moved, once.
    await remember(this.#parts.register, name, { asked, attestation });
    return { attestation, simulator: true };
  }

  #commit(disclosure: { salt: string; name: string; value: string }): Promise<string> {
    return commitment(this.#parts.engine, disclosure);
  }

  async #sign(
    kind: string,
    said: { commitments: Record<string, Promise<string>>; [member: string]: unknown },
  ): Promise<Json> {
    const { clock, signer } = this.#parts;
    const commitments: Record<string, string> = {};
    for (const [name, promised] of Object.entries(said.commitments)) {
      commitments[name] = await promised;
    }
    const { order, contract, disbursement, number, result } = said;
    const about = { order, contract, disbursement, number, result };
    const present = Object.entries(about).filter(([, value]) => value !== undefined);
    const statement = {
      v: 1,
      kind,
      ...(Object.fromEntries(present) as Record<string, Json>),
      commitments,
      at: formatInstant(clock.now()),
      clock: clock.source,
      simulator: true,
    };
    return attestationJson(await attest(statement, 'core-banking', signer));
  }
}
