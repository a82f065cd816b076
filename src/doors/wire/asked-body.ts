/**
 * What another process asked, read member by member: what is missing or of another kind is refused.
 */
import { fromBase64, fromUtf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';

/** A JSON object whose members are asked for by name and kind. */
export class Body {
  readonly #members: ReadonlyMap<string, Json>;

  constructor(value: Json) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject) throw new Fault('keystore.request_malformed');
    this.#members = new Map(Object.entries<Json>(value));
  }

  json(name: string): Json {
    const member = this.#members.get(name);
    if (member === undefined) throw new Fault('keystore.request_malformed', { member: name });
    return member;
  }

  inner(name: string): Body {
    return new Body(this.json(name));
  }

  text(name: string): string {
    const member = this.json(name);
    if (typeof member !== 'string' || member.length === 0) {
      throw new Fault('keystore.request_malformed', { member: name });
    }
    return member;
  }

  bytes(name: string): Uint8Array {
    const member = this.json(name);
    if (typeof member !== 'string') throw new Fault('keystore.request_malformed', { member: name });
    return fromBase64(member);
  }

  /** Undefined where it is not there. */
  optional(name: string): string | undefined {
    return this.#members.has(name) ? this.text(name) : undefined;
  }

  count(name: string): number {
    const member = this.json(name);
    if (typeof member === 'number' && Number.isSafeInteger(member)) return member;
    throw new Fault('keystore.request_malformed', { member: name });
  }

  /** A list of objects. */
  list(name: string): Body[] {
    const member = this.json(name);
    if (!Array.isArray(member)) throw new Fault('keystore.request_malformed', { member: name });
    return member.map((one: Json) => new Body(one));
  }

  oneOf<Name extends string>(name: string, names: readonly Name[]): Name {
    const text = this.text(name);
    const known = names.find((one) => one === text);
    if (known === undefined) throw new Fault('keystore.request_malformed', { member: name });
    return known;
  }

  tenant(): TenantId {
    return this.text('tenant') as TenantId;
  }
}

export function parseJson(bytes: Uint8Array): Json {
  try {
    return JSON.parse(fromUtf8(bytes)) as Json;
  } catch (cause) {
    throw new Fault('keystore.request_malformed', {}, { cause });
  }
}
