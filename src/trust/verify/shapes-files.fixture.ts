/**
 * Attacks by how a file is laid out: where its sections, objects and ends are.
 */
import { concat, fromLatin1, latin1 } from '#base/bytes';
import { catalog, lie, plainBodies, revise, type Shape, text } from './shapes.fixture.ts';

/** The same bytes with one piece replaced by as many others, in what is covered or not. */
export function patched(bytes: Uint8Array, piece: string, other: string): Uint8Array {
  const at = latin1(bytes).lastIndexOf(piece);
  if (at < 0 || piece.length !== other.length) throw new Error(`no ${piece}`);
  const copy = Uint8Array.from(bytes);
  copy.set(fromLatin1(other), at);
  return copy;
}

/** Bytes: how long a content says it is that ends behind the signed file. */
const reach = 30_000;

function lastStart(bytes: Uint8Array): number {
  return Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(latin1(bytes))?.[1]);
}

/** A table that speaks of one object, behind whatever was appended by hand. */
export function pointing(
  before: Uint8Array,
  rows: string,
  { trailer = `/Root 1 0 R /Prev ${lastStart(before)}`, body = '' } = {},
): Uint8Array {
  const at = before.length + body.length;
  return concat(
    before,
    fromLatin1(`${body}xref\n${rows}trailer\n<< /Size 99 ${trailer} >>\nstartxref\n${at}\n%%EOF\n`),
  );
}

export const row = (offset: number, kind = 'n'): string =>
  `${String(offset).padStart(10, '0')} 00000 ${kind} \n`;

/** A cross-reference stream written plainly: rows of 1, 4 and 2 bytes. */
function xrefStream(
  before: Uint8Array,
  body: string,
  { rows, more }: { rows: readonly (readonly [number, number, number, number])[]; more: string },
): Uint8Array {
  const index = rows.map(([number]) => `${number} 1`).join(' ');
  const data = rows
    .map(([, kind, a, b]) =>
      String.fromCharCode(
        kind,
        (a >> 24) & 255,
        (a >> 16) & 255,
        (a >> 8) & 255,
        a & 255,
        b >> 8,
        b & 255,
      ),
    )
    .join('');
  const head = `<< /Type /XRef /W [1 4 2] /Index [${index}] /Size 99 ${more} /Length ${data.length} >>`;
  const at = before.length + body.length;
  const section = `95 0 obj\n${head}\nstream\n${data}\nendstream\nendobj\n`;
  return concat(before, fromLatin1(`${body}${section}startxref\n${at}\n%%EOF\n`));
}

export const fileAttacks: Readonly<Record<string, Shape>> = {
  // The file itself.
  'a table points into the signed bytes at another object': {
    base: { 52: lie },
    later: (signed) => {
      const copy = `4 0 obj\n${lie}\nendobj\n`;
      return pointing(signed, `4 1\n${row(signed.length)}`, { body: copy });
    },
  },
  'a table leads to another object of the signed bytes': {
    base: { 52: lie },
    later: (signed) => pointing(signed, `4 1\n${row(latin1(signed).indexOf('52 0 obj'))}`),
  },
  'a hybrid section hides an object from one kind of reader': {
    later: (signed) => {
      const body = `4 0 obj\n${lie}\nendobj\n`;
      const at = signed.length + body.length;
      const rows = [[4, 1, signed.length, 0]] as const;
      const held = xrefStream(signed, body, { rows, more: '' });
      return pointing(
        held.subarray(0, held.length - `startxref\n${at}\n%%EOF\n`.length),
        `4 1\n${row(0, 'f')}`,
        { trailer: `/Root 1 0 R /Prev ${lastStart(signed)} /XRefStm ${at}` },
      );
    },
  },
  'an object in a stream against one in the table': {
    later: (signed) => {
      const inner = '4 0 << /Length 0 >>';
      const body = `60 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length ${inner.length} >>\nstream\n${inner}\nendstream\nendobj\n`;
      const rows = [
        [4, 2, 60, 0],
        [60, 1, signed.length, 0],
      ] as const;
      return xrefStream(signed, body, { rows, more: `/Root 1 0 R /Prev ${lastStart(signed)}` });
    },
  },
  'the chain of sections runs in a circle': {
    later: (signed) =>
      pointing(signed, `4 1\n${row(signed.length)}`, {
        trailer: `/Root 1 0 R /Prev ${signed.length + lie.length + 16}`,
        body: `4 0 obj\n${lie}\nendobj\n`,
      }),
  },
  'the chain leaves out what was signed': {
    later: (signed) => {
      const other = { ...plainBodies, 4: lie, 31: '<< /Type /Sig >>' };
      return concat(signed, revise(new Uint8Array(), other));
    },
  },
  'encryption is put in': {
    later: { 60: '(nothing)' },
    trailer: `/Encrypt << /Filter /Standard /V 1 /R 2 /O <${'00'.repeat(32)}> /U <${'00'.repeat(32)}> /P -4 >> /ID [<00> <00>]`,
  },
  'an object behind the end that no section names': {
    later: (signed) =>
      concat(revise(signed, { 60: '(nothing)' }), fromLatin1(`4 0 obj\n${lie}\nendobj\n`)),
  },
  'remarks behind the end': {
    later: (signed) => concat(signed, fromLatin1('% a remark of the attacker\n')),
  },
  'words before the header': { later: (signed) => concat(fromLatin1('GIF89a\n'), signed) },
  'the header becomes another format': {
    later: (signed) => patched(signed, '%PDF-1.7', '%PDF-2.0'),
  },
  'a byte of the page': { later: (signed) => patched(signed, 'Loan of 5000', 'Loan of 9000') },
  'the root is a second definition in the same revision': {
    later: (signed) => {
      const draft = latin1(revise(signed, { 1: `<< ${catalog} >>`, 60: '(nothing)' }));
      const at = draft.indexOf('60 0 obj', signed.length);
      const second = `1 0 obj\n<< ${catalog.replace('/Pages 2', '/Pages 53')} >>\nendobj\n`;
      const moved = draft.slice(0, at) + second + draft.slice(at);
      const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(draft)?.[1]);
      return fromLatin1(
        moved
          .replace(new RegExp(`startxref\\n${start}\\n`), `startxref\n${start + second.length}\n`)
          .replace(String(at).padStart(10, '0'), String(at + second.length).padStart(10, '0')),
      );
    },
  },
  'the generation of an object is raised': {
    later: (signed) => {
      const body = `4 1 obj\n${lie}\nendobj\n`;
      return pointing(signed, `4 1\n${String(signed.length).padStart(10, '0')} 00001 n \n`, {
        body,
      });
    },
  },
  'the size of the file leaves out the signed objects': {
    later: (signed) =>
      pointing(signed, `60 1\n${row(signed.length)}`, {
        trailer: `/Root 1 0 R /Size 3 /Prev ${lastStart(signed)}`,
        body: '60 0 obj\n(x)\nendobj\n',
      }),
  },
  'the padding of the signature holds another dictionary': {
    later: (signed) => {
      const end = latin1(signed).lastIndexOf('0'.repeat(64) + '>') + 64;
      const other = '>/Contents<00';
      const copy = Uint8Array.from(signed);
      copy.set(fromLatin1(other), end - other.length - 2);
      return copy;
    },
  },
  'the end of the file points back behind a change': {
    later: (signed) => {
      const changed = revise(signed, { 4: lie });
      return pointing(changed, `60 1\n${row(changed.length)}`, {
        trailer: `/Root 1 0 R /Prev ${lastStart(signed)}`,
        body: '60 0 obj\n(x)\nendobj\n',
      });
    },
  },
  'the end of the file is the signed one again': {
    later: (signed) => {
      const changed = revise(signed, { 4: lie });
      return concat(changed, fromLatin1(`startxref\n${lastStart(signed)}\n%%EOF\n`));
    },
  },
  'an object number that a viewer may read as another': {
    later: (signed) => revise(signed, { 4: lie, 60: '(x)' }),
  },
  'the content of the page reaches into later bytes': {
    base: { 4: `<< /Length ${reach} >>\nstream\n${text}\nendstream` },
    later: (signed) => {
      const start = latin1(signed).indexOf(text);
      const head = '60 0 obj\n<< /Length 0 >>\nstream\n';
      const room = start + reach - signed.length - head.length;
      const body = `${head}${lie.padEnd(room)}\nendstream\nendobj\n`;
      return pointing(signed, `60 1\n${row(signed.length)}`, { body });
    },
  },
};
