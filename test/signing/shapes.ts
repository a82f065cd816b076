/**
 * Writes one small document in every way in which PDF files say where their objects are
 * (ISO 32000-1 §7.5, annex F): tables, streams, both, linearised, objects inside streams.
 */
import { concat, fromLatin1 } from '#base/bytes';

export const versions = ['1.3', '1.4', '1.5', '1.6', '1.7', '2.0'] as const;
export const sections = ['table', 'stream', 'hybrid', 'linearised'] as const;

/** How a document is laid out. */
export interface Shape {
  readonly version: (typeof versions)[number];
  readonly section: (typeof sections)[number];
  /** Objects that are no streams lie inside one, where the section can say so. */
  readonly isPacked: boolean;
  readonly pages: number;
  /** Empty signature fields that are there from the start. */
  readonly prepared: readonly string[];
  /** How the catalogue holds its form, and the form its fields. */
  readonly form: 'direct' | 'indirect' | 'fields indirect';
  /** `shared`: one list for all pages. */
  readonly annotations: 'direct' | 'indirect' | 'shared';
  /** How a page says its size: from either corner, or not at all. */
  readonly box: 'usual' | 'turned' | 'unsaid';
  /**
   * An object that no page needs, spelt as some writers do: its row says 0, or its number and the
   * word behind it are one word. Readers forgive both.
   */
  readonly spare: 'none' | 'nowhere' | 'run together';
  /** Of the catalogue and the first page: their numbers were used before. */
  readonly generation: 0 | 3;
  /** What stands behind the last %%EOF: writers fill whole blocks with zeros. */
  readonly end: '' | '\n' | '\r\n' | '\n\0\0\0\0';
}

/** Object numbers start at 1; undefined bodies are free. */
type Bodies = readonly string[];

export function written(shape: Shape): Uint8Array {
  const plain = bodiesOf(shape);
  if (shape.section === 'linearised') return linearised(shape, plain);
  const canPack = shape.isPacked && shape.section !== 'table';
  // What lies inside a stream has no generation.
  const generation = canPack ? 0 : shape.generation;
  const bodies = plain.map((body) => body.replace(/\b([13]) 0 R/g, `$1 ${generation} R`));
  const head = `%PDF-${shape.version}\n%\xe2\xe3\xcf\xd3\n`;
  const file = new Writer(head, new Map([1, 3].map((number) => [number, generation])));
  const packed = canPack ? file.pack(bodies) : new Map<number, number>();
  bodies.forEach((body, at) => {
    if (!packed.has(at + 1)) file.object(at + 1, body);
  });
  const container = bodies.length + 1;
  if (packed.size > 0) file.object(container, packedBody(bodies, packed));
  if (shape.section === 'stream') file.streamEnd(container + 1, { container, packed });
  else if (packed.size > 0) file.hybridEnd(container + 1, { container, packed });
  else file.tableEnd(bodies.length + 1);
  return file.bytes(shape.end);
}

const spareBodies = { none: [], nowhere: ['nowhere'], 'run together': ['7559'] } as const;
const [nowhere] = spareBodies.nowhere;
const [runTogether] = spareBodies['run together'];
const boxes = { usual: '/MediaBox [0 0 400 500]', turned: '/MediaBox [400 500 0 0]', unsaid: '' };

function bodiesOf({ pages, prepared, form, annotations, box, spare, section }: Shape): Bodies {
  const [firstPage, firstField] = [3, 3 + 2 * pages];
  const [formAt, fieldsAt] = [firstField + prepared.length, firstField + prepared.length + 1];
  const annotsAt = fieldsAt + 1;
  const pageAt = (page: number): number => firstPage + 2 * page;
  const fieldRefs = prepared.map((_, at) => `${firstField + at} 0 R`).join(' ');
  const fields = form === 'fields indirect' ? `${fieldsAt} 0 R` : `[${fieldRefs}]`;
  const dict = `<< /Fields ${fields} /SigFlags 1 >>`;
  const held = form === 'direct' ? dict : `${formAt} 0 R`;
  const listed = annotations === 'direct' ? `[${fieldRefs}]` : `${annotsAt} 0 R`;
  const kids = Array.from({ length: pages }, (_, page) => `${pageAt(page)} 0 R`).join(' ');
  const spares = section === 'linearised' ? [] : spareBodies[spare];
  const more = spares.length === 0 ? '' : `/Spare ${annotsAt + 1} 0 R `;
  return [
    `<< /Type /Catalog /Pages 2 0 R /AcroForm ${held} ${more}>>`,
    `<< /Type /Pages /Kids [${kids}] /Count ${pages} ${boxes[box]} >>`,
    ...Array.from({ length: pages }, (_, page) => [
      `<< /Type /Page /Parent 2 0 R /Resources << >> /Contents ${pageAt(page) + 1} 0 R ` +
        `${page === 0 || annotations === 'shared' ? `/Annots ${listed} ` : ''}>>`,
      streamOf(`0.2 0.5 ${page % 2} rg ${20 + page} 20 60 60 re f`),
    ]).flat(),
    ...prepared.map(
      (name, at) =>
        `<< /Type /Annot /Subtype /Widget /FT /Sig /T (${name}) /F 4 /P ${firstPage} 0 R ` +
        `/Rect [${10 + 40 * at} 10 ${40 + 40 * at} 30] >>`,
    ),
    dict,
    `[${fieldRefs}]`,
    `[${fieldRefs}]`,
    ...spares,
  ];
}

function streamOf(content: string, dict = ''): string {
  return `<< /Length ${content.length} ${dict}>>\nstream\n${content}\nendstream`;
}

/** Which numbers lie inside the container, and at which place. */
type Packed = ReadonlyMap<number, number>;

function packedBody(bodies: Bodies, packed: Packed): string {
  const texts = [...packed.keys()].map((number) => `${bodies[number - 1] ?? 'null'} `);
  let at = 0;
  const heads = [...packed.keys()].map((number, place) => {
    const head = `${number} ${at}`;
    at += texts[place]?.length ?? 0;
    return head;
  });
  const head = `${heads.join(' ')} `;
  const dict = `/Type /ObjStm /N ${packed.size} /First ${head.length} `;
  return streamOf(head + texts.join(''), dict);
}

/** What no container can hold. */
function isApart(body: string): boolean {
  return body.includes('stream\n') || body === nowhere || body === runTogether;
}

class Writer {
  #text: string;
  readonly #offsets = new Map<number, number>();

  readonly #generations: ReadonlyMap<number, number>;

  constructor(head: string, generations: ReadonlyMap<number, number>) {
    this.#text = head;
    this.#generations = generations;
  }

  pack(bodies: Bodies): Map<number, number> {
    const plain = bodies.flatMap((body, at) => (isApart(body) ? [] : [at + 1]));
    return new Map(plain.map((number, place) => [number, place]));
  }

  object(number: number, body: string): void {
    this.#offsets.set(number, body === nowhere ? 0 : this.#text.length);
    if (body === nowhere) return;
    const between = body === runTogether ? '' : '\n';
    this.#text += `${number} ${this.#generationOf(number)} obj\n${body}${between}endobj\n`;
  }

  #generationOf(number: number): number {
    return this.#generations.get(number) ?? 0;
  }

  tableEnd(size: number, more = ''): void {
    const start = this.#text.length;
    this.#text += `xref\n0 ${size}\n0000000000 65535 f \n`;
    for (let number = 1; number < size; number += 1) {
      const offset = this.#offsets.get(number);
      this.#text += offset === undefined ? freeRow : row(offset, this.#generationOf(number));
    }
    this.#text += `trailer\n<< /Size ${size} /Root 1 ${this.#generationOf(1)} R ${more}>>\nstartxref\n${start}\n%%EOF`;
  }

  streamEnd(number: number, inside: { readonly container: number; readonly packed: Packed }): void {
    const start = this.#text.length;
    this.object(number, this.#sectionBody(number, inside));
    this.#text += `startxref\n${start}\n%%EOF`;
  }

  /** The table calls free what only the stream knows (§7.5.8.4). */
  hybridEnd(number: number, inside: { readonly container: number; readonly packed: Packed }): void {
    const start = this.#text.length;
    this.object(number, this.#sectionBody(number, inside));
    this.tableEnd(number + 1, `/XRefStm ${start} `);
  }

  #sectionBody(
    own: number,
    { container, packed }: { readonly container: number; readonly packed: Packed },
  ): string {
    this.#offsets.set(own, this.#text.length);
    let rows = '\0\0\0\xff';
    for (let number = 1; number <= own; number += 1) {
      const place = packed.get(number);
      const offset = this.#offsets.get(number) ?? 0;
      const isFree = place === undefined && !this.#offsets.has(number);
      const [type, value, index] =
        place === undefined
          ? [isFree ? 0 : 1, offset, this.#generationOf(number)]
          : [2, container, place];
      rows += String.fromCharCode(type, value >> 8, value & 0xff, index);
    }
    return streamOf(
      rows,
      `/Type /XRef /Size ${own + 1} /Root 1 ${this.#generationOf(1)} R /W [1 2 1] `,
    );
  }

  bytes(end: string): Uint8Array {
    return fromLatin1(this.#text + end);
  }
}

const freeRow = '0000000000 00001 f \n';

function row(offset: number, generation = 0): string {
  return `${String(offset).padStart(10, '0')} ${String(generation).padStart(5, '0')} n \n`;
}

/**
 * The first page's section stands first and is named last (annex F): a chain that leads from the
 * front of the file to its end.
 */
function linearised({ version, end }: Shape, bodies: Bodies): Uint8Array {
  const size = bodies.length + 2; // the dictionary of linearisation has the last number
  const wide = (value: number): string => String(value).padStart(10, '0');
  const head = `%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`;
  const object = (number: number, body: string): string => `${number} 0 obj\n${body}\nendobj\n`;
  const objects = bodies.map((body, at) => object(at + 1, body));
  const split = Math.ceil(bodies.length / 2);
  const layout = (places: { length: number; main: number; offsets: readonly number[] }) => {
    const marks = `/Linearized 1 /L ${wide(places.length)} /H [0 0] /O 3 /E 0 /N 1`;
    const lead = object(size - 1, `<< ${marks} /T ${wide(places.main)} >>`);
    const own = [...places.offsets.slice(split), head.length];
    const front =
      `xref\n${split + 1} ${own.length}\n${own.map((offset) => row(offset)).join('')}` +
      `trailer\n<< /Size ${size} /Root 1 0 R /Prev ${wide(places.main)} >>\nstartxref\n0\n%%EOF\n`;
    const firstSection = head.length + lead.length;
    let at = firstSection + front.length;
    const order = [...objects.keys()].toSorted((a, b) => Number(a < split) - Number(b < split));
    const offsets: number[] = [];
    let text = head + lead + front;
    for (const place of order) {
      offsets[place] = at;
      text += objects[place] ?? '';
      at = text.length;
    }
    const main = text.length;
    const rows = places.offsets
      .slice(0, split)
      .map((offset) => row(offset))
      .join('');
    text += `xref\n0 ${split + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${split + 1} >>\n`;
    text += `startxref\n${firstSection}\n%%EOF${end}`;
    return { text, length: text.length, main, offsets };
  };
  const first = layout({ length: 0, main: 0, offsets: bodies.map(() => 0) });
  return concat(fromLatin1(layout(first).text));
}
