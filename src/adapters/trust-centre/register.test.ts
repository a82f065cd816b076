/** What the trust centre's folder says of a person to whoever reads it without its keys. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { FolderObjects } from '#adapters/objects';
import { toHex, utf8 } from '#base/bytes';
import { systemRandom } from '#base/random';
import { SealedRegister } from './sealed-register.ts';
import { Centre, request, sessionKey } from './trust-centre.fixture.ts';

const yearMs = 365 * 86_400_000;
let centre: Centre;
beforeAll(async () => {
  centre = await Centre.open();
});
afterAll(() => centre.close());

function filesUnder(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

async function issueFor(intent: string, name: string) {
  return centre.issue({
    attestation: await centre.confirmed(intent),
    csr: await request(sessionKey()),
    ...(await centre.named(name)),
  });
}

function registerOf(): SealedRegister {
  return new SealedRegister({
    objects: new FolderObjects(join(centre.folder, 'register')),
    keys: join(centre.folder, 'register-keys'),
    random: systemRandom,
    clock: centre.clock,
  });
}

async function placeOf(intent: string): Promise<string> {
  return `intents/${toHex(await nodeEngine.digest('sha256', utf8(intent)))}`;
}

describe('信任中心的登记簿', () => {
  test('签发过证书的人，名字不以明文留在任何文件里', async () => {
    const { certificate } = await issueFor('sealed-a', '王藏簿');
    expect(certificate.subjectCommonName).toBe('王藏簿');
    const name = Buffer.from('王藏簿');
    const der = Buffer.from(certificate.der).toString('base64').slice(40, 120);
    for (const file of filesUnder(centre.folder)) {
      const bytes = readFileSync(file);
      expect(bytes.includes(name), file).toBe(false);
      expect(bytes.includes(der), file).toBe(false);
    }
  });

  test('证书到期后五年内不销毁，满五年即可销毁；之后同一意愿也换不到第二张证书', async () => {
    const attestation = await centre.confirmed('sealed-b');
    const her = await centre.named('王到期');
    const asked = { attestation, csr: await request(sessionKey()), ...her };
    await centre.issue(asked);
    const before = centre.now;
    centre.pass(5 * yearMs);
    expect(await registerOf().destroyExpired()).toBe(0);
    await centre.issue(asked);
    centre.pass(4 * 86_400_000);
    expect(await registerOf().destroyExpired()).toBeGreaterThan(0);
    expect(await registerOf().destroyExpired()).toBe(0);
    await expect(centre.issue(asked)).rejects.toMatchObject({ code: 'ca.record_destroyed' });
    centre.pass(before - centre.now);
  });

  test('销毁钥匙之后，登记簿的任何旧副本也打不开', async () => {
    await issueFor('sealed-c', '王旧本');
    const place = await placeOf('sealed-c');
    const path = join(centre.folder, 'register', place);
    const copy = await readFile(path);
    centre.pass(6 * yearMs);
    await registerOf().destroyExpired();
    centre.pass(-6 * yearMs);
    await rename(path, `${path}-gone`);
    await writeFile(path, copy);
    await expect(registerOf().get(place)).rejects.toMatchObject({ code: 'ca.record_destroyed' });
    await rm(`${path}-gone`);
  });

  test('写到一半被强杀：有钥匙无记录，重来一次即可', async () => {
    const register = registerOf();
    const place = await placeOf('sealed-d');
    await register.putOnce(place, utf8('{"one":1}'));
    await rm(join(centre.folder, 'register', place), { force: true });
    await register.putOnce(place, utf8('{"one":1}'));
    expect(await registerOf().get(place)).toEqual(utf8('{"one":1}'));
    await registerOf().putOnce(place, utf8('{"one":1}'));
    await expect(registerOf().putOnce(place, utf8('{"one":2}'))).rejects.toMatchObject({
      code: 'objects.exists_differently',
    });
  });

  test('两个写者同时写同一条，后到者读到先到者的', async () => {
    const place = await placeOf('sealed-e');
    const outcomes = await Promise.allSettled(
      ['a', 'b', 'a', 'b'].map((text) => registerOf().putOnce(place, utf8(text))),
    );
    const held = new TextDecoder().decode(await registerOf().get(place));
    const welcome = outcomes.map(({ status }, at) => [status, ['a', 'b', 'a', 'b'][at] === held]);
    for (const [status, same] of welcome) expect(status === 'fulfilled').toBe(same);
  });

  test('改过的记录说是改过的', async () => {
    const register = registerOf();
    const place = await placeOf('sealed-f');
    await register.putOnce(place, utf8('{"one":1}'));
    const path = join(centre.folder, 'register', place);
    const bytes = await readFile(path);
    for (const spot of [15, bytes.length - 1]) {
      const bad = Uint8Array.from(bytes, (byte, at) => (at === spot ? byte ^ 1 : byte));
      await rm(path);
      await writeFile(path, bad);
      await expect(register.get(place)).rejects.toMatchObject({ code: 'ca.record_altered' });
    }
  });
});
