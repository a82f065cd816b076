import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equal } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { parseAuthorisation, parseTicketToSeal, printAuthorisation } from './index.ts';

const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
const instant = fc.integer({ min: 0, max: 4_102_444_800_000 }).map(instantFromMs);
const authorisation = fc.record({
  id: text,
  tenant: text,
  seal: text,
  documents: fc.array(text, { minLength: 1, maxLength: 5 }),
  from: instant,
  until: instant,
  grantedBy: text,
});

/** Does it end, with an answer or a refusal? Anything else that is thrown flies. */
function faultsOnly(action: () => unknown): boolean {
  try {
    action();
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
  }
  return true;
}

describe('what the seal keys read', () => {
  test('an authorisation is read back as it was written', () => {
    fc.assert(
      fc.property(authorisation, (given) => {
        expect(parseAuthorisation(printAuthorisation(given))).toEqual(given);
      }),
    );
  });

  test('an authorisation with one byte changed is another one or none', () => {
    fc.assert(
      fc.property(
        authorisation,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (given, at, change) => {
          const bytes = printAuthorisation(given);
          const place = at % bytes.length;
          bytes[place] = (bytes[place] ?? 0) ^ change;
          faultsOnly(() => {
            expect(equal(printAuthorisation(parseAuthorisation(bytes)), bytes)).toBe(true);
            expect(parseAuthorisation(bytes)).not.toEqual(given);
          });
        },
      ),
    );
  });

  test('a member too many, a wider word or random bytes are refused with a code', () => {
    const more = { v: 1, kind: 'seal.authorisation', documents: ['all'], extra: 1 };
    expect(() => parseAuthorisation(canonicalBytes(more))).toThrow('keys.authorisation_malformed');
    fc.assert(fc.property(fc.uint8Array(), (bytes) => faultsOnly(() => parseAuthorisation(bytes))));
  });

  test('whatever JSON is called a ticket, only a Fault is thrown', () => {
    const member = fc.oneof(text, fc.integer(), fc.constant(1), fc.constant(null));
    const keys = fc.constantFrom('v', 'id', 'document', 'signedAttrs', 'certificate', 'leaseUntil');
    const ticket = fc.oneof(fc.dictionary(keys, member), fc.jsonValue() as fc.Arbitrary<Json>);
    fc.assert(
      fc.property(ticket, (given) => {
        expect(faultsOnly(() => parseTicketToSeal(given))).toBe(true);
      }),
    );
  });
});
