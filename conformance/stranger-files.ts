/**
 * What may be done to the files of a sound loan by somebody who can seal the report again.
 */
import { concat, fromBase64Url, fromUtf8, toBase64, toBase64Url, utf8 } from '#base/bytes';
import type { Random } from '#base/random';
import type { BundleFile } from '#formats/bundle';

/** Other files in the place of these. */
export type Rewrite = (files: BundleFile[]) => BundleFile[];

/** One thing done, and what the part that is named must look like. */
export interface FileMutant {
  readonly name: string;
  readonly rewrite: Rewrite;
  readonly part: RegExp;
}

type Line = readonly [name: string, part: RegExp, rewrite: Rewrite];

/** The sample's last entry is number 6: its seal. */
const last = '0006';

export function fileMutants(random: Random): readonly FileMutant[] {
  const lines = [
    ...entries(random),
    ...openings(),
    ...heads(random),
    ...proofs(random),
    ...others(),
  ];
  return lines.map(([name, part, rewrite]) => ({ name, rewrite, part }));
}

function entries(random: Random): readonly Line[] {
  return [
    ['two entries swapped', /^entries\//, swapped('entries/0001.json', 'entries/0002.json')],
    ['an entry dropped', /^entries\//, dropped(/^(entries|proofs|disclosures)\/0002/)],
    ['the seal of the case hidden', /^entries\/0005/, dropped(new RegExp(`/${last}`))],
    ['an entry added', /^entries\/0007/, copied(`entries/${last}.json`, 'entries/0007.json')],
    ['an entry twice', /^entries\/0003/, copied('entries/0002.json', 'entries/0003.json')],
    ['a bit of an entry', /^entries\/0004/, flipped('entries/0004.json', random)],
    ['another type', /^entries\/0005/, texted('entries/0005.json', 'seal.done', 'erased')],
    ['another time', /^entries\/0001/, texted('entries/0001.json', ':01.000', ':02.000')],
    ['another actor', /^entries\/0001/, texted('entries/0001.json', '"serve+', '"other+')],
    ['a member more', /^entries\/0001/, texted('entries/0001.json', '"v":1', '"v":1,"x":1')],
    ['a space in an entry', /^entries\/0001/, texted('entries/0001.json', ',"seq"', ', "seq"')],
    [
      'references to null',
      /^entries\/0001/,
      texted('entries/0001.json', '"seq"', '"refs":null,"seq"'),
    ],
    ['a newer version', /^entries\/0001/, texted('entries/0001.json', '"v":1', '"v":99')],
    [
      'the gateway says mismatch',
      /^entries\/0002/,
      texted('entries/0002.json', '"match"', '"nope"'),
    ],
    [
      'another telephone confirms',
      /^entries\/0003/,
      texted('entries/0003.json', '"intent-01"', '"intent-02"'),
    ],
  ];
}

function openings(): readonly Line[] {
  const name = 'disclosures/0001.json';
  const part = /^disclosures\/0001\.json$/;
  const opened = (from: string, to: string): Rewrite =>
    edited(name, (text) => {
      const list = JSON.parse(text) as string[];
      const changed = list.map((one) => {
        const inside = fromUtf8(fromBase64Url(one));
        return toBase64Url(utf8(inside.replace(from, to)));
      });
      return JSON.stringify(changed.toSorted());
    });
  return [
    ['another value opened', part, opened('王样例', '李样例')],
    ['another name of a value', part, opened('"phone"', '"photo"')],
    ['a short salt', part, opened('["', '["A')],
    ['one opening twice', part, edited(name, (text) => `${text.slice(0, -1)},${text.slice(1)}`)],
    ['openings in another order', part, edited(name, reversed)],
    ['openings of another entry', /^disclosures\//, swapped(name, 'disclosures/0000.json')],
    ['openings of no entry', /^disclosures\/0099/, copied(name, 'disclosures/0099.json')],
  ];
}

function heads(random: Random): readonly Line[] {
  const name = 'checkpoint.txt';
  const part = /^checkpoint\.txt$/;
  const line = (index: number, change: (line: string) => readonly string[]): Rewrite =>
    edited(name, (text) =>
      text
        .split('\n')
        .flatMap((one, at) => (at === index ? change(one) : [one]))
        .join('\n'),
    );
  const root = toBase64(random.bytes(32));
  return [
    ['a forged root', part, line(2, () => [root])],
    ['a larger tree', part, line(1, (size) => [String(Number(size) + 1)])],
    ['another origin', part, line(0, () => ['log.example/other'])],
    ['an extension line', part, line(2, (one) => [one, 'more'])],
    ['the log’s own line dropped', part, line(4, () => [])],
    ['a witness’s line twice', part, line(5, (one) => [one, one])],
    ['a witness under another name', part, line(5, (one) => [one.replace('court', 'count')])],
    ['a witness’s time moved', part, line(5, (one) => [timeMoved(one)])],
    ['loose bits in base64', part, line(5, (one) => [one.replace('==', '= ')])],
    ['no newline at its end', part, edited(name, (text) => text.slice(0, -1))],
  ];
}

function proofs(random: Random): readonly Line[] {
  const name = 'proofs/0003.tlog-proof';
  const part = /^proofs\/0003\.tlog-proof$/;
  const hash = toBase64(random.bytes(32));
  const hashLine = /\n[A-Za-z0-9+/]{43}=\n/;
  return [
    ['another index', part, edited(name, (text) => text.replace(/index \d+/, 'index 5'))],
    [
      'an index with a zero in front',
      part,
      edited(name, (text) => text.replace('index ', 'index 0')),
    ],
    ['a hash dropped', part, edited(name, (text) => text.replace(hashLine, '\n'))],
    ['a hash altered', part, edited(name, (text) => text.replace(hashLine, `\n${hash}\n`))],
    ['a hash too many', part, edited(name, (text) => text.replace('\n\n', `\n${hash}\n\n`))],
    ['extra data', part, edited(name, (text) => text.replace('\nindex', '\nextra eA==\nindex'))],
    ['the proof of another', /^proofs\//, swapped(name, 'proofs/0004.tlog-proof')],
    ['no proof', part, dropped(/^proofs\/0003/)],
    ['the policy’s proof is another’s', /^policy/, copied(name, 'policy.tlog-proof')],
    [
      'the policy’s entry is another’s',
      /^policy/,
      copied('entries/0000.json', 'policy-entry.json'),
    ],
  ];
}

function others(): readonly Line[] {
  const list = 'required-evidence.json';
  const entriesFirst = /^(entries\/0000|required)/;
  return [
    ['a weaker policy', /^policy/, texted('policy.json', '"quorum":3', '"quorum":1')],
    ['a shorter list', entriesFirst, texted(list, '{"type":"identity.checked"},', '')],
    ['a list that is none', entriesFirst, edited(list, () => '[]')],
    ['no checkpoint', /^checkpoint\.txt$/, dropped(/^checkpoint/)],
    ['no policy', /^policy\.json$/, dropped(/^policy\.json/)],
    ['no certificates', /^certs\//, dropped(/^certs\//)],
    ['a certificate nobody uses', /^certs\/00/, added('certs/0011223344556677.der', 'x')],
    ['a stamp nobody made', /^stamps\/00/, added('stamps/0011223344556677.tsr', 'x')],
    ['no revocation list', /^documents\/01/, dropped(/^revocation\//)],
    [
      'a revocation list that is none',
      /^revocation\/00/,
      added('revocation/0011223344556677.crl', 'x'),
    ],
    ['a file without a place', /^notes\/a\.txt$/, added('notes/a.txt', 'x')],
    [
      'slots that no seal names',
      /^slots\.json$/,
      added('slots.json', '{"list":"","slots":[],"v":1}'),
    ],
    [
      'an environment of nobody',
      /^environments\/00/,
      added('environments/0011223344556677.json', '{}'),
    ],
    ['an anchor that is none', /^anchors/, added('anchors/0011223344556677.anchor', '{}')],
    ['no contract', /^required-evidence\.json$/, dropped(/^documents\//)],
    [
      'the contract under another word',
      /^required|^documents/,
      copied('documents/01-contract.pdf', 'documents/02-annex.pdf'),
    ],
  ];
}

function edited(name: string, change: (text: string) => string): Rewrite {
  return (files) =>
    files.map((file) => {
      if (file.name !== name) return file;
      const text = fromUtf8(file.bytes);
      const changed = change(text);
      if (changed === text) throw new Error(`nothing of ${name} was changed`);
      return { name, bytes: utf8(changed) };
    });
}

function texted(name: string, from: string, to: string): Rewrite {
  return edited(name, (text) => text.replace(from, to));
}

function flipped(name: string, random: Random): Rewrite {
  const [at = 0] = random.bytes(1);
  return (files) =>
    files.map((file) => {
      if (file.name !== name) return file;
      const place = at % file.bytes.length;
      const bit = Uint8Array.of((file.bytes[place] ?? 0) ^ 1);
      return { name, bytes: concat(file.bytes.slice(0, place), bit, file.bytes.slice(place + 1)) };
    });
}

function swapped(first: string, second: string): Rewrite {
  return (files) =>
    files.map((file) => {
      const other = { [first]: second, [second]: first }[file.name];
      return other === undefined ? file : { name: other, bytes: file.bytes };
    });
}

function copied(from: string, to: string): Rewrite {
  return (files) => {
    const bytes = files.find(({ name }) => name === from)?.bytes;
    if (bytes === undefined) throw new Error(`there is no ${from}`);
    return [...files.filter(({ name }) => name !== to), { name: to, bytes }];
  };
}

function dropped(which: RegExp): Rewrite {
  return (files) => files.filter(({ name }) => !which.test(name));
}

function added(name: string, text: string): Rewrite {
  return (files) => [...files, { name, bytes: utf8(text) }];
}

function reversed(text: string): string {
  return JSON.stringify((JSON.parse(text) as string[]).toReversed());
}

/** A cosignature is id, time, signature: the last byte of the time. */
function timeMoved(line: string): string {
  const [dash = '', name = '', body = ''] = line.split(' ');
  const bytes = Buffer.from(body, 'base64');
  bytes[11] = (bytes[11] ?? 0) ^ 1;
  return [dash, name, bytes.toString('base64')].join(' ');
}
