import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromLatin1, latin1 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { compareRevisions, openPdf, readSignatures } from '../index.ts';

/** Object number to body; a small file is quicker to forge than a real contract. */
type Bodies = Readonly<Record<number, string>>;

const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R';
const bodies: Bodies = {
  1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>',
  2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  3: `${page} /Annots [] >>`,
  4: '<< /Length 3 >>\nstream\nq Q\nendstream',
  5: '<< /Fields [] /SigFlags 3 >>',
};
/** What an honest second party appends: field 6 with its appearance 7. */
const widget = '<< /Type /Annot /Subtype /Widget /FT /Sig /T (two) /F 4 /P 3 0 R /Rect [0 0 9 9]';
const honest: Bodies = {
  3: `${page} /Annots [6 0 R] >>`,
  5: '<< /Fields [6 0 R] /SigFlags 3 >>',
  6: `${widget} /AP << /N 7 0 R >> >>`,
  7: '<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 1 >>\nstream\nf\nendstream',
};

const base = revise(fromLatin1('%PDF-1.7\n'), bodies);

/** Appends objects, a table and a trailer; without `/Prev` on an empty file. */
function revise(before: Uint8Array, objects: Bodies, trailer = ''): Uint8Array {
  const start = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(latin1(before))?.[1];
  let text = '';
  let table = '';
  for (const [number, body] of Object.entries(objects)) {
    const at = before.length + text.length;
    table += `${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`;
    text += `${number} 0 obj\n${body}\nendobj\n`;
  }
  const previous = start === undefined ? '' : `/Prev ${start}`;
  const root = trailer.includes('/Root') ? '' : '/Root 1 0 R';
  const tail = `xref\n${table}trailer\n<< /Size 20 ${root} ${previous} ${trailer} >>\n`;
  const offset = before.length + text.length;
  return concat(before, fromLatin1(`${text}${tail}startxref\n${offset}\n%%EOF\n`));
}

const compare = (later: Bodies, trailer = '', first = base) =>
  compareRevisions(first, revise(first, later, trailer), nodeEngine);

describe('a later revision by another hand', () => {
  test('that only adds a signature field is permitted', async () => {
    expect(await compare(honest)).toMatchObject({ is: 'permitted', fields: ['two'] });
  });

  test.each<[string, Bodies, string, Bodies?]>([
    [
      'the catalogue gains a key',
      { 1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /OpenAction 4 0 R >>' },
      'object 1',
    ],
    [
      'the catalogue shows other pages',
      {
        1: '<< /Type /Catalog /Pages 9 0 R /AcroForm 5 0 R >>',
        9: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      },
      'object 1',
    ],
    ['the page gains a key', { 3: `${page} /Annots [6 0 R] /Rotate 90 >>` }, 'object 3'],
    [
      'the page lists an annotation that is no field',
      {
        3: `${page} /Annots [6 0 R 8 0 R] >>`,
        8: '<< /Type /Annot /Subtype /FreeText /Rect [0 0 99 99] >>',
      },
      'object 8',
    ],
    ['the page lists the field twice', { 3: `${page} /Annots [6 0 R 6 0 R] >>` }, 'object 6'],
    ['the form gains a key', { 5: '<< /Fields [6 0 R] /SigFlags 3 /XFA [] >>' }, 'object 5'],
    ['the field carries an action', { 6: `${widget} /A << /S /JavaScript >> >>` }, 'object 6'],
    ['the field has a second face', { 6: `${widget} /AP << /N 7 0 R /D 7 0 R >> >>` }, 'object 6'],
    ['the field is of another type', { 6: `${widget.replace('/Sig', '/Tx')} >>` }, 'object 6'],
    ['the contents are exchanged', { 4: '<< /Length 1 >>\nstream\nf\nendstream' }, 'object 4'],
  ])('is forbidden when %s', async (_, more, object) => {
    const change = await compare({ ...honest, ...more });
    expect(change.is).toBe('forbidden');
    expect(change.changes.filter(({ permitted }) => !permitted).map((one) => one.object)).toContain(
      object,
    );
  });

  test('is forbidden when the trailer names another document', async () => {
    const other = { 8: bodies[1] ?? '' };
    const change = await compare({ ...honest, ...other }, '/Root 8 0 R');
    expect(change.is).toBe('forbidden');
    expect(await compare(honest, '/Info 4 0 R')).toMatchObject({
      is: 'forbidden',
      changes: expect.arrayContaining([
        expect.objectContaining({ object: 'trailer', what: '/Info changed', permitted: false }),
      ]),
    });
  });

  test('an addition may not fill a hole that the page already points at', async () => {
    const holed = { ...bodies, 3: `${page.replace('4 0 R', '[4 0 R 7 0 R]')} /Annots [] >>` };
    const first = revise(fromLatin1('%PDF-1.7\n'), holed);
    const later = { ...honest, 3: `${page.replace('4 0 R', '[4 0 R 7 0 R]')} /Annots [6 0 R] >>` };
    expect(await compare(honest)).toMatchObject({ is: 'permitted' });
    expect(await compare(later, '', first)).toMatchObject({
      is: 'forbidden',
      changes: expect.arrayContaining([expect.objectContaining({ object: 'object 7' })]),
    });
  });

  test('a list that the page shares with the form may not grow', async () => {
    const shared = { ...bodies, 5: '<< /Fields 8 0 R /SigFlags 3 >>', 8: '[]' };
    const contents = page.replace('/Contents 4 0 R', '/Contents 8 0 R');
    const later = { 3: `${contents} /Annots [6 0 R] >>`, 6: `${widget} >>`, 8: '[6 0 R]' };
    const first = revise(fromLatin1('%PDF-1.7\n'), { ...shared, 3: `${contents} /Annots [] >>` });
    expect(await compare(later, '', first)).toMatchObject({ is: 'forbidden' });
    const apart = revise(fromLatin1('%PDF-1.7\n'), shared);
    const fair = { ...later, 3: `${page} /Annots [6 0 R] >>` };
    expect(await compare(fair, '', apart)).toMatchObject({ is: 'permitted' });
  });

  test('objects that nothing refers to change nothing', async () => {
    expect(await compare({ ...honest, 15: '(a note)' })).toMatchObject({ is: 'permitted' });
  });

  test('a chain that leaves out the earlier revision is forbidden', async () => {
    const loose = revise(base, { ...bodies, ...honest });
    const text = latin1(loose).replace(/\/Prev \d+/g, '          ');
    expect(await compareRevisions(base, fromLatin1(text), nodeEngine)).toMatchObject({
      is: 'forbidden',
    });
  });
});

describe('the structure tree', () => {
  const top = '<< /Type /StructElem /S /Document /P 10 0 R';
  const root = '<< /Type /StructTreeRoot /K [11 0 R]';
  const element = '<< /Type /StructElem /S /Form /P 11 0 R /Pg 3 0 R';
  const tagged = revise(fromLatin1('%PDF-1.7\n'), {
    ...bodies,
    1: '<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /StructTreeRoot 10 0 R >>',
    10: `${root} /ParentTree << /Nums [0 11 0 R] >> /ParentTreeNextKey 1 >>`,
    11: `${top} /K [12 0 R] >>`,
    12: '<< /Type /StructElem /S /P /P 11 0 R /K [0] >>',
  });
  const later: Bodies = {
    ...honest,
    6: `${widget} /AP << /N 7 0 R >> /StructParent 1 >>`,
    10: `${root} /ParentTree << /Nums [0 11 0 R 1 13 0 R] >> /ParentTreeNextKey 2 >>`,
    11: `${top} /K [12 0 R 13 0 R] >>`,
    13: `${element} /K [<< /Type /OBJR /Pg 3 0 R /Obj 6 0 R >>] >>`,
  };

  test('may gain the element of a new widget', async () => {
    expect(await compare(later, '', tagged)).toMatchObject({ is: 'permitted' });
  });

  test.each<[string, Bodies]>([
    ['an element of page content', { 13: `${element} /K [0] >>` }],
    ['an element with words of its own', { 13: `${later[13]?.slice(0, -3)} /ActualText (x) >>` }],
    ['an element for another annotation', { 13: later[13]?.replace('6 0 R', '4 0 R') ?? '' }],
    ['a kid that is not its own', { 11: `${top} /K [12 0 R 13 0 R 12 0 R] >>` }],
    ['another order', { 11: `${top} /K [13 0 R 12 0 R] >>` }],
    ['a kid less', { 11: `${top} /K [13 0 R] >>` }],
    ['an old key', { 10: later[10]?.replace('1 13 0 R', '0 13 0 R') ?? '' }],
    ['a role map', { 10: `${later[10]?.slice(0, -3)} /RoleMap << /P /H1 >> >>` }],
  ])('may not gain %s', async (_, more) => {
    expect(await compare({ ...later, ...more }, '', tagged)).toMatchObject({ is: 'forbidden' });
  });
});

describe('the place of a signature', () => {
  const signed = (contents: string, gap = [0, 0]): Uint8Array => {
    const draft = (range: string): Uint8Array =>
      revise(base, {
        ...honest,
        6: `${widget} /V 8 0 R >>`,
        8: `<< /Type /Sig /Filter /X /ByteRange ${range.padEnd(40)} /Contents <${contents}> >>`,
      });
    const first = latin1(draft('[0 1 2 3]')).lastIndexOf(`<${contents}>`);
    const second = first + contents.length + 2;
    const rest = draft('').length - second;
    const [less = 0, more = 0] = gap;
    return draft(`[0 ${first - less} ${second + more} ${rest - more}]`);
  };
  const look = async (bytes: Uint8Array) => readSignatures(await openPdf(bytes, nodeEngine))[0];

  test('is the contents string and nothing else', async () => {
    expect(await look(signed('300100'))).toMatchObject({ flaws: [], hexIsLower: true });
    expect((await look(signed('300100', [5, 0])))?.flaws).toEqual(['gap_differs']);
    expect((await look(signed('300100', [0, 3])))?.flaws).toEqual(['gap_differs']);
  });

  test('shows capital letters, blanks, filling that is not zero, and nonsense', async () => {
    expect(await look(signed('3001AB'))).toMatchObject({ hexIsLower: false });
    expect(await look(signed('3001 00'))).toMatchObject({ hexIsLower: false });
    expect(await look(signed('30010000'))).toMatchObject({ paddingIsZero: true });
    expect(await look(signed('30010001'))).toMatchObject({ paddingIsZero: false });
    expect((await look(signed('3080aa')))?.flaws).toEqual(['contents_malformed']);
    expect((await look(signed('')))?.flaws).toEqual(['contents_missing']);
  });
});

test('a file with bytes exchanged anywhere is read or refused with a code', async () => {
  const whole = revise(base, honest);
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
      const bytes = whole.slice();
      bytes[at] = byte;
      try {
        const file = await openPdf(bytes, nodeEngine);
        file.pages();
        readSignatures(file);
      } catch (thrown) {
        expect(faultCode(thrown)).toMatch(/^pdf\./);
      }
      const change = await compareRevisions(base, bytes, nodeEngine);
      expect(['none', 'permitted', 'forbidden']).toContain(change.is);
    }),
    { numRuns: 400 },
  );
});

describe('a state that borrows what a later one has read', () => {
  const whole = revise(base, honest);
  const numbers = [1, 2, 3, 4, 5];

  test('pays for it to the step, and holds the very same objects', async () => {
    const later = await openPdf(whole, nodeEngine);
    const shared = [2, 4].map((number) => later.object(number));
    const alone = await openPdf(base, nodeEngine);
    const borrower = await openPdf(base, nodeEngine, later.loans);
    for (const file of [alone, borrower]) for (const number of numbers) file.object(number);
    expect(borrower.reading.work.spent()).toEqual(alone.reading.work.spent());
    expect(shared).toEqual([2, 4].map((number) => alone.object(number)));
    for (const [at, number] of [2, 4].entries()) expect(borrower.object(number)).toBe(shared[at]);
  });

  test('borrows nothing under another number, as it would read nothing there', async () => {
    const later = await openPdf(whole, nodeEngine);
    later.object(2);
    const wrong = latin1(base).replace(
      /(?<=\n4 1\n)\d{10}/,
      String(latin1(base).indexOf('2 0 obj')).padStart(10, '0'),
    );
    const state = await openPdf(fromLatin1(wrong), nodeEngine, later.loans);
    const misplaced = expect.objectContaining({ code: 'pdf.object_misplaced' });
    expect(() => state.object(4)).toThrow(misplaced);
  });
});
