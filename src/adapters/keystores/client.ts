/**
 * Asks the key-store process over its Unix socket: this process holds neither epoch nor seal keys.
 *
 * Every question may be asked again: wrapping makes a further wrapping of the same key, and a
 * ticket gets the same signature for ever.
 */
import { call, okBody } from '#adapters/wire';
import { fromBase64, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { WrapKeys, WrappedKey } from '#business/vault';
import type { SealedTicket, TicketOrder } from '#trust/keys';

const answerMsMax = 5_000;

export class KeystoreClient implements WrapKeys {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  async wrap(owner: Parameters<WrapKeys['wrap']>[0], key: Uint8Array): Promise<WrappedKey> {
    const { tenant, subject } = owner;
    const answer = await this.#ask('/vault/wrap', { tenant, subject, key: toBase64(key) });
    return { epoch: textOf(answer, 'epoch'), wrapped: bytesOf(answer, 'wrapped') };
  }

  async unwrap(
    owner: Parameters<WrapKeys['unwrap']>[0],
    { epoch, wrapped }: WrappedKey,
  ): Promise<Uint8Array> {
    const { tenant, subject } = owner;
    const question = { tenant, subject, epoch, wrapped: toBase64(wrapped) };
    return bytesOf(await this.#ask('/vault/unwrap', question), 'key');
  }

  async blind(place: Parameters<WrapKeys['blind']>[0], value: Uint8Array): Promise<Uint8Array> {
    const { tenant, field } = place;
    const question = { tenant, field, value: toBase64(value) };
    return bytesOf(await this.#ask('/vault/blind', question), 'blind');
  }

  /** The epoch under which keys are wrapped now: what `Vault.rewrap` brings older keys to. */
  async epoch(): Promise<string> {
    return textOf(await this.#ask('/vault/epoch', {}), 'epoch');
  }

  async certificateOf(seal: string): Promise<Uint8Array> {
    return bytesOf(await this.#ask('/seals/certificate', { seal }), 'certificate');
  }

  async signTicket(ticket: Json, order: TicketOrder): Promise<SealedTicket> {
    const answer = await this.#ask('/seals/sign', { ticket, order: { ...order } });
    return {
      signature: bytesOf(answer, 'signature'),
      authorisationSha256: bytesOf(answer, 'authorisationSha256'),
    };
  }

  async #ask(path: string, question: Json): Promise<Record<string, unknown>> {
    const answer = await call(this.#socketPath, {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: utf8(canonical(question)),
      timeoutMs: answerMsMax,
    });
    const value: unknown = JSON.parse(fromUtf8(okBody(answer)));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  }
}

function textOf(answer: Record<string, unknown>, name: string): string {
  const member = answer[name];
  if (typeof member !== 'string') throw new Fault('keystores.answer_malformed', { member: name });
  return member;
}

function bytesOf(answer: Record<string, unknown>, name: string): Uint8Array {
  return fromBase64(textOf(answer, name));
}
