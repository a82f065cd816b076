/** Asks whether name, ID number, card and phone belong to one person; checks the signed answer. */
import { Fault } from '#base/fault';
import type { Attestation } from '#formats/entry';
import { attestationIn, type GatewayClientParts } from './attestation.ts';
import { ask } from './exchange.ts';

export interface FourElements {
  readonly name: string;
  readonly idNumber: string;
  readonly card: string;
  readonly phone: string;
}

export class IdentityGateway {
  readonly #parts: GatewayClientParts;

  constructor(parts: GatewayClientParts) {
    this.#parts = parts;
  }

  /** The same request with the same question gets the first answer again. */
  async check(question: {
    request: string;
    person: FourElements;
    salts: FourElements;
  }): Promise<{ result: 'match' | 'mismatch'; attestation: Attestation }> {
    const { request, person, salts } = question;
    const { name, idNumber, card, phone } = person;
    const body = { request, name, idNumber, card, phone, salts: { ...salts } };
    const answer = await ask(this.#parts.call, { method: 'POST', path: '/checks', body });
    const expected = { by: 'identity', parts: this.#parts };
    const attestation = await attestationIn(answer, expected);
    const { statement } = attestation;
    const { result } = statement;
    // An attestation of another request, replayed, would vouch for another person.
    if (statement['request'] !== request || (result !== 'match' && result !== 'mismatch')) {
      throw new Fault('gateways.answer_malformed', { member: 'result' });
    }
    return { result, attestation };
  }
}
