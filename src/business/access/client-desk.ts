/**
 * Where an institution registers its partners' machines, gives them keys and takes them away.
 *
 * A machine reaches the whole tenant, and whoever holds its key is the machine: so what it may, and
 * each key of it, takes four eyes, or one could give oneself by a machine what no role gives. Every
 * change is an entry `client.changed` of the tenant's register, in the unit that makes it. A
 * secret is shown once, in the answer to the request that made it; that answer is kept as
 * ciphertext.
 */
import { z } from 'zod';
import { toBase64 } from '#base/bytes';
import type { Clock, Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { requireRange } from './address.ts';
import type { Approvals, Approved } from './approval.ts';
import type { ClientRecord, ClientSummary } from './client.ts';
import {
  type ClientKey,
  type ClientKeyKind,
  freshApiKey,
  freshKeyId,
  freshSecret,
  overlapEnd,
  requirePublicKey,
  secretPlace,
} from './client-keys.ts';
import type { ClientStore, SecretBox } from './machine-ports.ts';
import type { Register } from './ports.ts';
import { type RateName, rateLimits } from './rate.ts';
import { machineScopes, soleScopes } from './scope.ts';

const rateNames = Object.keys(rateLimits) as [RateName, ...RateName[]];
const rangesMax = 32;
const keysPerClientMax = 16;

/** What is decided about a client when it is registered or changed. */
export const clientTerms = z.strictObject({
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u),
  scopes: z.array(z.enum(machineScopes)).min(1).max(machineScopes.length),
  signature: z.enum(['required', 'optional']),
  addresses: z.array(z.string().max(64)).max(rangesMax),
  rate: z.enum(rateNames),
});

/** Name, scopes, signature, addresses and rate of a client, as an order states them. */
export type ClientTerms = z.infer<typeof clientTerms>;

/** An order for a key: made by us, or a partner's public key. */
export interface KeyOrder {
  readonly kind: ClientKeyKind;
  /** DER SubjectPublicKeyInfo; for the kinds that have one. */
  readonly publicKey?: Uint8Array;
  readonly expiresAt?: Instant;
  /** With it the client's other keys end after so many seconds: a rotation. */
  readonly overlapSeconds?: number;
}

/** A key's id and, only now, what must be kept secret of it. */
export interface GivenKey {
  readonly id: string;
  readonly secret?: string;
}

export interface ClientDeskParts {
  readonly clients: ClientStore;
  readonly secrets: SecretBox;
  readonly register: Register;
  readonly fourEyes: Pick<Approvals, 'take'>;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

/** Registers clients and their keys; `by` is the member of staff who does it. */
export class ClientDesk {
  readonly #parts: ClientDeskParts;

  constructor(parts: ClientDeskParts) {
    this.#parts = parts;
  }

  /** Registers a client that has no key yet. */
  register(by: string, order: ClientTerms & Approved): Commit<string> {
    const { approval, ...terms } = order;
    requireTerms(terms);
    return async (unit) => {
      await this.#approved(unit, { id: approval, by, order: { act: 'register', ...terms } });
      const id = uuidv7(this.#parts);
      const client = { id, tenant: unit.tenant, ...terms, revoked: false };
      await this.#parts.clients.add(unit, client, this.#parts.clock.now());
      await this.#note(unit, { client: id, change: 'registered', by, ...told(terms) });
      return id;
    };
  }

  /** Changes scopes, addresses, rate and the demand for signatures; the name stays. */
  change(by: string, id: string, order: ClientTerms & Approved): Commit<void> {
    const { approval, ...terms } = order;
    requireTerms(terms);
    return async (unit) => {
      const client = await this.#living(unit, id);
      const asked = { act: 'change', client: id, ...terms };
      await this.#approved(unit, { id: approval, by, order: asked });
      if (terms.name !== client.name) throw new Fault('access.client_malformed', { at: 'name' });
      await this.#parts.clients.save(unit, { ...client, ...terms }, this.#parts.clock.now());
      await this.#note(unit, { client: id, change: 'changed', by, ...told(terms) });
    };
  }

  /** Nothing of this client opens anything from the next request on. */
  revoke(by: string, id: string): Commit<void> {
    return async (unit) => {
      const client = await this.#living(unit, id);
      await this.#parts.clients.save(unit, { ...client, revoked: true }, this.#parts.clock.now());
      await this.#note(unit, { client: id, change: 'revoked', by });
    };
  }

  /** A key more, or in place of the others. The secret is in the answer and nowhere else. */
  addKey(by: string, id: string, order: KeyOrder & Approved): Commit<GivenKey> {
    return async (unit) => {
      const client = await this.#living(unit, id);
      const { kind, publicKey } = order;
      const named = publicKey === undefined ? {} : { publicKey: toBase64(publicKey) };
      const asked = { act: 'key', client: id, kind, ...named };
      await this.#approved(unit, { id: order.approval, by, order: asked });
      const now = this.#parts.clock.now();
      if (order.expiresAt !== undefined && order.expiresAt <= now) {
        throw new Fault('access.client_malformed', { at: 'expiresAt' });
      }
      const held = (await this.#parts.clients.keysOf(unit, id)).filter(({ revoked }) => !revoked);
      if (held.length >= keysPerClientMax)
        throw new Fault('access.client_malformed', { at: 'keys' });
      const isOurs = order.kind === 'api-key' || order.kind === 'hmac-sha256';
      if (isOurs && order.publicKey !== undefined) {
        throw new Fault('access.client_malformed', { at: 'publicKey' });
      }
      if (order.overlapSeconds !== undefined) {
        const at = overlapEnd(now, order.overlapSeconds);
        for (const key of held)
          await this.#parts.clients.endKey(unit, key.id, { at, revoked: false });
      }
      const base = {
        client: client.id,
        kind: order.kind,
        addedAt: now,
        addedBy: by,
        expiresAt: order.expiresAt,
      };
      const { key, secret } = await this.#make(unit, order, { ...base, revoked: false });
      await this.#parts.clients.addKey(unit, key);
      const change = order.overlapSeconds === undefined ? 'key_added' : 'key_rotated';
      await this.#note(unit, { client: id, change, by, key: key.id, kind: order.kind });
      return { id: key.id, ...(secret === undefined ? {} : { secret }) };
    };
  }

  /** Ends one key at once. */
  revokeKey(by: string, id: string, keyId: string): Commit<void> {
    return async (unit) => {
      await this.#living(unit, id);
      const keys = await this.#parts.clients.keysOf(unit, id);
      if (!keys.some((key) => key.id === keyId)) throw new Fault('access.client_unknown');
      const at = this.#parts.clock.now();
      await this.#parts.clients.endKey(unit, keyId, { at, revoked: true });
      await this.#note(unit, { client: id, change: 'key_revoked', by, key: keyId });
    };
  }

  /**
   * Ends what a leaver could still show: keys whose secret he was shown. A partner's own public
   * keys stay, for nobody here ever held the other half.
   */
  async leave(unit: Unit, staff: string): Promise<void> {
    const at = this.#parts.clock.now();
    for (const key of await this.#parts.clients.keysBy(unit, staff)) {
      if (key.publicKey !== undefined) continue;
      await this.#parts.clients.endKey(unit, key.id, { at, revoked: true });
      await this.#note(unit, { client: key.client, change: 'key_left', by: staff, key: key.id });
    }
  }

  /** All clients with their keys, without anything that opens a door. */
  async list(unit: Unit): Promise<readonly ClientSummary[]> {
    const clients = await this.#parts.clients.list(unit);
    const summaries: ClientSummary[] = [];
    for (const client of clients) {
      const keys = await this.#parts.clients.keysOf(unit, client.id);
      const shown = keys.map(({ id, kind, expiresAt, revoked }) => ({
        id,
        kind,
        expiresAt,
        revoked,
      }));
      summaries.push({ ...client, keys: shown });
    }
    return summaries;
  }

  async #make(
    unit: Unit,
    order: KeyOrder,
    base: Omit<ClientKey, 'id'>,
  ): Promise<{ key: ClientKey; secret?: string }> {
    const { random, engine, secrets } = this.#parts;
    if (order.kind === 'api-key') {
      const { id, shown, verifier } = await freshApiKey(random, engine);
      return { key: { ...base, id, verifier }, secret: shown };
    }
    const id = freshKeyId(random);
    if (order.kind === 'hmac-sha256') {
      const { bytes, shown } = freshSecret(random);
      const sealed = await secrets.seal(unit, secretPlace(id), bytes);
      return { key: { ...base, id, sealed }, secret: shown };
    }
    const publicKey = requirePublicKey(order.kind, order.publicKey ?? new Uint8Array(0));
    return { key: { ...base, id, publicKey } };
  }

  #approved(unit: Unit, act: Omit<Parameters<Approvals['take']>[1], 'kind'>): Promise<void> {
    return this.#parts.fourEyes.take(unit, { ...act, kind: 'client.manage' });
  }

  async #living(unit: Unit, id: string): Promise<ClientRecord> {
    const client = await this.#parts.clients.lock(unit, id);
    if (client === undefined) throw new Fault('access.client_unknown');
    if (client.revoked) throw new Fault('access.client_revoked');
    return client;
  }

  async #note(unit: Unit, what: Readonly<Record<string, string | readonly string[]>>) {
    const disclosures = Object.entries(what).map(([name, value]) => ({ name, value }));
    await this.#parts.register.note(unit, { type: 'client.changed', disclosures, of: [] });
  }
}

function requireTerms(terms: ClientTerms): void {
  for (const range of terms.addresses) requireRange(range);
  const isMixed = terms.scopes.length > 1 && terms.scopes.some((one) => soleScopes.includes(one));
  if (isMixed || new Set(terms.scopes).size !== terms.scopes.length) {
    throw new Fault('access.client_malformed', { at: 'scopes' });
  }
}

function told({ scopes, signature, addresses, rate }: ClientTerms) {
  return { scopes, signature, addresses, rate };
}
