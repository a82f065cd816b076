/**
 * Which machine is asking? Credentials, addresses, signatures, nonces and rates in one transaction,
 * which requests of one moment share.
 *
 * Promises: nothing is remembered between requests, so a client or key that was revoked opens
 * nothing at the next one, on every replica. Unknown keys, wrong secrets and expired keys are one
 * refusal. A refused try still counts against its address; a nonce is spent only by a request that
 * gets in.
 */

import { toHex } from '#base/bytes';
import { type Clock, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { type Outcome, type TenantId, Together, type Unit, type Units } from '#base/unit';
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
import type { ClientStore, KnownKey, NonceStore, SecretBox } from './machine-ports.ts';
import { addressLimit, type RateLimit, type RateStore, rateFault, rateLimits } from './rate.ts';
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
  /** How long the first of those who are judged together waits for others. */
  readonly gather?: () => Promise<void>;
}

/** What a request shows: an API key, a signature, or both. */
interface Claim {
  readonly facts: RequestFacts;
  readonly apiKey: { readonly id: string; readonly secret: string } | undefined;
  /** It shows something that is no API key of ours at all. */
  readonly isGarbled: boolean;
  readonly signature: RequestSignature | undefined;
}

/** The house's own socket: one address for all who ask there, and nobody from outside. */
const ownAddress = 'socket';
const claimsPerUnitMax = 200;
const bearerPattern = /^Bearer (fk_.*)$/;
/** After this long any bucket is full again. */
const bucketIdleMsMax = 60 * 60 * 1_000;

/** Tells machines apart; see `identify`. */
export class MachineDoor {
  readonly #parts: MachineParts;
  readonly #lines = new Map<TenantId, Together<Claim, AskingClient>>();

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
    const line = this.#lines.get(tenant) ?? this.#openLine(tenant);
    this.#lines.set(tenant, line);
    return line.ask({ facts, apiKey, isGarbled, signature });
  }

  /** Forgets nonces that are too old to be taken again, and buckets that are full again. */
  async sweep(tenant: TenantId): Promise<void> {
    const now = this.#parts.clock.now();
    await this.#parts.units.run(tenant, async (unit) => {
      await this.#parts.nonces.forget(unit, now);
      await this.#parts.rates.forget(unit, instantFromMs(now - bucketIdleMsMax));
    });
  }

  /** Who asks in one moment is judged in one unit, each by himself. */
  #openLine(tenant: TenantId): Together<Claim, AskingClient> {
    const { units, gather } = this.#parts;
    const judge = (claims: readonly Claim[]): Promise<readonly Outcome<AskingClient>[]> =>
      units.run(tenant, (unit) => this.#judgeAll(unit, claims));
    return new Together<Claim, AskingClient>({
      answer: judge,
      // A refusal is thrown after the unit, for what was counted in it must stay.
      alone: async (claim) => {
        const [outcome] = await judge([claim]);
        if (outcome?.is === 'ok') return outcome.value;
        throw outcome?.is === 'refused' ? outcome.because : new Fault('access.unauthenticated');
      },
      weightMax: claimsPerUnitMax,
      ...(gather === undefined ? {} : { gather }),
    });
  }

  /** In the order in which each would be refused alone: address, proof, terms, rate, nonce. */
  async #judgeAll(unit: Unit, claims: readonly Claim[]): Promise<readonly Outcome<AskingClient>[]> {
    const refused = await this.#countAddresses(unit, claims);
    const ids = claims.flatMap(({ apiKey, signature }) => [
      ...(apiKey === undefined ? [] : [apiKey.id]),
      ...(signature === undefined ? [] : [signature.keyId]),
    ]);
    const known = await this.#parts.clients.byKeys(unit, [...new Set(ids)]);
    const proved = new Map<Claim, ClientRecord>();
    for (const claim of claims) {
      if (refused.has(claim)) continue;
      const outcome = await this.#proved(unit, claim, known);
      if (outcome instanceof Fault) refused.set(claim, outcome);
      else proved.set(claim, outcome);
    }
    const buckets = [...proved].map(([claim, { id, rate }]) => {
      return { claim, bucket: `client:${id}`, limit: rateLimits[rate] };
    });
    for (const [claim, tooOften] of await this.#take(unit, buckets)) refused.set(claim, tooOften);
    const welcome = [...proved.keys()].filter((claim) => !refused.has(claim));
    for (const claim of await this.#replayed(unit, welcome)) {
      refused.set(claim, new Fault('access.signature_replayed'));
    }
    return claims.map((claim) => {
      const client = proved.get(claim);
      const because = refused.get(claim);
      if (because !== undefined || client === undefined) return { is: 'refused', because };
      const { id, tenant, name, scopes } = client;
      const signed = claim.signature !== undefined;
      return { is: 'ok', value: { id, tenant, name, scopes, signed } };
    });
  }

  /** The client behind a claim, or why it is not heard. */
  async #proved(
    unit: Unit,
    claim: Claim,
    known: ReadonlyMap<string, KnownKey>,
  ): Promise<ClientRecord | Fault> {
    if (claim.isGarbled) return new Fault('access.unauthenticated');
    const { address } = claim.facts;
    try {
      const client = await this.#prove(unit, claim, known);
      if (client.revoked) return new Fault('access.client_revoked');
      if (client.addresses.length > 0 && !isInside(address, client.addresses)) {
        return new Fault('access.address_refused');
      }
      if (client.signature === 'required' && claim.signature === undefined) {
        return new Fault('access.signature_required');
      }
      return client;
    } catch (thrown) {
      if (thrown instanceof Fault && !thrown.retryable) return thrown;
      throw thrown;
    }
  }

  /** The client whose credentials they all are. */
  async #prove(
    unit: Unit,
    { facts, apiKey, signature }: Claim,
    known: ReadonlyMap<string, KnownKey>,
  ): Promise<ClientRecord> {
    const proved: ClientRecord[] = [];
    if (apiKey !== undefined) {
      const { client, key } = this.#living(known, apiKey.id);
      const digest = await apiKeyVerifier(apiKey.secret, this.#parts.engine);
      const isRight = key.verifier !== undefined && equalSecrets(key.verifier, digest);
      if (key.kind !== 'api-key' || !isRight) throw new Fault('access.unauthenticated');
      proved.push(client);
    }
    if (signature !== undefined) {
      const { client, key } = this.#living(known, signature.keyId);
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

  #living(known: ReadonlyMap<string, KnownKey>, keyId: string): KnownKey {
    const found = known.get(keyId);
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

  /** Those whose address has tried too often. */
  async #countAddresses(unit: Unit, claims: readonly Claim[]): Promise<Map<Claim, Fault>> {
    const outside = claims.filter(({ facts }) => facts.address !== ownAddress);
    const buckets = await Promise.all(
      outside.map(async (claim) => {
        const mark = toHex(await this.#parts.marks.ofLine(unit.tenant, claim.facts.address));
        return { claim, bucket: `address:${mark}`, limit: addressLimit };
      }),
    );
    return this.#take(unit, buckets);
  }

  /** One request of each out of its bucket; answers those for whom there was none. */
  async #take(
    unit: Unit,
    asked: readonly { readonly claim: Claim; readonly bucket: string; readonly limit: RateLimit }[],
  ): Promise<Map<Claim, Fault>> {
    const refused = new Map<Claim, Fault>();
    if (asked.length === 0) return refused;
    const groups = Map.groupBy(asked, ({ bucket }) => bucket);
    const buckets = [...groups].map(([bucket, own]) => {
      return { bucket, limit: own[0]?.limit ?? addressLimit, count: own.length };
    });
    const taken = await this.#parts.rates.takeAll(unit, buckets, this.#parts.clock.now());
    for (const [bucket, own] of groups) {
      const { granted = 0, waitMs = 1 } = taken.get(bucket) ?? {};
      for (const { claim } of own.slice(granted)) {
        const fault = rateFault(waitMs);
        if (fault !== undefined) refused.set(claim, fault);
      }
    }
    return refused;
  }

  /** Nonces are kept for as long as their `created` would be taken, a second more for rounding. */
  async #replayed(unit: Unit, claims: readonly Claim[]): Promise<readonly Claim[]> {
    const signed = claims.flatMap((claim) => {
      if (claim.signature === undefined) return [];
      const { keyId, nonce, created } = claim.signature;
      const until = instantFromMs((created + createdWindowSeconds + 1) * 1_000);
      return [{ claim, used: { keyId, nonce, until } }];
    });
    if (signed.length === 0) return [];
    const used = signed.map((one) => one.used);
    const isFirst = await this.#parts.nonces.spend(unit, used);
    return signed.filter((_, at) => isFirst[at] !== true).map(({ claim }) => claim);
  }
}
