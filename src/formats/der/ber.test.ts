import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import { derLike, looseTimeOf, parseBer, parseDer, tag } from './index.ts';

describe('what signing devices write instead of DER', () => {
  test.each([
    ['3080020101 0000', 'indefinite length', '3080020101 0000'],
    ['3081 03 020101', 'length not minimal', '308103020101'],
    ['3004 02020001', 'integer not minimal', '300402020001'],
    ['3003 010105', 'boolean', '3003010105'],
    ['3004 03020101', 'unused bits', '300403020101'],
  ])('%s is read, kept as it is and said to be %s', (hex, why, kept) => {
    const bytes = fromHex(hex.replaceAll(' ', ''));
    const { value, notStrict, trailingBytes } = parseBer(bytes);
    expect(notStrict.map((one) => one.why)).toEqual([why]);
    expect([toHex(value.der), trailingBytes]).toEqual([kept.replaceAll(' ', ''), 0]);
    expect(value.children).toHaveLength(1);
    expect(() => parseDer(bytes)).toThrowError('der.malformed');
  });

  test('an octet string in pieces is one value, in any depth', () => {
    const { value } = parseBer(fromHex('248004020102240404020304 0000'.replaceAll(' ', '')));
    expect([value.tag, toHex(value.content)]).toEqual([tag.octetString, '01020304']);
  });

  test('what follows the value is counted, DER is DER, and the rest is refused', () => {
    expect(parseBer(fromHex('02010500ff'))).toMatchObject({ trailingBytes: 2, notStrict: [] });
    for (const hex of ['3080020101', '0280', '308002010100', '2480020101 0000', '1000', '']) {
      expect(() => parseBer(fromHex(hex.replaceAll(' ', '')))).toThrowError('der.malformed');
    }
    const deep = fromHex('3080'.repeat(70) + '0000'.repeat(70));
    expect(() => parseBer(deep)).toThrowError('der.limit');
  });

  test('random bytes are read or refused with a code', () => {
    const read = (bytes: Uint8Array): void => {
      try {
        const { value, trailingBytes } = parseBer(bytes);
        expect(value.der.length + trailingBytes).toBe(bytes.length);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Fault);
      }
    };
    const likely = fc.array(fc.constantFrom(0, 1, 2, 4, 0x24, 0x30, 0x31, 0x80, 0x81, 0xa0), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(likely, (bytes) => read(Uint8Array.from(bytes))),
      { numRuns: 2_000 },
    );
  });
});

test.each([
  ['20200723130907.763Z', '2020-07-23T13:09:07.763Z'],
  ['20200723130907.763999Z', '2020-07-23T13:09:07.763Z'],
  ['202007231309+0800', '2020-07-23T05:09:00.000Z'],
  ['20200723130907', '2020-07-23T05:09:07.000Z'],
])("the time %s without a zone is China's when the format says so", (text, iso) => {
  const content = Uint8Array.from([...text].map((letter) => letter.charCodeAt(0)));
  const value = parseDer(Uint8Array.of(tag.generalizedTime, content.length, ...content));
  expect(new Date(looseTimeOf(value, '+0800') ?? 0).toISOString()).toBe(iso);
  expect(looseTimeOf(derLike(value, { content: Uint8Array.of(0x32) }))).toBeUndefined();
});
