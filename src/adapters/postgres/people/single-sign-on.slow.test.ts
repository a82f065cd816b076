import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { OidcProviders } from '#adapters/oidc';
import { concat, utf8 } from '#base/bytes';
import { seededRandom } from '#base/random';
import { type SecretBox, SingleSignOn } from '#business/access';
import { DeskWorld } from '../lending/desk-world.fixture.ts';
import { bankB } from '../scratch.ts';
import { IdentityProvider } from './identity-provider.fixture.ts';
import { PostgresSso } from './sign-on-store.ts';
import { PostgresStaff } from './staff-store.ts';

const redirectUri = 'http://localhost:9999/sso';
const by = '01900000-0000-7000-8000-000000000001';

describe('single sign-on with a real provider', () => {
  let world: DeskWorld;
  let sso: SingleSignOn;
  let provider: IdentityProvider;
  let other: IdentityProvider;

  const spent: { kind: string; order: unknown }[] = [];

  beforeAll(async () => {
    world = await DeskWorld.open();
    provider = await IdentityProvider.open(redirectUri);
    other = await IdentityProvider.open(redirectUri);
    await world.person('wang-clerk', 'nanhu', 'clerk');
    const secrets: SecretBox = {
      seal: async (_unit, place, bytes) => concat(utf8(`${place.field}:`), bytes),
      open: async (_unit, place, sealed) => sealed.subarray(place.field.length + 1),
    };
    sso = new SingleSignOn({
      units: world.scratch.units,
      store: new PostgresSso(),
      providers: new OidcProviders({ allowLoopback: true }),
      staff: new PostgresStaff(),
      sessions: world.one.sessions,
      secrets,
      register: world.one.register,
      fourEyes: { take: async (_unit, act) => void spent.push(act) },
      engine: nodeEngine,
      clock: world.clock,
      random: seededRandom(5),
    });
    await configure('head-office', provider.issuer);
    await configure('branch', other.issuer);
  });
  afterAll(async () => {
    await provider.close();
    await other.close();
    await world.close();
  });

  const configure = (id: string, issuer: string, tenant = world.tenant) => {
    const order = {
      id,
      issuer,
      clientId: 'fubie',
      redirectUri,
      loginClaim: 'preferred_username',
      strong: ['mfa', 'hwk'],
      active: true,
      secret: 'a secret of this test and of nothing else',
    };
    return world.scratch.units.run(tenant, sso.configure(by, order));
  };
  const start = () => sso.start(world.tenant, 'head-office');
  const finish = (binding: string, query: string, tenant = world.tenant) =>
    sso.finish(tenant, { binding, query });

  test('whom the house believes about its people is decided by two of them', () => {
    expect(spent).toMatchObject([
      { kind: 'tenant.manage', order: { act: 'sso', id: 'head-office', issuer: provider.issuer } },
      { kind: 'tenant.manage', order: { act: 'sso', id: 'branch', issuer: other.issuer } },
    ]);
    expect(JSON.stringify(spent)).not.toContain('a secret of this test');
  });

  test('a clerk with a second factor over there comes in strongly, without one as by a password', async () => {
    provider.person = { login: 'wang-clerk', acr: 'mfa', amr: ['pwd', 'hwk'] };
    const begun = await start();
    expect(begun.goTo).toContain('code_challenge_method=S256');
    const query = await provider.visit(begun.goTo, redirectUri);
    const { token } = await finish(begun.binding, query);
    const caller = await world.one.sessions.callerOf(world.tenant, token);
    expect(caller).toMatchObject({ staff: { login: 'wang-clerk' }, factors: ['oidc'] });
    provider.person = { login: 'wang-clerk', amr: ['pwd'] };
    const weak = await start();
    const opened = await finish(weak.binding, await provider.visit(weak.goTo, redirectUri));
    const weakCaller = await world.one.sessions.callerOf(world.tenant, opened.token);
    expect(weakCaller?.factors).toEqual(['password']);
    expect(await world.entries()).toContain('client.changed');
  });

  test('nobody is let in who has no account here, or whose account is closed', async () => {
    provider.person = { login: 'unknown-clerk', acr: 'mfa' };
    const begun = await start();
    const query = await provider.visit(begun.goTo, redirectUri);
    await expect(finish(begun.binding, query)).rejects.toMatchObject({
      code: 'access.sso_refused',
      details: { why: 'account' },
    });
  });

  test('an answer is worth something once, in the browser that asked, for ten minutes', async () => {
    provider.person = { login: 'wang-clerk', acr: 'mfa' };
    const mine = await start();
    const query = await provider.visit(mine.goTo, redirectUri);
    // Login CSRF: the attacker's answer in the victim's browser, which has another binding.
    const victim = await start();
    await expect(finish(victim.binding, query)).rejects.toMatchObject({
      code: 'access.sso_refused',
      details: { why: 'attempt' },
    });
    // And the attempt is used up by it.
    await expect(finish(mine.binding, query)).rejects.toThrow('access.sso_refused');
    const again = await start();
    const fresh = await provider.visit(again.goTo, redirectUri);
    await finish(again.binding, fresh);
    await expect(finish(again.binding, fresh)).rejects.toThrow('access.sso_refused');
    const late = await start();
    const lateQuery = await provider.visit(late.goTo, redirectUri);
    world.clock.turn(10 * 60_000);
    await expect(finish(late.binding, lateQuery)).rejects.toThrow('access.sso_refused');
  });

  test('another tenant does not know the issuer, nor an attempt of this one', async () => {
    await expect(sso.start(bankB, 'head-office')).rejects.toThrow('access.sso_unknown');
    const mine = await start();
    const query = await provider.visit(mine.goTo, redirectUri);
    await expect(finish(mine.binding, query, bankB)).rejects.toThrow('access.sso_refused');
    await configure('head-office', provider.issuer, bankB);
    await expect(finish(mine.binding, query, bankB)).rejects.toThrow('access.sso_refused');
    await finish(mine.binding, query);
  });

  test('mix-up: an answer that names or comes from another issuer is refused', async () => {
    provider.person = { login: 'wang-clerk', acr: 'mfa' };
    other.person = { login: 'wang-clerk', acr: 'mfa' };
    const mine = await start();
    const query = new URLSearchParams(await provider.visit(mine.goTo, redirectUri));
    expect(query.get('iss')).toBe(provider.issuer);
    query.set('iss', other.issuer);
    await expect(finish(mine.binding, query.toString())).rejects.toThrow('access.sso_refused');
    // The code of another issuer under the state of this one.
    const here = await start();
    const there = await sso.start(world.tenant, 'branch');
    const foreign = new URLSearchParams(await other.visit(there.goTo, redirectUri));
    const own = new URLSearchParams(await provider.visit(here.goTo, redirectUri));
    own.set('code', foreign.get('code') ?? '');
    await expect(finish(here.binding, own.toString())).rejects.toThrow('access.sso_refused');
    // Without RFC 9207's iss, which this provider promises to send.
    const bare = await start();
    const without = new URLSearchParams(await provider.visit(bare.goTo, redirectUri));
    without.delete('iss');
    await expect(finish(bare.binding, without.toString())).rejects.toThrow('access.sso_refused');
  });

  test('an issuer that is silent may be asked again; one in plain HTTP elsewhere is none', async () => {
    await configure('silent', 'http://127.0.0.1:1');
    await expect(sso.start(world.tenant, 'silent')).rejects.toMatchObject({
      code: 'access.sso_unreachable',
      retryable: true,
    });
    await configure('plain', 'http://idp.example');
    await expect(sso.start(world.tenant, 'plain')).rejects.toThrow('access.issuer_malformed');
    const strict = new OidcProviders({ allowLoopback: false });
    const client = { issuer: provider.issuer, clientId: 'c', redirectUri, loginClaim: 'sub' };
    const secrets = { state: 's', nonce: 'n', verifier: 'v' };
    await expect(
      strict.authorizationUrl({ ...client, secret: undefined }, secrets),
    ).rejects.toThrow('access.issuer_malformed');
  });
});
