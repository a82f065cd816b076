/**
 * Which machine is asking? Credentials, addresses, signatures, nonces and rates in one transaction.
 *
 * Promises: nothing is remembered between requests, so a client or key that was revoked opens
 * nothing at the next one, on every replica. Unknown keys, wrong secrets and expired keys are one
 * refusal. A refused try still counts against its address; a nonce is spent only by a request that
 * gets in.
 */

import { toHex } from '#base/bytes';
import { type Clock, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { equalSecrets, type MessageKey } from '#formats/httpsig';
import { isInside } from './address.ts';
import type { AddressMarks } from './address-marks.ts';
import type { AskingClient, ClientRecord } from './client.ts';
import {
  apiKeyVerifier,
  type ClientKey,
  isAlive,
  messageKeyOf,
  parseApiKey,
} from './client-keys.ts';
import type { ClientStore, NonceStore, SecretBox } from './machine-ports.ts';
import { addressLimit, type RateStore, rateFault, rateLimits } from './rate.ts';
import type { RequestFacts } from './request-facts.ts';
import {
  createdWindowSeconds,
  type RequestSignature,
  requestSignature,
  requireTrue,
} from './request-signature.ts';

export interface MachineParts {
  readonly units: Units;
  readonly clients: ClientStore;
  readonly nonces: NonceStore;
  readonly rates: RateStore;
  readonly secrets: SecretBox;
  readonly marks: AddressMarks;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** What a request shows: an API key, a signature, or both. */
interface Shown {
  readonly apiKey: { readonly id: string; readonly secret: string } | undefined;
  readonly signature: RequestSignature | undefined;
}

/** The house's own socket: one address for all who ask there, and nobody from outside. */
const ownAddress = 'socket';
const bearerPattern = /^Bearer (fk_.*)$/;
/** After this long any bucket is full again. */
const bucketIdleMsMax = 60 * 60 * 1_000;

/** Tells machines apart; see `identify`. */
export class MachineDoor {
  readonly #parts: MachineParts;

  constructor(parts: MachineParts) {
    this.#parts = parts;
  }

  /**
   * The client behind a request; undefined when the request claims to be no machine's. A claim that
   * does not hold is refused: it never falls back to a lesser caller.
   */
  async identify(tenant: TenantId, facts: RequestFacts): Promise<AskingClient | undefined> {
    const now = this.#parts.clock.now();
    const bearer = bearerPattern.exec(facts.headers['authorization'] ?? '')?.[1];
    const signature = requestSignature(facts, now);
    if (bearer === undefined && signature === undefined) return undefined;
    const apiKey = bearer === undefined ? undefined : parseApiKey(bearer);
    const isGarbled = bearer !== undefined && apiKey === undefined;
    // The refusal is thrown after the unit, for what was counted in it must stay.
    const outcome = await this.#parts.units.run(tenant, async (unit) => {
      const refusal = await this.#takeOfAddress(unit, facts.address);
      if (refusal !== undefined) return refusal;
      if (isGarbled) return new Fault('access.unauthenticated');
      return this.#judge(unit, facts, { apiKey, signature });
    });
    if (outcome instanceof Fault) throw outcome;
    return outcome;
  }

  /** Forgets nonces that are too old to be taken again, and buckets that are full again. */
  async sweep(tenant: TenantId): Promise<void> {
    const now = this.#parts.clock.now();
    await this.#parts.units.run(tenant, async (unit) => {
      await this.#parts.nonces.forget(unit, now);
      await this.#parts.rates.forget(unit, instantFromMs(now - bucketIdleMsMax));
    });
  }

  async #judge(unit: Unit, facts: RequestFacts, shown: Shown): Promise<AskingClient | Fault> {
    try {
      const client = await this.#prove(unit, facts, shown);
      if (client.revoked) return new Fault('access.client_revoked');
      if (client.addresses.length > 0 && !isInside(facts.address, client.addresses)) {
        return new Fault('access.address_refused');
      }
      if (client.signature === 'required' && shown.signature === undefined) {
        return new Fault('access.signature_required');
      }
      const tooOften = await this.#take(unit, `client:${client.id}`, rateLimits[client.rate]);
      if (tooOften !== undefined) return tooOften;
      if (!(await this.#spend(unit, shown.signature))) {
        return new Fault('access.signature_replayed');
      }
      const { id, tenant, name, scopes } = client;
      return { id, tenant, name, scopes, signed: shown.signature !== undefined };
    } catch (thrown) {
      if (thrown instanceof Fault && !thrown.retryable) return thrown;
      throw thrown;
    }
  }

  /** The client whose credentials they all are. */
  async #prove(unit: Unit, facts: RequestFacts, shown: Shown): Promise<ClientRecord> {
    const { apiKey, signature } = shown;
    const proved: ClientRecord[] = [];
    if (apiKey !== undefined) {
      const { client, key } = await this.#living(unit, apiKey.id);
      const digest = await apiKeyVerifier(apiKey.secret, this.#parts.engine);
      const isRight = key.verifier !== undefined && equalSecrets(key.verifier, digest);
      if (key.kind !== 'api-key' || !isRight) throw new Fault('access.unauthenticated');
      proved.push(client);
    }
    if (signature !== undefined) {
      const { client, key } = await this.#living(unit, signature.keyId);
      const messageKey = await this.#messageKey(unit, key);
      await requireTrue({ facts, signature }, messageKey, this.#parts.engine);
      proved.push(client);
    }
    const [one, other] = proved;
    if (one === undefined || (other !== undefined && other.id !== one.id)) {
      throw new Fault('access.unauthenticated');
    }
    return one;
  }

  async #living(unit: Unit, keyId: string): Promise<{ client: ClientRecord; key: ClientKey }> {
    const found = await this.#parts.clients.byKey(unit, keyId);
    if (found === undefined || !isAlive(found.key, this.#parts.clock.now())) {
      throw new Fault('access.unauthenticated');
    }
    return found;
  }

  async #messageKey(unit: Unit, key: ClientKey): Promise<MessageKey> {
    const { clock, secrets } = this.#parts;
    const open: Parameters<typeof messageKeyOf>[1]['open'] = (place, sealed) =>
      secrets.open(unit, place, sealed);
    const found = await messageKeyOf(key, { now: clock.now(), open });
    if (found === undefined) throw new Fault('access.unauthenticated');
    return found;
  }

  async #takeOfAddress(unit: Unit, address: string): Promise<Fault | undefined> {
    if (address === ownAddress) return undefined;
    const mark = toHex(await this.#parts.marks.ofLine(unit.tenant, address));
    return this.#take(unit, `address:${mark}`, addressLimit);
  }

  async #take(
    unit: Unit,
    bucket: string,
    limit: { burst: number; perMinute: number },
  ): Promise<Fault | undefined> {
    const now = this.#parts.clock.now();
    return rateFault(await this.#parts.rates.take(unit, bucket, { limit, now }));
  }

  /** Kept for as long as its `created` would be taken, and a second more for rounding. */
  async #spend(unit: Unit, signature: RequestSignature | undefined): Promise<boolean> {
    if (signature === undefined) return true;
    const { keyId, nonce, created } = signature;
    const until = instantFromMs((created + createdWindowSeconds + 1) * 1_000);
    return this.#parts.nonces.spend(unit, { keyId, nonce, until });
  }
}
