import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { attributeOf, elementAt, elementsOf, readXml, textIn, type XmlElement } from './index.ts';

function read(text: string): XmlElement {
  return readXml(utf8(text));
}

describe('what is well-formed is read', () => {
  test('elements, attributes, namespaces, text, places', () => {
    const text =
      '<?xml version="1.0" encoding="UTF-8"?>\n<!-- a - b --><?go on?>' +
      '<o:OFD xmlns:o="http://www.ofdspec.org/2016" Version="1.1"><o:Body 甲="乙&#x4E19;">' +
      'x &lt;&amp;&gt; <![CDATA[<raw & ]]]]>y</o:Body><Plain xmlns="urn:p" o:a="1" a="2"/></o:OFD>\n';
    const root = read(text);
    expect([root.local, root.namespace]).toEqual(['OFD', 'http://www.ofdspec.org/2016']);
    expect(attributeOf(root, 'Version')).toBe('1.1');
    const body = elementAt(root, 'Body');
    expect(body && textIn(body)).toBe('x <&> <raw & ]]y');
    expect(body && attributeOf(body, '甲')).toBe('乙丙');
    const [plain] = elementsOf(root, 'Plain', 'urn:p');
    expect(plain && attributeOf(plain, 'a')).toBe('2');
    expect(plain && attributeOf(plain, 'a', 'http://www.ofdspec.org/2016')).toBe('1');
    expect(text.slice(root.at, root.at + 6)).toBe('<o:OFD');
    expect(text.slice(0, root.end).endsWith('</o:OFD>')).toBe(true);
  });

  test('line ends, a byte order mark and white space in attributes mean one thing', () => {
    const root = read('\u{feff}<a b="1\r\n2\t3&#10;4">x\r\ny\rz</a>\n');
    expect(attributeOf(root, 'b')).toBe('1 2 3\n4');
    expect(textIn(root)).toBe('x\ny\nz');
  });

  test('a prefix means what the nearest element says', () => {
    const root = read('<a xmlns="u1"><b xmlns="u2"><c/></b><d xmlns=""/><c/></a>');
    const spaces = (of: XmlElement): string[] =>
      of.children.flatMap((one) =>
        one.kind === 'text' ? [] : [`${one.local}=${one.namespace}`, ...spaces(one)],
      );
    expect(spaces(root)).toEqual(['b=u2', 'c=u2', 'd=', 'c=u1']);
  });
});

describe('what is not is refused with its place', () => {
  test.each([
    ['', 'xml.malformed'],
    ['text', 'xml.malformed'],
    ['<a>', 'xml.malformed'],
    ['<a></b>', 'xml.malformed'],
    ['<a/><b/>', 'xml.malformed'],
    ['<a/>x', 'xml.malformed'],
    ['<a b="1" b="2"/>', 'xml.malformed'],
    ['<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>', 'xml.malformed'],
    ['<a b="1"c="2"/>', 'xml.malformed'],
    ['<a b=1/>', 'xml.malformed'],
    ['<a b="<"/>', 'xml.malformed'],
    ['<a b="&unknown;"/>', 'xml.malformed'],
    ['<a>&#0;</a>', 'xml.malformed'],
    ['<a>& b</a>', 'xml.malformed'],
    ['<a>]]></a>', 'xml.malformed'],
    ['<a><!-- x -- y --></a>', 'xml.malformed'],
    ['<a>\u0001</a>', 'xml.malformed'],
    ['<x:a/>', 'xml.malformed'],
    ['<a xmlns:xmlns="u"/>', 'xml.malformed'],
    ['<a xmlns:xml="u"/>', 'xml.malformed'],
    ['<a xmlns:b=""/>', 'xml.malformed'],
    ['<a:b:c xmlns:a="u"/>', 'xml.malformed'],
    [' <?xml version="1.0"?><a/>', 'xml.malformed'],
    ['<?xml version="1.0" encoding="GBK"?><a/>', 'xml.encoding_unsupported'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'xml.doctype_refused'],
    ['<a>'.repeat(101) + '</a>'.repeat(101), 'xml.limit'],
  ])('%s', (text, code) => {
    expect(() => read(text)).toThrowError(code);
  });

  test('bytes that are not UTF-8', () => {
    expect(() => readXml(Uint8Array.of(0x3c, 0x61, 0xff, 0x2f, 0x3e))).toThrowError(
      'xml.malformed',
    );
    expect(() => readXml(Uint8Array.of(0xff, 0xfe, 0x3c, 0))).toThrowError(
      'xml.encoding_unsupported',
    );
    expect(() => readXml(utf8('<a/>'), 3)).toThrowError('xml.limit');
  });

  test('any bytes throw only a Fault, however they are cut', () => {
    const whole =
      '<?xml version="1.0"?><a b="c&amp;" xmlns:d="e"><d:f><![CDATA[g]]></d:f>&#65;</a>';
    fc.assert(
      fc.property(fc.nat(whole.length), fc.string({ maxLength: 4 }), (at, insert) => {
        try {
          read(whole.slice(0, at) + insert + whole.slice(at + insert.length));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});
