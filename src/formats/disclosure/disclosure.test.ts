import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '#base/bytes';
import { canonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  disclose,
  discloseAll,
  parseDisclosure,
  parseDisclosures,
  printDisclosures,
} from './disclosure.ts';

describe('RFC 9901', () => {
  test('the digest is taken over the base64url text, as section 4.2.3 shows', async () => {
    // The RFC's own example. Its salt has stray bits that this house's parser refuses.
    const published = 'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0';
    const digest = await nodeEngine.digest('sha256', utf8(published));
    expect(toBase64Url(digest)).toBe('X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0');
    const salt = new Uint8Array(16).fill(7);
    const ours = await disclose({ salt, name: 'family_name', value: 'Möbius' }, nodeEngine);
    const own = await nodeEngine.digest('sha256', utf8(ours.encoded));
    expect(ours.sha256).toBe(toBase64Url(own));
  });
});

describe('a disclosure', () => {
  const value = fc.oneof(
    fc.string().filter((text) => text.isWellFormed()),
    fc.nat(),
    fc.boolean(),
  );
  const name = fc.stringMatching(/^[a-z]{1,20}$/);
  const salt = fc.uint8Array({ minLength: 16, maxLength: 16 });

  test('parses back to what was disclosed; a list of them prints and parses back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.record({ salt, name, value }), { maxLength: 5, selector: (d) => d.name }),
        async (openings) => {
          const made = await Promise.all(openings.map((opening) => disclose(opening, nodeEngine)));
          for (const one of made) {
            expect(await parseDisclosure(one.encoded, nodeEngine)).toEqual(one);
          }
          const bytes = printDisclosures(made);
          const parsed = await parseDisclosures(bytes, nodeEngine);
          expect(printDisclosures(parsed)).toEqual(bytes);
        },
      ),
    );
  });

  test('the same value under another salt, and another value under the same salt, differ', async () => {
    const base = { salt: new Uint8Array(16), name: 'phone', value: '00000000001' };
    const digests = await Promise.all(
      [base, { ...base, value: '00000000002' }, { ...base, salt: new Uint8Array(16).fill(1) }].map(
        async (opening) => (await disclose(opening, nodeEngine)).sha256,
      ),
    );
    expect(new Set(digests).size).toBe(3);
  });

  test('an engine that answers later makes the same of many as one that answers at once', async () => {
    const later: Engine = { ...nodeEngine };
    delete later.spell;
    delete later.letters;
    const all = ['Möbius', 'a"b', 7, true, null].map((one, at) => {
      return { salt: new Uint8Array(16).fill(at), name: `n${at}`, value: one };
    });
    const made = await discloseAll(all, nodeEngine);
    expect(made.map(({ name: own, value: told }) => [own, told])).toEqual(
      all.map((one) => [one.name, one.value]),
    );
    expect(await discloseAll(all, later)).toEqual(made);
    expect(fromUtf8(printDisclosures(made))).toBe(
      canonical(made.map(({ encoded }) => encoded).toSorted()),
    );
    expect(fromUtf8(printDisclosures([]))).toBe('[]');
  });

  test('short salts, reserved names, other spellings and random text are refused', async () => {
    const good = { salt: new Uint8Array(16), name: 'a', value: 1 };
    for (const wrong of [
      { ...good, salt: new Uint8Array(15) },
      { ...good, name: '_sd' },
      { ...good, name: '...' },
      { ...good, name: '' },
    ]) {
      await expect(disclose(wrong, nodeEngine)).rejects.toThrow('disclosure.malformed');
    }
    const spaced = toBase64Url(utf8('["AAAAAAAAAAAAAAAAAAAAAA", "a", 1]'));
    expect(fromBase64Url(spaced).length).toBeGreaterThan(0);
    await expect(parseDisclosure(spaced, nodeEngine)).rejects.toThrow('disclosure.malformed');
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        await expect(parseDisclosure(text, nodeEngine)).rejects.toBeInstanceOf(Fault);
      }),
    );
  });
});
