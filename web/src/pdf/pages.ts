/**
 * A PDF as something to read: pages that are drawn, their text, and the data the file carries.
 *
 * Everything comes from the bytes that are handed in, which are the bytes whose digest is confirmed
 * and signed. Loaded when the first document is opened, never before.
 */
import '../floor/polyfills.ts';
import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy } from 'pdfjs-dist';
import { paragraphsOf } from './paragraphs.ts';

/** More is a canvas that a telephone with 2 GB refuses to make. */
const canvasPixelsMax = 4_000_000;

export interface Pages {
  readonly count: number;
  /** Draws a page `width` CSS pixels wide; a later call for the same canvas ends an earlier one. */
  draw(number: number, canvas: HTMLCanvasElement, width: number): Promise<void>;
  /** Draws a page before anybody asks for it and reads its words: who then asks has it at once. */
  ahead(number: number, width: number): Promise<void>;
  text(number: number): Promise<readonly string[]>;
  /** The machine-readable data that the file carries, if it carries any. */
  data(): Promise<unknown>;
  close(): void;
}

let worker: Worker | undefined;
/**
 * A document is opened once and stays open until somebody has no more use for it. The one worker
 * that all share takes no new document while it puts an old one away.
 */
const opened = new WeakMap<Uint8Array, Promise<Pages>>();
let closing: Promise<void> = Promise.resolve();

/** Has the worker ready before the first document is there: on a slow line it takes seconds. */
export function warmPages(): void {
  worker ??= new Worker(new URL('worker.ts', import.meta.url), { type: 'module' });
  GlobalWorkerOptions.workerPort = worker;
}

export function openPages(bytes: Uint8Array): Promise<Pages> {
  const before = opened.get(bytes);
  if (before !== undefined) return before;
  const opening = openOnce(bytes);
  opened.set(bytes, opening);
  opening.catch(() => opened.delete(bytes));
  return opening;
}

async function openOnce(bytes: Uint8Array): Promise<Pages> {
  warmPages();
  await closing;
  const loading = getDocument({
    // A copy: the worker takes what it is given, and the signature needs the bytes later.
    data: bytes.slice(),
    useWasm: false,
    enableXfa: false,
    stopAtErrors: true,
  });
  const document = await loading.promise;
  const { draw, ahead } = drawerOf(document);
  const texts = new Map<number, Promise<readonly string[]>>();
  const text = (number: number): Promise<readonly string[]> => {
    const reading = texts.get(number) ?? textOf(document, number);
    texts.set(number, reading);
    reading.catch(() => texts.delete(number));
    return reading;
  };
  return {
    count: document.numPages,
    draw,
    async ahead(number, width) {
      await Promise.all([ahead(number, width), text(number)]);
    },
    text,
    data: () => dataOf(document),
    close() {
      opened.delete(bytes);
      closing = closing.then(() => loading.destroy()).catch(() => {});
    },
  };
}

/** Draws the pages of one document; of what was drawn ahead it keeps one page, for its size. */
function drawerOf(pdf: PDFDocumentProxy): Pick<Pages, 'draw' | 'ahead'> {
  const drawing = new WeakMap<HTMLCanvasElement, { cancel(): void }>();
  let kept: { readonly number: number; readonly canvas: HTMLCanvasElement } | undefined;
  async function draw(number: number, canvas: HTMLCanvasElement, width: number): Promise<void> {
    drawing.get(canvas)?.cancel();
    if (kept?.number === number && kept.canvas !== canvas) {
      const same = kept.canvas;
      if (same.style.width === `${width}px`) return copyTo(canvas, same);
    }
    const page = await pdf.getPage(number);
    const plain = page.getViewport({ scale: 1 });
    const ratio = plain.height / plain.width;
    const wanted = width * (window.devicePixelRatio || 1);
    const across = Math.min(wanted, Math.sqrt(canvasPixelsMax / ratio));
    const viewport = page.getViewport({ scale: across / plain.width });
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${width * ratio}px`;
    const task = page.render({ canvas, viewport });
    drawing.set(canvas, task);
    try {
      await task.promise;
    } catch (thrown) {
      if (!(thrown instanceof Error && thrown.name === 'RenderingCancelledException')) throw thrown;
    }
  }
  return {
    draw,
    async ahead(number, width) {
      const canvas = document.createElement('canvas');
      await draw(number, canvas, width);
      kept = { number, canvas };
    },
  };
}

function copyTo(canvas: HTMLCanvasElement, drawn: HTMLCanvasElement): void {
  canvas.width = drawn.width;
  canvas.height = drawn.height;
  canvas.style.width = drawn.style.width;
  canvas.style.height = drawn.style.height;
  canvas.getContext('2d')?.drawImage(drawn, 0, 0);
}

async function textOf(document: PDFDocumentProxy, number: number): Promise<readonly string[]> {
  const page = await document.getPage(number);
  const content = await page.getTextContent();
  return paragraphsOf(
    content.items.flatMap((item) =>
      'str' in item
        ? [
            {
              text: item.str,
              x: Number(item.transform[4]),
              y: Number(item.transform[5]),
              size: item.height,
            },
          ]
        : [],
    ),
  );
}

async function dataOf(document: PDFDocumentProxy): Promise<unknown> {
  const attached = await document.getAttachments();
  for (const [id, { filename }] of attached ?? []) {
    if (!filename.endsWith('data.json')) continue;
    const content = await document.getAttachmentContent(id);
    return content === null ? undefined : JSON.parse(new TextDecoder().decode(content));
  }
  return undefined;
}
