import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromBase64, fromUtf8, toBase64, toBase64Url, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { attest, attestationJson, isAttestedBy, parseAttestation } from './attestation.ts';
import { signatureFlaw } from './checks.ts';
import { type Entry, entryMessage, parseEntry, printEntry, signedEntry } from './entry.ts';
import { entryTypes } from './entry-types.ts';

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const sdList = fc
  .uniqueArray(digest.map(toBase64Url), { maxLength: 4 })
  .map((list) => list.toSorted());
const original = fc.record({
  name: fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name.isWellFormed()),
  bytes: fc.nat(),
  sha256: digest.map(toBase64),
  sm3: digest.map(toBase64),
});
const anyEntry: fc.Arbitrary<Entry> = fc
  .record({
    type: fc.constantFrom(...entryTypes),
    caseTag: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(toBase64Url),
    seq: fc.nat(5),
    hash: digest.map(toBase64),
    at: fc.integer({ min: 0, max: 4_000_000_000_000 }).map(instantFromMs),
    clock: fc.constantFrom('LOCAL_CLOCK', 'NTP'),
    by: fc.constantFrom('serve+0011aabb', 'work+ffffffff'),
    env: digest.map(toBase64),
    sds: fc.tuple(sdList, sdList).filter(([a, b]) => a.length === b.length),
    of: fc.uniqueArray(original, { maxLength: 3, selector: ({ name }) => name }),
    sig: fc.uint8Array({ minLength: 64, maxLength: 64 }).map(toBase64),
    withRefs: fc.boolean(),
    withAtt: fc.boolean(),
  })
  .map(({ hash, sds, withRefs, withAtt, ...entry }) => ({
    ...entry,
    prev: entry.seq === 0 ? null : hash,
    sd: sds[0],
    sd3: sds[1],
    ...(withRefs ? { refs: { intent: hash } } : {}),
    ...(withAtt ? { att: { statement: { v: 1 }, by: 'sms', sig: 'AAAA' } } : {}),
  }));

describe('an entry', () => {
  test('what is printed parses back to the same, and prints the same bytes', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const bytes = printEntry(entry);
        expect(parseEntry(bytes)).toEqual(entry);
        expect(printEntry(parseEntry(bytes))).toEqual(bytes);
      }),
    );
  });

  test('signed and printed in one go, it is the same entry letter for letter', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntry, async ({ sig, ...unsigned }) => {
        const messages: Uint8Array[] = [];
        const bytes = await signedEntry(unsigned, async (message) => {
          messages.push(message);
          return fromBase64(sig);
        });
        expect(bytes).toEqual(printEntry({ ...unsigned, sig }));
        expect(messages).toEqual([entryMessage(unsigned)]);
      }),
    );
    const [sample] = fc.sample(anyEntry, { numRuns: 1, seed: 12 });
    if (sample === undefined) throw new Error('no sample');
    const { sig: _sig, ...unreadable } = { ...sample, by: 'two words' };
    const signing = signedEntry(unreadable, async () => new Uint8Array(64));
    await expect(signing).rejects.toMatchObject({ code: 'entry.malformed' });
  });

  test('S1-16 no changed byte goes unseen: refused, or another entry whose signature fails', async () => {
    const signer = softSigner(generateSoftKey('ed25519'));
    const [sample] = fc.sample(anyEntry, { numRuns: 1, seed: 11 });
    if (sample === undefined) throw new Error('no sample');
    const sig = toBase64(await signer.sign(entryMessage(sample)));
    const bytes = printEntry({ ...sample, sig });
    const keyOf = (): Uint8Array => signer.publicKey;
    expect(await signatureFlaw(parseEntry(bytes), keyOf, nodeEngine)).toBeUndefined();
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      let entry: Entry;
      try {
        entry = parseEntry(changed);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Fault);
        continue;
      }
      expect(await signatureFlaw(entry, keyOf, nodeEngine)).toBeDefined();
    }
  });

  test('members too many or too few, unsorted commitments, a wrong first link are refused', () => {
    const [entry] = fc.sample(
      anyEntry.filter(({ sd, seq, att }) => sd.length > 1 && seq > 0 && att === undefined),
      { numRuns: 1, seed: 5 },
    );
    if (entry === undefined) throw new Error('no sample');
    const text = fromUtf8(printEntry(entry));
    const wrong = [
      text.replace('"v":1', '"v":2'),
      text.replace('"v":1', '"v":1,"x":1'),
      text.replace(`"clock":"${entry.clock}",`, ''),
      text.replace(`"seq":${entry.seq}`, '"seq":0'),
      text.replace(entry.type, 'unheard.of'),
      text.replace(JSON.stringify(entry.sd), JSON.stringify(entry.sd.toReversed())),
      text.replace(entry.sig, entry.env),
      ` ${text}`,
    ];
    for (const candidate of wrong) {
      expect(candidate).not.toBe(text);
      expect(() => parseEntry(utf8(candidate)), candidate.slice(0, 60)).toThrow('entry.malformed');
    }
  });

  test('a digest that would decode to the same bytes in another spelling is refused', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=';
    fc.assert(
      fc.property(anyEntry, fc.constantFrom(...letters), (entry, letter) => {
        for (const member of ['env', 'sig'] as const) {
          const end = entry[member].lastIndexOf('=') - (member === 'sig' ? 1 : 0);
          const spelled = entry[member].slice(0, end - 1) + letter + entry[member].slice(end);
          const bytes = utf8(fromUtf8(printEntry(entry)).replace(entry[member], spelled));
          let isRight: boolean;
          try {
            isRight = fromBase64(spelled).length === (member === 'sig' ? 64 : 32);
          } catch {
            isRight = false;
          }
          if (isRight) expect(parseEntry(bytes)[member]).toBe(spelled);
          else expect(() => parseEntry(bytes)).toThrow('entry.malformed');
        }
      }),
    );
  });

  test('random bytes throw nothing but a Fault', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(utf8)), (bytes) => {
        expect(() => parseEntry(bytes)).toThrow(Fault);
      }),
    );
  });
});

test('an attestation holds for its statement and key only', async () => {
  const signer = softSigner(generateSoftKey('ed25519'));
  const other = softSigner(generateSoftKey('ed25519'));
  const made = await attest({ v: 1, kind: 'sms.intent', intent: 'i1' }, 'sms', signer);
  const parsed = parseAttestation(attestationJson(made));
  expect(parsed).toEqual(made);
  const under = (publicKey: Uint8Array) => ({ algorithm: 'ed25519', publicKey }) as const;
  expect(await isAttestedBy(parsed, under(signer.publicKey), nodeEngine)).toBe(true);
  expect(await isAttestedBy(parsed, under(other.publicKey), nodeEngine)).toBe(false);
  const altered = { ...parsed, statement: { ...parsed.statement, intent: 'i2' } };
  expect(await isAttestedBy(altered, under(signer.publicKey), nodeEngine)).toBe(false);
  expect(() => parseAttestation({ statement: {}, by: 'sms' })).toThrow(Fault);
  expect(() => parseAttestation({ ...made, more: 1 })).toThrow(Fault);
});
