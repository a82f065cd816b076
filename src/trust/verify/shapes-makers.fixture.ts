/**
 * What libraries of others append, found by letting each of them work on the files of the others
 * (decision 0060); beside each habit the attack that it must not open.
 */
import { concat, fromLatin1, latin1 } from '#base/bytes';
import { catalog, face, plainBodies, revise, type Shape, stream } from './shapes.fixture.ts';

const store = (number: number): string => `<< ${catalog} /DSS ${number} 0 R >>`;
const filled = (more: string): string =>
  plainBodies[9]?.replace('/FT', `${more} /FT`).replace('14 0 R', '61 0 R') ?? '';
const words = '/Producer (a) /AAPL:Keywords 28 0 R';

/** A section in a stream whose offsets have eight bytes, as PDFBox writes them. */
function inWideRows(before: Uint8Array, number: number): Uint8Array {
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(latin1(before))?.[1]);
  const at = before.length;
  const data = `\x01\0\0\0\0${String.fromCharCode(at >> 24, (at >> 16) & 255, (at >> 8) & 255, at & 255)}\0\0`;
  const head = `<< /Type /XRef /W [1 8 2] /Index [${number} 1] /Size 99 /Root 1 0 R /Prev ${start} /Length 11 >>`;
  const section = `${number} 0 obj\n${head}\nstream\n${data}\nendstream\nendobj\n`;
  return concat(before, fromLatin1(`${section}startxref\n${at}\n%%EOF\n`));
}

/** /Size in the last trailer, in as many letters. */
function sized(bytes: Uint8Array, size: string): Uint8Array {
  const at = latin1(bytes).lastIndexOf('/Size 99');
  const copy = Uint8Array.from(bytes);
  copy.set(fromLatin1(`/Size ${size}`), at);
  return copy;
}

export const makersHonest: Readonly<Record<string, Shape>> = {
  'a trailer counts what is appended and nothing else': {
    later: (signed) => sized(revise(signed, { 3: plainBodies[3] ?? '' }), '04'),
  },
  'offsets of eight bytes, twice': {
    later: (signed) => inWideRows(inWideRows(signed, 95), 96),
  },
  'proofs are written anew, and in the next revision left for another object': {
    base: { 1: store(50), 50: '<< /Certs [51 0 R] >>', 51: stream('x') },
    later: (signed) =>
      revise(revise(signed, { 50: '<< /Certs [51 0 R] /VRI << >> >>' }), {
        1: store(52),
        52: '<< /Certs [51 0 R] >>',
      }),
  },
  'a list of key words stays in the information': {
    base: { 27: `<< ${words} >>`, 28: '[(loan) (sample)]' },
    signedTrailer: '/Info 27 0 R',
    later: { 27: `<< ${words} /ModDate (D:2021) >>` },
    trailer: '/Info 27 0 R',
  },
  'the information is written anew, and in the next revision left out': {
    base: { 27: '<< /Producer (a) >>' },
    signedTrailer: '/Info 27 0 R',
    later: (signed) =>
      revise(revise(signed, { 27: '<< /Producer (b) >>' }, '/Info 27 0 R'), { 60: '(x)' }),
  },
  'the language is spelt in the other encoding of text': {
    base: { 1: `<< ${catalog} /Lang <FEFF0065006E> >>` },
    later: { 1: `<< ${catalog} /Lang (en) >>` },
  },
  'a field is filled in and says how it is drawn': {
    later: { 9: filled('/V (x) /DA (/F1 12 Tf 0 g) /Q 1'), 61: face('x') },
  },
};

export const makersAttacks: Readonly<Record<string, Shape>> = {
  'a trailer counts less than it appends': {
    later: (signed) => sized(revise(signed, { 60: '(x)' }), '04'),
  },
  'a trailer without rows counts nearly nothing': {
    later: (signed) => sized(revise(signed, {}), '04'),
  },
  'a proof is exchanged, and the store left for another': {
    base: { 1: store(50), 50: '<< /Certs [51 0 R] >>', 51: stream('x') },
    later: (signed) =>
      revise(revise(signed, { 51: stream('y') }), { 1: store(52), 52: '<< /Certs [51 0 R] >>' }),
  },
  'a list that was not there comes into the information': {
    base: { 27: '<< /Producer (a) >>' },
    signedTrailer: '/Info 27 0 R',
    later: { 27: '<< /Producer (a) /Pages [3 0 R] >>' },
    trailer: '/Info 27 0 R',
  },
  'what a page uses is the information that was left': {
    base: { 27: '<< /Producer (a) >>', 4: '<< /Length 5 /X 27 0 R >>\nstream\nBT ET\nendstream' },
    signedTrailer: '/Info 27 0 R',
    later: (signed) => revise(revise(signed, { 27: '9' }, '/Info 27 0 R'), { 60: '(x)' }),
  },
  'the language is another': {
    base: { 1: `<< ${catalog} /Lang <FEFF0065006E> >>` },
    later: { 1: `<< ${catalog} /Lang (de) >>` },
  },
  'a signed value is drawn otherwise': {
    later: { 8: plainBodies[8]?.replace('/FT', '/DA (/F1 99 Tf 1 g) /FT') ?? '' },
  },
};
