import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, equal, fromBase64Url, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { addMs, addSeconds, type Clock, type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { seededRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import {
  AddressMarks,
  ClientDesk,
  MachineDoor,
  type RateName,
  type Register,
  type RequestFacts,
  type SecretBox,
} from '#business/access';
import {
  printContentDigest,
  printParameters,
  printSignatureFields,
  signatureBase,
} from '#formats/httpsig';
import { DeskWorld } from '../lending/desk-world.fixture.ts';
import { bankA, bankB, type Scratch } from '../scratch.ts';
import { PostgresClients, PostgresNonces } from './client-store.ts';
import { PostgresRates } from './rate-store.ts';

const random = seededRandom(31);
let now: Instant = instantFromMs(1_795_000_000_000);
const clock: Clock = { now: () => now, source: 'TEST' };
const by = '01900000-0000-7000-8000-000000000001';
const terms = {
  name: '核心系统',
  scopes: ['case.read' as const],
  signature: 'optional' as 'required' | 'optional',
  addresses: [] as string[],
  rate: 'trial' as RateName,
};

/** Ciphertext is the business of the vault's own tests: here it is bytes bound to their place. */
const secrets: SecretBox = {
  seal: async (_unit, place, bytes) => concat(utf8(`${place.subject}/${place.field}:`), bytes),
  open: async (_unit, place, sealed) => {
    const head = utf8(`${place.subject}/${place.field}:`);
    if (!equal(sealed.subarray(0, head.length), head)) throw new Fault('vault.cipher_refused');
    return sealed.subarray(head.length);
  },
};

describe('machines at the door', () => {
  let house: DeskWorld;
  let world: Scratch;
  let desk: ClientDesk;
  let door: MachineDoor;
  /** Of another replica. */
  let otherDoor: MachineDoor;
  const noted: Json[] = [];
  const spent: { id: string | undefined; kind: string; order: Json; by: string }[] = [];
  const register: Register = {
    note: async (unit, draft) => {
      noted.push(
        ...draft.disclosures.filter(({ name }) => name === 'change').map(({ value }) => value),
      );
      return house.one.register.note(unit, draft);
    },
  };

  const partsOf = () => ({
    clients: new PostgresClients(),
    secrets,
    register,
    engine: nodeEngine,
    clock,
    random,
  });

  beforeAll(async () => {
    house = await DeskWorld.open();
    world = house.scratch;
    const parts = partsOf();
    desk = new ClientDesk({
      ...parts,
      fourEyes: { take: async (_unit, act) => void spent.push(act) },
    });
    const marks = new AddressMarks({ key: async () => new Uint8Array(32), engine: nodeEngine });
    const stores = { nonces: new PostgresNonces(), rates: new PostgresRates() };
    const doorParts = { ...parts, ...stores, units: world.units, marks };
    door = new MachineDoor(doorParts);
    otherDoor = new MachineDoor(doorParts);
  });
  afterAll(() => house.close());

  const client = (change: Partial<typeof terms> = {}, tenant: TenantId = bankA) =>
    world.units.run(tenant, desk.register(by, { ...terms, ...change }));
  const keyFor = (id: string, order: Parameters<ClientDesk['addKey']>[2]) =>
    world.units.run(bankA, desk.addKey(by, id, order));
  test('what a machine may, and each key of it, spends an approval of exactly that', async () => {
    spent.length = 0;
    const approval = '01900000-0000-7000-8000-00000000000a';
    const id = await world.units.run(bankA, desk.register(by, { ...terms, approval }));
    const wider = { ...terms, scopes: ['case.read' as const, 'package.build' as const] };
    await world.units.run(bankA, desk.change(by, id, { ...wider, approval }));
    await keyFor(id, { kind: 'api-key', approval });
    const kind = 'client.manage';
    expect(spent).toEqual([
      { id: approval, by, kind, order: { act: 'register', ...terms } },
      { id: approval, by, kind, order: { act: 'change', client: id, ...wider } },
      { id: approval, by, kind, order: { act: 'key', client: id, kind: 'api-key' } },
    ]);
    const alone = new ClientDesk({ ...partsOf(), fourEyes: house.one.approvals });
    const refused = { code: 'access.approval_needed' };
    await expect(world.units.run(bankA, alone.register(by, terms))).rejects.toMatchObject(refused);
    const keyless = alone.addKey(by, id, { kind: 'api-key' });
    await expect(world.units.run(bankA, keyless)).rejects.toMatchObject(refused);
    expect((await world.units.run(bankA, (unit) => alone.list(unit))).at(-1)?.keys).toHaveLength(1);
  });

  const refusal = (tenant: TenantId, facts: RequestFacts, at = door): Promise<unknown> =>
    at.identify(tenant, facts).then(
      (found) => found,
      (thrown: unknown) => (thrown instanceof Fault ? thrown.code : thrown),
    );
  const plain = (more: Partial<RequestFacts> = {}): RequestFacts => ({
    method: 'GET',
    targetUri: 'https://bank-a.example/v1/cases?limit=5',
    authority: 'bank-a.example',
    headers: {},
    body: new Uint8Array(0),
    address: '192.0.2.7',
    ...more,
  });
  const withKey = (secret: string | undefined, more: Partial<RequestFacts> = {}): RequestFacts =>
    plain({ ...more, headers: { ...more.headers, authorization: `Bearer ${secret}` } });

  let nonces = 0;
  const components = ['@method', '@authority', '@path', '@query'];
  async function signed(
    facts: RequestFacts,
    by_: {
      keyid: string;
      make: (base: Uint8Array) => Uint8Array;
      change?: { components?: string[]; created?: number; tag?: string; nonce?: string };
    },
  ): Promise<RequestFacts> {
    nonces += 1;
    const digest =
      facts.body.length === 0
        ? {}
        : { 'content-digest': await printContentDigest(facts.body, nodeEngine) };
    const whole = { ...facts, headers: { ...facts.headers, ...digest } };
    const covered = ['content-digest', 'content-type', 'idempotency-key'].filter(
      (name) => name in whole.headers,
    );
    const input = {
      label: 'sig',
      components: [...components, ...covered],
      created: Math.floor(now / 1000),
      nonce: `nonce-${String(nonces).padStart(12, '0')}`,
      keyid: by_.keyid,
      tag: 'fubie',
      ...by_.change,
    };
    const base = signatureBase(whole, input.components, printParameters(input));
    const fields = printSignatureFields(input, by_.make(base));
    return { ...whole, headers: { ...whole.headers, ...fields } };
  }
  const ed25519 = (key: KeyObject) => (base: Uint8Array) => new Uint8Array(sign(null, base, key));
  const spki = (key: KeyObject) => new Uint8Array(key.export({ format: 'der', type: 'spki' }));

  test('an API key opens its tenant for its scopes until it is revoked, and is kept as a digest', async () => {
    const id = await client();
    const { secret } = await keyFor(id, { kind: 'api-key' });
    expect(await refusal(bankA, withKey(secret))).toMatchObject({ id, scopes: ['case.read'] });
    expect(await refusal(bankA, plain())).toBeUndefined();
    // Another tenant knows no such key; a wrong secret and an unknown key are one answer.
    expect(await refusal(bankB, withKey(secret))).toBe('access.unauthenticated');
    const last = secret?.endsWith('A') === true ? 'E' : 'A';
    expect(await refusal(bankA, withKey(`${secret?.slice(0, -1)}${last}`))).toBe(
      'access.unauthenticated',
    );
    expect(await refusal(bankA, withKey(`fk_${'0'.repeat(24)}_${'A'.repeat(43)}`))).toBe(
      'access.unauthenticated',
    );
    for (const garbled of ['fk_garbled', `${secret}A`, `fk_${'0'.repeat(24)}_${'B'.repeat(43)}`]) {
      expect(await refusal(bankA, withKey(garbled))).toBe('access.unauthenticated');
    }
    const rows = await world.units.run(bankA, (unit) => new PostgresClients().keysOf(unit, id));
    const shown = utf8(secret?.slice(-43) ?? '');
    expect(rows[0]?.verifier).toEqual(await nodeEngine.digest('sha256', shown));
    await world.units.run(bankA, desk.revoke(by, id));
    expect(await refusal(bankA, withKey(secret))).toBe('access.client_revoked');
    expect(noted.slice(-3)).toEqual(['registered', 'key_added', 'revoked']);
  });

  test('a rotation lets both keys in for the overlap and then the new one only', async () => {
    const id = await client();
    const old = await keyFor(id, { kind: 'api-key' });
    const fresh = await keyFor(id, { kind: 'api-key', overlapSeconds: 60 });
    expect(await refusal(bankA, withKey(old.secret))).toMatchObject({ id });
    now = addSeconds(now, 60);
    expect(await refusal(bankA, withKey(old.secret))).toBe('access.unauthenticated');
    expect(await refusal(bankA, withKey(fresh.secret))).toMatchObject({ id });
    await world.units.run(bankA, desk.revokeKey(by, id, fresh.id));
    expect(await refusal(bankA, withKey(fresh.secret))).toBe('access.unauthenticated');
    await expect(keyFor(id, { kind: 'api-key', overlapSeconds: 1e9 })).rejects.toThrow(
      'access.overlap_too_long',
    );
  });

  test('with a member of staff go the keys whose secret he was shown, and nobody else’s', async () => {
    const id = await client();
    const other = '01900000-0000-7000-8000-000000000002';
    const { publicKey } = generateKeyPairSync('ed25519');
    const shown = await keyFor(id, { kind: 'api-key' });
    const shared = await keyFor(id, { kind: 'hmac-sha256' });
    const theirs = await keyFor(id, { kind: 'ed25519', publicKey: spki(publicKey) });
    const colleague = await world.units.run(bankA, desk.addKey(other, id, { kind: 'api-key' }));
    await world.units.run(bankA, (unit) => desk.leave(unit, by));
    const kept = await world.units.run(bankA, (unit) => desk.list(unit));
    const keys = kept.find((one) => one.id === id)?.keys ?? [];
    const ended = keys.filter(({ revoked }) => revoked).map((key) => key.id);
    expect(ended.toSorted()).toEqual([shown.id, shared.id].toSorted());
    expect(keys.filter(({ revoked }) => !revoked).map((key) => key.id)).toContain(theirs.id);
    expect(await refusal(bankA, withKey(shown.secret))).toBe('access.unauthenticated');
    expect(await refusal(bankA, withKey(colleague.secret))).toMatchObject({ id });
    expect(noted.slice(-2)).toEqual(['key_left', 'key_left']);
  });

  test('an allow-list is asked about the address of the connection, after the key was right', async () => {
    const id = await client({ addresses: ['192.0.2.0/29', '2001:db8::/32'] });
    const { secret } = await keyFor(id, { kind: 'api-key' });
    const from = (address: string) => refusal(bankA, withKey(secret, { address }));
    expect(await from('192.0.2.7')).toMatchObject({ id });
    expect(await from('::ffff:192.0.2.7')).toMatchObject({ id });
    expect(await from('2001:DB8:1::1')).toMatchObject({ id });
    expect(await from('192.0.2.8')).toBe('access.address_refused');
    expect(await from('socket')).toBe('access.address_refused');
    expect(() => client({ addresses: ['10.0.0.1/8'] })).toThrow('access.address_malformed');
  });

  test('too many requests are told how long to wait, and a wait that long is enough', async () => {
    const id = await client();
    const { secret } = await keyFor(id, { kind: 'api-key' });
    const ask = () => door.identify(bankA, withKey(secret, { address: '198.51.100.1' }));
    for (let turn = 0; turn < 10; turn += 1) await ask();
    await expect(ask()).rejects.toMatchObject({
      code: 'access.rate_exceeded',
      retryable: true,
      details: { retryAfterSeconds: 1 },
    });
    now = addMs(now, 1_000);
    expect(await ask()).toMatchObject({ id });
    await expect(ask()).rejects.toMatchObject({ code: 'access.rate_exceeded' });
  });

  test('who asks in one moment is judged together, each by his own key, rate and address', async () => {
    const few = await client();
    const many = await client({ rate: 'standard' });
    const narrow = await client({ addresses: ['10.0.0.0/8'] });
    const [keyOfFew, keyOfMany, keyOfNarrow] = await Promise.all(
      [few, many, narrow].map(async (id) => (await keyFor(id, { kind: 'api-key' })).secret),
    );
    const wrong = `fk_${'0'.repeat(24)}_${'A'.repeat(43)}`;
    const asked = Array.from({ length: 14 }, () => [keyOfFew, keyOfMany, wrong, keyOfNarrow]);
    const outcomes = await Promise.all(
      asked.flat().map(async (key) => {
        const outcome = await refusal(bankA, withKey(key, { address: '198.51.100.7' }));
        const isClient = typeof outcome === 'object' && outcome !== null && 'id' in outcome;
        return isClient ? outcome.id : outcome;
      }),
    );
    const count = (word: unknown) => outcomes.filter((one) => one === word).length;
    expect(count(few)).toBe(10);
    expect(count('access.rate_exceeded')).toBe(4);
    expect(count(many)).toBe(14);
    expect(count('access.unauthenticated')).toBe(14);
    expect(count('access.address_refused')).toBe(14);
  });

  test('guessing keys from one address ends at its own limit, for right keys too', async () => {
    const { secret } = await keyFor(await client(), { kind: 'api-key' });
    const address = '203.0.113.9';
    const guess = withKey(`fk_${'0'.repeat(24)}_${'A'.repeat(43)}`, { address });
    const codes = new Set<unknown>();
    for (let turn = 0; turn < 241; turn += 1) codes.add(await refusal(bankA, guess));
    expect([...codes]).toEqual(['access.unauthenticated', 'access.rate_exceeded']);
    expect(await refusal(bankA, withKey(secret, { address }))).toBe('access.rate_exceeded');
  });

  test('a signed request gets in once; what was altered, replayed or late does not', async () => {
    const id = await client({ signature: 'required' });
    const pair = generateKeyPairSync('ed25519');
    const order = { kind: 'ed25519', publicKey: spki(pair.publicKey) } as const;
    const { id: keyid, secret } = await keyFor(id, order);
    expect(secret).toBeUndefined();
    const make = ed25519(pair.privateKey);
    const post = plain({
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k'.repeat(16) },
      body: utf8('{"a":1}'),
    });
    const good = await signed(post, { keyid, make });
    expect(await refusal(bankA, good)).toMatchObject({ id });
    expect(await refusal(bankA, good)).toBe('access.signature_replayed');
    const fresh = () => signed(post, { keyid, make });
    const altered = async (change: (facts: RequestFacts) => RequestFacts) =>
      refusal(bankA, change(await fresh()));
    const header = (name: string, value: string) => (facts: RequestFacts) => ({
      ...facts,
      headers: { ...facts.headers, [name]: value },
    });
    expect(await altered((facts) => ({ ...facts, method: 'PUT' }))).toBe(
      'access.signature_refused',
    );
    expect(await altered((facts) => ({ ...facts, body: utf8('{"a":2}') }))).toBe(
      'access.signature_refused',
    );
    expect(await altered((facts) => ({ ...facts, authority: 'bank-b.example' }))).toBe(
      'access.signature_refused',
    );
    expect(await altered(header('idempotency-key', 'j'.repeat(16)))).toBe(
      'access.signature_refused',
    );
    // A header nobody signed, added on the way.
    expect(await altered(header('x-fubie-purpose', 'audit'))).toBe('access.signature_incomplete');
    const bare = await signed(post, { keyid, make, change: { components } });
    expect(await refusal(bankA, bare)).toBe('access.signature_incomplete');
    const foreign = await signed(post, { keyid, make, change: { tag: 'other' } });
    expect(await refusal(bankA, foreign)).toBeUndefined();
    const old = await signed(post, { keyid, make, change: { created: now / 1000 - 301 } });
    expect(await refusal(bankA, old)).toBe('access.signature_expired');
    const early = await signed(post, { keyid, make, change: { created: now / 1000 + 301 } });
    expect(await refusal(bankA, early)).toBe('access.signature_expired');
    const other = generateKeyPairSync('ed25519');
    const forged = await signed(post, { keyid, make: ed25519(other.privateKey) });
    expect(await refusal(bankA, forged)).toBe('access.signature_refused');
  });

  test('a client that must sign does not get in with its API key alone, nor with a stranger’s', async () => {
    const id = await client({ signature: 'required' });
    const { secret } = await keyFor(id, { kind: 'api-key' });
    expect(await refusal(bankA, withKey(secret))).toBe('access.signature_required');
    const shared = await keyFor(id, { kind: 'hmac-sha256' });
    const hmac = (text: string | undefined) => (base: Uint8Array) =>
      new Uint8Array(
        createHmac('sha256', fromBase64Url(text ?? ''))
          .update(base)
          .digest(),
      );
    const both = await signed(withKey(secret), { keyid: shared.id, make: hmac(shared.secret) });
    expect(await refusal(bankA, both)).toMatchObject({ id });
    const stranger = await keyFor(await client(), { kind: 'api-key' });
    const mixed = await signed(withKey(stranger.secret), {
      keyid: shared.id,
      make: hmac(shared.secret),
    });
    expect(await refusal(bankA, mixed)).toBe('access.unauthenticated');
  });

  test('two replicas share a nonce: of one request sent to both at once, one gets in', async () => {
    const id = await client({ rate: 'standard' });
    const pair = generateKeyPairSync('ed25519');
    const order = { kind: 'ed25519', publicKey: spki(pair.publicKey) } as const;
    const { id: keyid } = await keyFor(id, order);
    const facts = await signed(plain({ address: '192.0.2.99' }), {
      keyid,
      make: ed25519(pair.privateKey),
    });
    const asked = Array.from({ length: 6 }, (_, nth) =>
      refusal(bankA, facts, nth % 2 === 0 ? door : otherDoor),
    );
    const outcomes = await Promise.all(asked);
    expect(outcomes.filter((one) => typeof one === 'object')).toHaveLength(1);
    expect(outcomes.filter((one) => one === 'access.signature_replayed')).toHaveLength(5);
    now = addSeconds(now, 302);
    await door.sweep(bankA);
    expect(await refusal(bankA, facts)).toBe('access.signature_expired');
  });
});
