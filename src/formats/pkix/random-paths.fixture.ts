/**
 * Random certification paths: authorities that roll their keys over, certify each other and limit
 * each other in every way of RFC 5280, drawn from a seed.
 */
import { nodeEngine } from '#adapters/engine';
import { addSeconds } from '#base/clock';
import { certificateTime, contextPrimitive, integer, nullValue, oid, sequence } from '#formats/der';
import {
  anyPolicyOid,
  authorityKeyIdentifier,
  basicConstraints,
  buildName,
  type Certificate,
  type Extension,
  extensionOid,
  type GeneralName,
  keyIdentifier,
  keyUsage,
  nameConstraints,
  subjectAltName,
  subjectKeyIdentifier,
} from '#formats/x509';
import { extension, gold, silver } from './judging.fixture.ts';
import { certify, type Draft, draft, keyAt, named, now, yearSeconds } from './world.fixture.ts';

/** A leaf, the authorities that may lie above it, and what is asked of a path. */
export interface RandomPath {
  readonly root: Certificate;
  readonly pool: readonly Certificate[];
  readonly leaf: Certificate;
  readonly policies: readonly string[] | undefined;
  readonly explicitPolicyRequired: boolean;
}

const policyNames = [gold, silver, '1.3.6.1.4.1.55555.3'] as const;
const allPolicies = [...policyNames, anyPolicyOid] as const;
const keysMax = 4;

export class RandomPaths {
  #state: number;
  #serial = 1;
  #hasPolicies = false;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  async next(): Promise<RandomPath> {
    this.#hasPolicies = this.#chance(0.45);
    const root = await certify(
      draft(
        { subject: named('R'), issuer: named('R'), signer: keyAt(0), key: keyAt(0), serial: 900 },
        [basicConstraints(true, null), subjectKeyIdentifier(await idOf(0))],
      ),
    );
    const pool: Certificate[] = [];
    let by: readonly [string, number] = ['R', 0];
    for (const [at, name] of ['A', 'B', 'C'].slice(0, this.#pick([1, 1, 2, 2, 3])).entries()) {
      const key = at + 1;
      pool.push(await this.#authority([name, key], by));
      if (this.#chance(0.12)) pool.push(await this.#authority([name, key], by));
      by = [name, key];
      if (this.#chance(0.2)) {
        const rolled = (key + 1) % keysMax;
        pool.push(await this.#authority([name, rolled], by));
        if (this.#chance(0.3)) pool.push(await this.#authority([name, key], [name, rolled]));
        if (this.#chance(0.7)) by = [name, rolled];
      }
      if (this.#chance(0.1)) pool.push(await this.#authority(['R', 0], by));
    }
    const leaf = await this.#certified(['leaf', 2], by, this.#leafExtensions());
    const policies = this.#hasPolicies
      ? this.#pick([undefined, policyNames.slice(0, 1), policyNames.slice(1)])
      : undefined;
    const explicitPolicyRequired = this.#hasPolicies && this.#chance(0.5);
    return { root, pool, leaf, policies, explicitPolicyRequired };
  }

  #authority(
    subject: readonly [string, number],
    issuer: readonly [string, number],
  ): Promise<Certificate> {
    const extensions: Extension[] = [];
    const length = this.#chance(0.25) ? this.#pick([0, 1, 2]) : null;
    if (this.#chance(0.93)) extensions.push(basicConstraints(true, length));
    const usage = this.#chance(0.93) ? 'keyCertSign' : 'cRLSign';
    if (this.#chance(0.7)) extensions.push(keyUsage(usage));
    if (this.#chance(0.12)) extensions.push(nameConstraints(...this.#subtrees()));
    if (this.#chance(0.02)) extensions.push(strange);
    if (this.#hasPolicies) extensions.push(...this.#limits());
    return this.#certified(subject, issuer, extensions);
  }

  #leafExtensions(): Extension[] {
    const names = this.#some<GeneralName>(0.5, [
      { dns: this.#pick(['leaf.example', 'a.leaf.example', 'example', 'evil.test']) },
      { email: this.#pick(['leaf@example.com', 'leaf@mail.example.com', 'x@other.com']) },
      { uri: this.#pick(['https://www.example.com/x', 'http://example.com', 'urn:x:y']) },
      {
        ip: Uint8Array.from(
          this.#pick([
            [10, 1, 2, 3],
            [192, 168, 9, 9],
            [8, 8, 8, 8],
          ]),
        ),
      },
      { directory: buildName([['organization', this.#pick(['TEST', 'OTHER'])]]) },
    ]);
    return [
      ...(names.length > 0 ? [subjectAltName(names)] : []),
      ...(this.#hasPolicies ? this.#policies() : []),
      ...this.#some(0.02, [strange]),
    ];
  }

  #policies(): Extension[] {
    const held = new Set([this.#pick<string>(allPolicies), this.#pick<string>(allPolicies)]);
    const value = sequence(...[...held].map((name) => sequence(oid(name))));
    return this.#some(0.8, [extension(extensionOid.certificatePolicies, value, false)]);
  }

  #limits(): Extension[] {
    const pair = sequence(
      oid(this.#pick<string>(policyNames)),
      oid(this.#pick<string>(policyNames)),
    );
    const after = (tag: number): Uint8Array =>
      contextPrimitive(tag, Uint8Array.of(this.#pick([0, 1, 2])));
    const constraints = this.#some(0.6, [after(0), after(1)]);
    return [
      ...this.#policies(),
      ...this.#some(0.25, [extension(extensionOid.policyMappings, sequence(pair))]),
      ...(constraints.length === 0 || this.#chance(0.8)
        ? []
        : [extension(extensionOid.policyConstraints, sequence(...constraints))]),
      ...this.#some(0.15, [extension(extensionOid.inhibitAnyPolicy, integer(this.#pick([0, 1])))]),
    ];
  }

  #subtrees(): [GeneralName[], GeneralName[]] {
    const one = (): GeneralName =>
      this.#pick<GeneralName>([
        { dns: this.#pick(['example', 'leaf.example', 'EXAMPLE', 'other.example']) },
        { email: this.#pick(['example.com', '.example.com', 'leaf@example.com', 'other.com']) },
        { uri: this.#pick(['example.com', '.example.com', 'www.example.com']) },
        { ip: Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0) },
        { directory: buildName([['organization', this.#pick(['TEST', 'OTHER'])]]) },
      ]);
    return this.#chance(0.5) ? [[one(), one()], []] : [[one()], [one()]];
  }

  async #certified(
    [subject, key]: readonly [string, number],
    [issuer, signer]: readonly [string, number],
    extensions: readonly Extension[],
  ): Promise<Certificate> {
    const ids = [
      subjectKeyIdentifier(this.#chance(0.97) ? await idOf(key) : Uint8Array.of(1)),
      authorityKeyIdentifier(this.#chance(0.95) ? await idOf(signer) : Uint8Array.of(9)),
    ];
    this.#serial += 1;
    const names = { subject: named(subject), issuer: named(issuer) };
    const of: Draft = draft(
      { ...names, signer: keyAt(signer), key: keyAt(key), serial: this.#serial },
      [...extensions, ...this.#some(0.6, ids)],
    );
    of.isForged = this.#chance(0.03);
    if (this.#chance(0.04)) {
      const years = this.#pick([-3, 2]);
      const [from, to] = [years, years + 1].map((year) => addSeconds(now, year * yearSeconds));
      of.times = [certificateTime(from ?? now), certificateTime(to ?? now)];
    }
    return certify(of);
  }

  #some<T>(share: number, of: readonly T[]): T[] {
    return of.filter(() => this.#chance(share));
  }

  #pick<T>(of: readonly [T, ...T[]]): T {
    return of[Math.floor(this.#draw() * of.length)] ?? of[0];
  }

  #chance(share: number): boolean {
    return this.#draw() < share;
  }

  /** mulberry32, from 0 up to 1. */
  #draw(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

const strange = extension('1.3.6.1.4.1.55555.9', nullValue());

function idOf(key: number): Promise<Uint8Array> {
  return keyIdentifier(keyAt(key).publicKey, nodeEngine);
}
