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
  const drawing = new WeakMap<HTMLCanvasElement, { cancel(): void }>();
  return {
    count: document.numPages,
    async draw(number, canvas, width) {
      drawing.get(canvas)?.cancel();
      const page = await document.getPage(number);
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
        if (!(thrown instanceof Error && thrown.name === 'RenderingCancelledException'))
          throw thrown;
      }
    },
    text: (number) => textOf(document, number),
    data: () => dataOf(document),
    close() {
      opened.delete(bytes);
      closing = closing.then(() => loading.destroy()).catch(() => {});
    },
  };
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
