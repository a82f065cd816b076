/**
 * Keys elsewhere: what a token or a signing service answers is believed only as far as it is
 * proved.
 */
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { faultCode } from '#base/fault';
import {
  destroySeal,
  installOwnToken,
  ServiceKeys,
  sealPublicKey,
  sealSigners,
  TokenKeys,
} from './index.ts';
import { type Misbehaviour, SimulatedService } from './signing-service.fixture.ts';
import { openSoftToken } from './soft-token.fixture.ts';
import { refusalOf, TokenModule } from './token-module.ts';

const message = utf8('signed attributes');
const code = (asked: Promise<unknown>) => asked.then(() => 'done', faultCode);

/** As another thread of this process would: a log-in counts for all of them. */
async function logOut(place: { module: string; token: string }): Promise<void> {
  const module = await TokenModule.open(place.module);
  const slot = await module.slotOf(place.token);
  const library = koffi.load(place.module);
  const opened = new BigUint64Array(1);
  const open = library.func('C_OpenSession', 'ulong', [
    'ulong',
    'ulong',
    'void *',
    'void *',
    'void *',
  ]);
  expect(open(slot, 4, null, null, new Uint8Array(opened.buffer))).toBe(0);
  const session = Number(opened[0]);
  expect(library.func('C_Logout', 'ulong', ['ulong'])(session)).toBe(0);
  await module.close(session);
}

describe('a signing service', () => {
  let service: SimulatedService;
  beforeAll(async () => {
    service = await SimulatedService.open();
  });
  afterAll(() => service.close());
  const keys = (change: { secret?: string; simulatorsAllowed?: boolean } = {}) =>
    new ServiceKeys({
      address: service.address,
      secret: service.secret,
      simulatorsAllowed: true,
      ...change,
    });

  test('S1-11 signs by a key that never was in the house', async () => {
    const signer = await keys().signer('coop/contract');
    const { algorithm, publicKey } = signer;
    const signature = await signer.sign(message);
    expect(await nodeEngine.verify({ algorithm, publicKey, signature, message })).toBe(true);
  });

  test.each<[Misbehaviour, string]>([
    ['signs with another key', 'keystores.service_lied'],
    ['refuses', 'keystores.service_refused'],
    ['is silent', 'keystores.service_silent'],
    ['talks nonsense', 'keystores.answer_malformed'],
  ])('that %s gives no signature: %s', async (misbehaviour, refusal) => {
    const signer = await keys().signer('coop/contract');
    service.misbehaves = misbehaviour;
    expect(await code(signer.sign(message))).toBe(refusal);
    service.misbehaves = undefined;
    expect(await code(signer.sign(message))).toBe('done');
  });

  test('that does not know us, or is a simulator in production, is not used', async () => {
    const stranger = keys({ secret: 'another' });
    expect(await code(stranger.signer('coop/contract'))).toBe('keystores.service_refused');
    expect(() => keys({ simulatorsAllowed: false })).toThrow('keystores.service_address');
    expect(
      () => new ServiceKeys({ address: 'ftp://x', secret: '', simulatorsAllowed: true }),
    ).toThrow('keystores.service_address');
  });
});

describe('a token', () => {
  const kinds = ['ecdsa-sha256', 'ecdsa-sha384', 'rsa-pkcs1-sha256', 'ed25519'];
  const token = openSoftToken();

  test.each(kinds)('signs as %s, many times at once', async (label) => {
    if (token === undefined) return absent();
    const keys = new TokenKeys({ ...token.place, pin: token.pin });
    const signer = await keys.signer(label);
    const { algorithm, publicKey } = signer;
    expect(algorithm).toBe(label);
    const signatures = await Promise.all([1, 2, 3, 4].map(() => signer.sign(message)));
    for (const signature of signatures) {
      expect(await nodeEngine.verify({ algorithm, publicKey, signature, message })).toBe(true);
    }
    // A session that is gone is opened again, and nobody above sees it.
    await keys.close();
    expect(await code(signer.sign(message))).toBe('done');
    await keys.close();
  });

  test('says which key it does not have, has twice, or cannot use', async (context) => {
    if (token === undefined) return context.skip('SoftHSM is absent');
    const keys = new TokenKeys({ ...token.place, pin: token.pin });
    expect(await code(keys.signer('nobody'))).toBe('keystores.token_key_unknown');
    expect(await code(keys.signer('twice'))).toBe('keystores.token_key_unknown');
    expect(await code(keys.signer('p521'))).toBe('keystores.token_key_unsuitable');
    const missing = new TokenKeys({ ...token.place, token: 'another', pin: token.pin });
    expect(await code(missing.signer('twice'))).toBe('keystores.token_absent');
    await keys.close();
    const locked = new TokenKeys({ ...token.unopened, pin: '0000' });
    expect(await code(locked.signer('twice'))).toBe('keystores.token_pin_wrong');
  });

  test('S1-11 asks for the PIN also while somebody else is logged in', async (context) => {
    if (token === undefined) return context.skip('SoftHSM is absent');
    const keys = new TokenKeys({ ...token.place, pin: token.pin });
    const signer = await keys.signer('bank');
    const guesser = new TokenKeys({ ...token.place, pin: '000000' });
    expect(await code(guesser.signer('bank'))).toBe('keystores.token_pin_wrong');
    const second = new TokenKeys({ ...token.place, pin: token.pin });
    expect(await code(second.signer('bank'))).toBe('done');
    expect(await code(signer.sign(message))).toBe('done');
    await Promise.all([keys.close(), second.close()]);
  });

  test('that somebody logged out has its keys still, and destroys what it is told to', async (context) => {
    if (token === undefined) return context.skip('SoftHSM is absent');
    const keys = new TokenKeys({ ...token.place, pin: token.pin });
    await keys.make('made/out', 'p256');
    await logOut(token.place);
    expect(await code(keys.signer('made/out'))).toBe('done');
    await logOut(token.place);
    await keys.destroy('made/out');
    await keys.close();
    expect(await code(keys.signer('made/out'))).toBe('keystores.token_key_unknown');
    await keys.close();
  });

  test('whose library is none is refused', async () => {
    const keys = new TokenKeys({ module: '/nowhere/vendor.so', token: 'x', pin: 'x' });
    expect(await code(keys.signer('x'))).toBe('keystores.token_module');
  });
});

describe('a key that is made in a token', () => {
  const token = openSoftToken();
  const opened = () =>
    token === undefined ? undefined : new TokenKeys({ ...token.place, pin: token.pin });

  test.each([
    ['p256', 'ecdsa-sha256'],
    ['p384', 'ecdsa-sha384'],
    ['rsa3072', 'rsa-pkcs1-sha256'],
  ] as const)('S1-11 stays there: %s', async (kind, algorithm) => {
    const keys = opened();
    if (keys === undefined) return absent();
    const label = `made/${kind}`;
    const made = await keys.make(label, kind);
    expect(made.algorithm).toBe(algorithm);
    const { publicKey } = made;
    const signature = await made.sign(message);
    expect(await nodeEngine.verify({ algorithm, publicKey, signature, message })).toBe(true);
    // Who asks again after a crash finds the first; who destroys it finds nothing.
    expect((await keys.make(label, kind)).publicKey).toEqual(publicKey);
    await keys.destroy(label);
    await keys.destroy(label);
    expect(await code(keys.signer(label))).toBe('keystores.token_key_unknown');
    await keys.close();
  });

  test('is refused where the token cannot make it, or has one that came from outside', async (context) => {
    const keys = opened();
    if (keys === undefined || token === undefined) return context.skip('SoftHSM is absent');
    expect(await code(keys.make('made/sm2', 'sm2'))).toBe('keystores.token_mechanism_absent');
    expect(await code(keys.make('bank', 'p256'))).toBe('keystores.token_key_unsuitable');
    expect(await code(keys.make('twice', 'p256'))).toBe('keystores.token_key_unknown');
    const guesser = new TokenKeys({ ...token.place, pin: '000000' });
    expect(await code(guesser.make('made/guessed', 'p256'))).toBe('keystores.token_pin_wrong');
    expect(await code(keys.signer('made/guessed'))).toBe('keystores.token_key_unknown');
    await keys.close();
  });

  test('a PIN that was refused is not tried again, for a token locks itself', async (context) => {
    if (token === undefined) return context.skip('SoftHSM is absent');
    const place = { ...token.place, pin: '000000' };
    const guesser = new TokenKeys(place);
    expect(await code(guesser.signer('bank'))).toBe('keystores.token_pin_wrong');
    // Whatever would open it now: this one does not knock any more.
    place.pin = token.pin;
    expect(await code(guesser.signer('bank'))).toBe('keystores.token_pin_wrong');
    const another = new TokenKeys(place);
    expect(await code(another.signer('bank'))).toBe('done');
    await another.close();
  });

  test.each([
    [0xa0, 'keystores.token_pin_wrong'],
    [0xa4, 'keystores.token_pin_wrong'],
    [0x31, 'keystores.token_full'],
    [0x70, 'keystores.token_mechanism_absent'],
    [0x140, 'keystores.token_mechanism_absent'],
    [0x5, 'keystores.token_refused'],
  ])('what the token says has a code: %s', (said, refusal) => {
    const { code: told, details } = refusalOf('C_GenerateKeyPair', said);
    expect([told, details['value']]).toEqual([refusal, said.toString(16)]);
  });
});

describe('a seal with a token of its own', () => {
  test('S1-11 gets its key there, and others keep theirs in files', async (context) => {
    const token = openSoftToken();
    if (token === undefined) return context.skip('SoftHSM is absent');
    const folder = await mkdtemp(join(tmpdir(), 'fubie-own-token-'));
    const [mine, other] = ['branch-seal', 'other-seal'].map((seal) => ({ tenant: 'made', seal }));
    if (mine === undefined || other === undefined) return;
    const place = { ...token.place, pin: token.pin };
    await installOwnToken(folder, mine, place);
    await installOwnToken(folder, mine, place);
    const elsewhere = installOwnToken(folder, mine, { ...place, token: 'another' });
    expect(await code(elsewhere)).toBe('objects.exists_differently');
    const late = { ...mine, seal: 'late-seal' };
    await sealPublicKey(folder, late);
    expect(await code(installOwnToken(folder, late, place))).toBe('objects.exists_differently');
    const signers = await sealSigners(folder, { simulatorsAllowed: false });
    const inToken = await sealPublicKey(folder, mine, signers);
    expect(inToken).not.toEqual(await sealPublicKey(folder, other, signers));
    const files = (await readdir(join(folder, 'seals/made'))).toSorted();
    const own = ['branch-seal.token.json', 'branch-seal.token.pin'];
    expect(files).toEqual([...own, 'late-seal.key.pem', 'other-seal.key.pem']);
    const keys = new TokenKeys(place);
    expect((await keys.signer('made/branch-seal')).publicKey).toEqual(inToken);
    // It was made here, so it ends here.
    await destroySeal(folder, mine, signers);
    expect(await code(keys.signer('made/branch-seal'))).toBe('keystores.token_key_unknown');
    await keys.close();
    await rm(folder, { recursive: true });
  });
});

/** Said aloud: nothing was tried. */
function absent(): void {
  console.warn('skip: SoftHSM is absent, keys in a token are not tried');
}

describe('settings', () => {
  test('with a secret that others may read are not used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fubie-settings-'));
    const settings = '{"address":"https://sign.example","kind":"service","v":1}';
    await writeFile(join(folder, 'seal-keys.json'), settings);
    await writeFile(join(folder, 'service.secret'), 'x', { mode: 0o644 });
    const opened = () => code(sealSigners(folder, { simulatorsAllowed: false }));
    expect(await opened()).toBe('crypto.key_exposed');
    await chmod(join(folder, 'service.secret'), 0o600);
    expect(await opened()).toBe('done');
    // As an editor leaves it that a person wrote it with.
    await writeFile(
      join(folder, 'seal-keys.json'),
      '{\n  "v": 1,\n  "kind": "service",\n  "address": "https://sign.example"\n}\n',
    );
    expect(await opened()).toBe('done');
    await rm(folder, { recursive: true });
  });

  test.each([
    ['{"kind":"cloud","v":1}'],
    ['kind = token'],
    ['{"kind":"token","v":2}'],
    ['{"kind":"token","module":"/x.so","v":1}'],
    ['[]'],
  ])('%s say nothing known', async (settings) => {
    const folder = await mkdtemp(join(tmpdir(), 'fubie-settings-'));
    await writeFile(join(folder, 'seal-keys.json'), settings);
    const opened = sealSigners(folder, { simulatorsAllowed: true });
    expect(await code(opened)).toBe('keystores.file_malformed');
    await rm(folder, { recursive: true });
  });
});
