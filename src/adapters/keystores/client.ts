/**
 * Asks the key-store process over its Unix socket: this process holds neither epoch nor seal keys.
 *
 * Every question may be asked again: wrapping makes a further wrapping of the same key, and a
 * ticket gets the same signature for ever.
 */
import { fromBase64, toBase64 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { EpochOrders, EpochTokens, WrapKeys } from '#business/vault';
import type { SealedTicket, TicketOrder } from '#trust/keys';
import { askKeyStore, membersOf, type Said, textOf } from './ask.ts';

const answerMsMax = 5_000;

export class KeystoreClient implements WrapKeys, EpochOrders {
  readonly #socketPath: string;
  readonly #order: { readonly order?: string };

  /** With `orderSecret` its orders about epochs are obeyed. */
  constructor(socketPath: string, orderSecret?: string) {
    this.#socketPath = socketPath;
    this.#order = orderSecret === undefined ? {} : { order: orderSecret };
  }

  async wrap(
    tenant: TenantId,
    { suite, keys }: Parameters<WrapKeys['wrap']>[1],
  ): ReturnType<WrapKeys['wrap']> {
    const asked = keys.map(({ subject, key }) => ({ subject, key: toBase64(key) }));
    const answer = await this.#ask('/vault/wrap', { tenant, suite, keys: asked });
    const wrapped = listOf(answer, 'wrapped').map(bytesIn);
    return { epoch: textOf(answer, 'epoch'), wrapped };
  }

  async unwrap(
    tenant: TenantId,
    all: Parameters<WrapKeys['unwrap']>[1],
  ): Promise<readonly (Uint8Array | undefined)[]> {
    if (all.length === 0) return [];
    const wrapped = all.map((one) => ({
      subject: one.subject,
      epoch: one.epoch,
      wrapped: toBase64(one.wrapped),
    }));
    const answer = await this.#ask('/vault/unwrap', { tenant, wrapped });
    return listOf(answer, 'keys').map((key) => (key === null ? undefined : bytesIn(key)));
  }

  async tokens(
    tenant: TenantId,
    { purpose, epoch, asks }: Parameters<WrapKeys['tokens']>[1],
  ): Promise<readonly EpochTokens[]> {
    const named = epoch === undefined ? {} : { epoch };
    const asked = asks.map((ask) => ({ ...ask }));
    const question = { ...this.#order, tenant, purpose, ...named, asks: asked };
    const answer = await this.#ask('/vault/tokens', question);
    return listOf(answer, 'epochs').map((one) => {
      const inner = membersOf(one);
      return { epoch: textOf(inner, 'epoch'), tokens: listOf(inner, 'tokens').map(bytesIn) };
    });
  }

  /** A keyed digest under a secret of the tenant's that no change of epoch turns. */
  async bind(tenant: TenantId, field: string, value: Uint8Array): Promise<Uint8Array> {
    const question = { tenant, field, value: toBase64(value) };
    return bytesOf(await this.#ask('/vault/bind', question), 'digest');
  }

  async epochs(tenant: TenantId): Promise<readonly string[]> {
    return listOf(await this.#ask('/vault/epochs', { tenant }), 'epochs').map(String);
  }

  async turn(tenant: TenantId, from: string): Promise<string> {
    return textOf(await this.#ask('/vault/turn', { ...this.#order, tenant, from }), 'epoch');
  }

  async retire(tenant: TenantId, epoch: string): Promise<void> {
    await this.#ask('/vault/retire', { ...this.#order, tenant, epoch });
  }

  /** Destroys every secret of a tenant that has left. */
  async forget(tenant: TenantId): Promise<void> {
    await this.#ask('/vault/forget', { ...this.#order, tenant });
  }

  async certificateOf(tenant: string, seal: string): Promise<Uint8Array> {
    return bytesOf(await this.#ask('/seals/certificate', { tenant, seal }), 'certificate');
  }

  async signTicket(ticket: Json, order: TicketOrder): Promise<SealedTicket> {
    const { intention, ...rest } = order;
    const { entry, salts } = intention;
    const asked = { ...rest, entry: toBase64(entry), salts: { ...salts } };
    const answer = await this.#ask('/seals/sign', { ticket, order: asked });
    return {
      signature: bytesOf(answer, 'signature'),
      authorisationSha256: bytesOf(answer, 'authorisationSha256'),
    };
  }

  #ask(path: string, question: Json): Promise<Said> {
    return askKeyStore(this.#socketPath, { path, question, timeoutMs: answerMsMax });
  }
}

function listOf(answer: Said, name: string): readonly unknown[] {
  const member = answer[name];
  if (!Array.isArray(member)) throw new Fault('keystores.answer_malformed', { member: name });
  return member;
}

function bytesIn(text: unknown): Uint8Array {
  if (typeof text !== 'string') throw new Fault('keystores.answer_malformed');
  // The key store's own word, by the million: it needs no strict reading.
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function bytesOf(answer: Said, name: string): Uint8Array {
  return fromBase64(textOf(answer, name));
}
