/** Queries the credit bureau under a signed authorisation; checks the signed answer. */
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Attestation } from '#formats/entry';
import { attestationIn, type GatewayClientParts } from './attestation.ts';
import { ask, type Members, membersOf } from './exchange.ts';

export interface BureauReport {
  /** Does the bureau know this person at all? */
  readonly known: boolean;
  readonly score: number;
  readonly defaults: number;
  readonly simulator: boolean;
}

export class BureauGateway {
  readonly #parts: GatewayClientParts;

  constructor(parts: GatewayClientParts) {
    this.#parts = parts;
  }

  /**
   * `authorisation` is the base64 SHA-256 of the signed authorisation document. The attestation
   * commits to `reportText`, the report's canonical JSON, under `salts.report` as `report`.
   */
  async query(question: {
    request: string;
    authorisation: string;
    name: string;
    idNumber: string;
    salts: { name: string; idNumber: string; report: string };
  }): Promise<{ report: BureauReport; reportText: string; attestation: Attestation }> {
    const body = { ...question, salts: { ...question.salts } };
    const answer = await ask(this.#parts.call, { method: 'POST', path: '/queries', body });
    const expected = { by: 'bureau', parts: this.#parts };
    const attestation = await attestationIn(answer, expected);
    const { statement } = attestation;
    const { request, authorisation } = question;
    if (statement['request'] !== request || statement['authorisation'] !== authorisation) {
      throw new Fault('gateways.answer_malformed', { member: 'request' });
    }
    const held = membersOf(answer['report']);
    return { report: reportOf(held), reportText: canonical(held as Json), attestation };
  }
}

function reportOf(held: Members): BureauReport {
  const { known, score = 0, defaults = 0, simulator = false } = held;
  const right =
    typeof known === 'boolean' && typeof score === 'number' && typeof defaults === 'number';
  if (!right) throw new Fault('gateways.answer_malformed', { member: 'report' });
  return { known, score, defaults, simulator: simulator === true };
}
