/** Asks the SMS gateway to send a code and to attest that a person typed it; checks its answers. */
import { Fault } from '#base/fault';
import type { Attestation } from '#formats/entry';
import { attestationIn, type GatewayClientParts } from './attestation.ts';
import { ask, type GatewayCall } from './exchange.ts';

export class SmsGateway {
  readonly #parts: GatewayClientParts;

  constructor(parts: GatewayClientParts) {
    this.#parts = parts;
  }

  /** Sends a code to the phone. The same intent again sends nothing more and is no error. */
  async sendCode(intent: {
    intent: string;
    phone: string;
    salt: string;
    documents: readonly string[];
    enrolment: string;
  }): Promise<void> {
    await ask(this.#parts.call, { method: 'POST', path: '/codes', body: { ...intent } });
  }

  /** Sends a text without a code. The same message again sends nothing more and is no error. */
  async tell(message: { message: string; phone: string; text: string }): Promise<void> {
    await ask(this.#parts.call, { method: 'POST', path: '/messages', body: { ...message } });
  }

  /** Hands over what the person typed; the attestation is the proof that she did. */
  async confirm(intent: string, code: string): Promise<Attestation> {
    const path = `/codes/${encodeURIComponent(intent)}/confirm`;
    const answer = await ask(this.#parts.call, { method: 'POST', path, body: { code } });
    const expected = { by: 'sms', parts: this.#parts };
    const attestation = await attestationIn(answer, expected);
    // A confirmation of another intent, replayed, would stand for one she never gave.
    if (attestation.statement['intent'] !== intent) {
      throw new Fault('gateways.answer_malformed', { member: 'intent' });
    }
    return attestation;
  }
}

export interface HandsetMessage {
  readonly intent: string;
  readonly text: string;
}

/** Reads a handset's inbox with the secret on its SIM: what the person sees, never serve. */
export async function readHandset(
  call: GatewayCall,
  handset: { phone: string; simSecret: string },
): Promise<readonly HandsetMessage[]> {
  const answer = await ask(call, {
    method: 'GET',
    path: `/handsets/${handset.phone}/messages`,
    headers: { authorization: `Bearer ${handset.simSecret}` },
  });
  const messages = Array.isArray(answer['messages']) ? answer['messages'] : [];
  return messages.map((message: { intent: unknown; text: unknown }) => ({
    intent: String(message.intent),
    text: String(message.text),
  }));
}
