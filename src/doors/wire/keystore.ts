/**
 * The door of the process `fubie keystore`: wraps and unwraps the vault's keys, signs tickets.
 *
 * It answers questions and takes no orders about keys: making, turning and destroying epochs,
 * seals and authorisations happen in its folder, by whoever may open that folder.
 */
import { fromBase64, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { WrapKeys } from '#business/vault';
import type { SealKeys, SealStore } from '#trust/keys';

const bodyBytesMax = 256 * 1024;

export interface KeystoreParts {
  readonly wrapKeys: WrapKeys & { epoch(): string };
  readonly sealKeys: SealKeys;
  readonly seals: SealStore;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
}

interface Given {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

type Route = (parts: KeystoreParts, body: Body) => Promise<Json>;

const routes: Readonly<Record<string, Route>> = {
  'GET /health': async (parts) => ({ is: 'ready', epoch: parts.wrapKeys.epoch() }),
  'POST /vault/epoch': async (parts) => ({ epoch: parts.wrapKeys.epoch() }),
  'POST /vault/wrap': async (parts, body) => {
    const owner = { tenant: body.tenant(), subject: body.text('subject') };
    const { epoch, wrapped } = await parts.wrapKeys.wrap(owner, body.bytes('key'));
    return { epoch, wrapped: toBase64(wrapped) };
  },
  'POST /vault/unwrap': async (parts, body) => {
    const owner = { tenant: body.tenant(), subject: body.text('subject') };
    const wrapped = { epoch: body.text('epoch'), wrapped: body.bytes('wrapped') };
    return { key: toBase64(await parts.wrapKeys.unwrap(owner, wrapped)) };
  },
  'POST /vault/blind': async (parts, body) => {
    const place = { tenant: body.tenant(), field: body.text('field') };
    return { blind: toBase64(await parts.wrapKeys.blind(place, body.bytes('value'))) };
  },
  'POST /seals/certificate': async (parts, body) => {
    const seal = body.text('seal');
    const held = await parts.seals.open(seal);
    if (held === undefined) throw new Fault('keys.seal_unknown', { seal });
    return { certificate: toBase64(held.certificate) };
  },
  'POST /seals/sign': async (parts, body) => {
    const order = body.inner('order');
    const { signature, authorisationSha256 } = await parts.sealKeys.signTicket(
      body.json('ticket'),
      {
        tenant: order.text('tenant'),
        seal: order.text('seal'),
        authorisation: order.text('authorisation'),
        kind: order.text('kind'),
      },
    );
    return {
      signature: toBase64(signature),
      authorisationSha256: toBase64(authorisationSha256),
    };
  },
};

/** Faults fly: the wire answers them with their code. */
export function keystoreHandler(parts: KeystoreParts): (asked: Asked) => Promise<Given> {
  return async (asked) => {
    const route = routes[`${asked.method} ${asked.path}`];
    if (route === undefined) throw new Fault('keystore.route_unknown');
    if (asked.body.length > bodyBytesMax) throw new Fault('keystore.request_too_large');
    const body = new Body(asked.body.length === 0 ? {} : parseJson(asked.body));
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: utf8(canonical(await route(parts, body))),
    };
  };
}

/** A JSON object whose members are asked for by name and kind. */
class Body {
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

  tenant(): TenantId {
    return this.text('tenant') as TenantId;
  }
}

function parseJson(bytes: Uint8Array): Json {
  try {
    return JSON.parse(fromUtf8(bytes)) as Json;
  } catch (cause) {
    throw new Fault('keystore.request_malformed', {}, { cause });
  }
}
