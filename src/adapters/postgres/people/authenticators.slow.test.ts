import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { WebAuthnJudge } from '#adapters/webauthn';
import { seededRandom } from '#base/random';
import { Authenticators, type StaffCaller } from '#business/access';
import { DeskWorld } from '../lending/desk-world.fixture.ts';
import { bankB } from '../scratch.ts';
import { PostgresCredentials } from './sign-on-store.ts';
import { SoftwareAuthenticator, type Wrong } from './software-authenticator.fixture.ts';
import { PostgresStaff } from './staff-store.ts';

const party = { id: 'bank-a.example', origin: 'https://bank-a.example' };
const partyB = { id: 'bank-b.example', origin: 'https://bank-b.example' };
const refused = { code: 'access.credential_refused' };

describe('authenticators of staff', () => {
  let world: DeskWorld;
  let authenticators: Authenticators;
  let wang: StaffCaller;
  let li: StaffCaller;
  const key = new SoftwareAuthenticator('wang', party.origin);

  beforeAll(async () => {
    world = await DeskWorld.open();
    authenticators = new Authenticators({
      units: world.scratch.units,
      store: new PostgresCredentials(),
      judge: new WebAuthnJudge(),
      staff: new PostgresStaff(),
      sessions: world.one.sessions,
      register: world.one.register,
      engine: nodeEngine,
      clock: world.clock,
      random: seededRandom(9),
    });
    wang = await world.person('wang', 'nanhu', 'clerk');
    li = await world.person('li-clerk', 'nanhu', 'clerk');
    await enrol(wang, key);
  });
  afterAll(() => world.close());

  async function enrol(caller: StaffCaller, authenticator: SoftwareAuthenticator, wrong?: Wrong) {
    const ask = await authenticators.ask(caller, 'register', party);
    const answer = authenticator.register(ask, wrong);
    return world.run(await authenticators.register(caller, answer, party));
  }
  const challenge = (caller: StaffCaller) => authenticators.ask(caller, 'assert', party);
  const prove = (caller: StaffCaller, answer: Record<string, unknown>) =>
    authenticators.stepUp(caller, answer, party);
  const again = () => world.enter('wang');

  test('a proof opens a stronger session and ends the one that asked', async () => {
    const before = await world.login('wang');
    const caller = await world.one.sessions.callerOf(world.tenant, before.token);
    if (caller === undefined) throw new Error('no session');
    const ask = await challenge(caller);
    expect(ask).toMatchObject({ rpId: party.id, credentials: [key.id] });
    const { token } = await prove(caller, key.assert(ask));
    const stronger = await world.one.sessions.callerOf(world.tenant, token);
    expect(stronger?.factors).toEqual(['password', 'webauthn']);
    expect(await world.one.sessions.callerOf(world.tenant, before.token)).toBeUndefined();
    expect(await world.entries()).toContain('staff.changed');
  });

  test.each<[string, Wrong]>([
    ['another origin', { origin: 'https://bank-a.example.evil.example' }],
    ['plain HTTP', { origin: 'http://bank-a.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['the ceremony of registration', { type: 'webauthn.create' }],
    ['no verification of the user', { isUnverified: true }],
    ['a counter that goes back: a copied key', { counter: 0 }],
  ])('a proof with %s is refused', async (_, wrong) => {
    wang = await again();
    await expect(prove(wang, key.assert(await challenge(wang), wrong))).rejects.toMatchObject(
      refused,
    );
    // The session that asked is still there, and the key still works.
    const { token } = await prove(wang, key.assert(await challenge(wang)));
    expect(token).toBeDefined();
  });

  test('with a first password, which somebody else knows, nobody registers a key', async () => {
    const fresh = await world.enter('li-clerk');
    const caller = { ...fresh, staff: { ...fresh.staff, mustChange: true } };
    const other = new SoftwareAuthenticator('li', party.origin);
    await expect(enrol(caller, other)).rejects.toThrow('access.password_change_due');
  });

  test('a challenge is used once, by him for whom it was, for what it was, for five minutes', async () => {
    wang = await again();
    const ask = await challenge(wang);
    const answer = key.assert(ask);
    await prove(wang, answer);
    wang = await again();
    await expect(prove(wang, answer)).rejects.toMatchObject(refused);
    const foreign = await challenge(li);
    await expect(prove(wang, key.assert(foreign))).rejects.toMatchObject(refused);
    const other = await authenticators.ask(wang, 'register', party);
    await expect(prove(wang, key.assert(other))).rejects.toMatchObject(refused);
    const late = await challenge(wang);
    world.clock.turn(5 * 60_000);
    await expect(prove(wang, key.assert(late))).rejects.toMatchObject(refused);
    await expect(prove(wang, key.assert({ ...late, challenge: 'x' }))).rejects.toMatchObject(
      refused,
    );
    await expect(prove(wang, {})).rejects.toMatchObject(refused);
  });

  test('a colleague’s key proves nothing, and a signature of another key neither', async () => {
    wang = await again();
    li = await world.enter('li-clerk');
    await expect(prove(li, key.assert(await challenge(li)))).rejects.toMatchObject(refused);
    const forged = new SoftwareAuthenticator('wang', party.origin);
    expect(forged.id).toBe(key.id);
    forged.assert(await challenge(wang));
    await expect(
      prove(wang, forged.assert(await challenge(wang), { counter: 1_000 })),
    ).rejects.toMatchObject(refused);
  });

  test('another tenant’s host and rows know no such key', async () => {
    wang = await again();
    const ask = await challenge(wang);
    await expect(authenticators.stepUp(wang, key.assert(ask), partyB)).rejects.toMatchObject(
      refused,
    );
    const abroad = { ...wang, staff: { ...wang.staff, tenant: bankB } };
    const fresh = await challenge(wang);
    await expect(prove(abroad, key.assert(fresh))).rejects.toMatchObject(refused);
    const store = new PostgresCredentials();
    expect(
      await world.scratch.units.run(bankB, (unit) => store.lock(unit, key.id)),
    ).toBeUndefined();
  });

  test('a stolen password does not bring its own key, and nobody registers another’s id', async () => {
    wang = await again();
    const spare = new SoftwareAuthenticator('spare', party.origin);
    await expect(enrol(wang, spare)).rejects.toMatchObject(refused);
    const { token } = await prove(wang, key.assert(await challenge(wang)));
    const strong = await world.one.sessions.callerOf(world.tenant, token);
    if (strong === undefined) throw new Error('no session');
    await expect(enrol(strong, spare, { origin: 'https://evil.example' })).rejects.toMatchObject(
      refused,
    );
    expect(await enrol(strong, spare)).toBe(spare.id);
    li = await world.enter('li-clerk');
    const twin = new SoftwareAuthenticator('spare', party.origin);
    await expect(enrol(li, twin)).rejects.toMatchObject(refused);
    await world.run(authenticators.remove(strong, spare.id));
    const held = await world.run((unit) => authenticators.list(unit, strong.staff.id));
    expect(held.map(({ id }) => id)).toEqual([key.id]);
  });
});
