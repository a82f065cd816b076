/**
 * An address as a keyed digest: enough to count by and to recognise, useless without the key store.
 *
 * An IP address is personal information (PIPL 4), and there are so few that a plain digest could be
 * turned back by trying all of them. The key is asked for once per process and tenant.
 */
import { utf8 } from '#base/bytes';
import type { TenantId } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { hmacSha256 } from '#formats/httpsig';
import { addressBytes, lineBytes } from './address.ts';
import type { MarkKey } from './machine-ports.ts';

/** Makes marks of addresses, the same in every replica that shares a key store. */
export class AddressMarks {
  readonly #parts: { readonly key: MarkKey; readonly engine: Engine };
  readonly #keys = new Map<TenantId, Promise<Uint8Array>>();

  constructor(parts: { readonly key: MarkKey; readonly engine: Engine }) {
    this.#parts = parts;
  }

  /** 32 bytes; one address in two spellings has one mark. */
  async of(tenant: TenantId, address: string): Promise<Uint8Array> {
    return this.#mark(tenant, addressBytes(address) ?? utf8(address));
  }

  /** The mark of a line: an IPv4 address, or the /64 that one IPv6 caller owns all of. */
  async ofLine(tenant: TenantId, address: string): Promise<Uint8Array> {
    return this.#mark(tenant, lineBytes(address));
  }

  async #mark(tenant: TenantId, bytes: Uint8Array): Promise<Uint8Array> {
    return hmacSha256(await this.#key(tenant), bytes, this.#parts.engine);
  }

  #key(tenant: TenantId): Promise<Uint8Array> {
    const key = this.#keys.get(tenant) ?? this.#parts.key(tenant);
    this.#keys.set(tenant, key);
    // A failure is not remembered: the next caller asks again.
    key.catch(() => this.#keys.delete(tenant));
    return key;
  }
}
