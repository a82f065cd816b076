/**
 * Does something that lies over a page hide the words that were signed there (the "evil annotation"
 * and "sneaky signature" attacks of Rohlmann et al., 2021)?
 *
 * Where comments are allowed they may stand beside the words and mark them; what paints over them
 * makes the page say something else. A mark is drawn with lines, or lets the words through.
 */
import { Fault } from '#base/fault';
import type { PdfFile } from '../file/file.ts';
import type { PdfDict, PdfStream } from '../file/value.ts';
import { lettersOn, type ShownAt } from '../text/page-letters.ts';
import { everything, nothing, paintedFirst, paintOf } from '../text/paint.ts';
import { numbersOf, reachOf } from '../text/viewers-paint.ts';
import type { RevisionJudge } from './revision-judge.ts';

const wordsMax = 40; // letters that a reason quotes

/** `page` is counted from 1. A page that cannot be read shows no words. */
async function lettersOf(file: PdfFile, page: number): Promise<readonly ShownAt[]> {
  const leaf = file.pages()[page - 1];
  return leaf === undefined ? [] : lettersOn(file, leaf).catch((thrown) => otherwise(thrown, []));
}

/** What counts where something cannot be read; a limit is never forgiven. */
function otherwise<T>(thrown: unknown, instead: T): T {
  if (!(thrown instanceof Fault) || thrown.code === 'pdf.limit') throw thrown;
  return instead;
}

/** The letters below a rectangle, the first of them; empty where there are none. */
function wordsBelow(letters: readonly ShownAt[], rect: readonly number[], most = wordsMax): string {
  const [a = 0, b = 0, c = 0, d = 0] = rect;
  if (rect.length !== 4) return '';
  const [left, right] = [Math.min(a, c), Math.max(a, c)];
  const [bottom, top] = [Math.min(b, d), Math.max(b, d)];
  const below = letters.filter(({ box: [west, south, east, north] }) => {
    const [x, y] = [(west + east) / 2, (south + north) / 2];
    return x > left && x < right && y > bottom && y < top;
  });
  return below
    .slice(0, most)
    .map(({ text }) => text)
    .join('');
}

/** Letters that forms print where somebody is to write or tick, and faces lie on. */
const printedBlanks = /[_.…·\-–—□☐○]/g;

/** A box lies on the letter that is printed as its frame. */
const frameLettersMax = 3;

/**
 * Objects to fields whose new face hides signed words with a surface that was not there before: the
 * value is the filler's word, and the page is not.
 */
async function judgeFilled(judge: RevisionJudge): Promise<void> {
  const { before, after, shown } = judge;
  if (shown.size === 0) return;
  const pages = new Map<number, number>();
  for (const [index, page] of before.pages().entries()) {
    for (const item of before.list(page.dict.entries.get('Annots'))) {
      if (item.kind === 'ref') pages.set(item.number, index + 1);
    }
  }
  for (const object of shown) {
    const page = pages.get(object);
    if (page === undefined) continue;
    const [was, is] = [await hiddenBy(before, object, page), await hiddenBy(after, object, page)];
    if (is.length <= Math.max(was.length, frameLettersMax)) continue;
    judge.object(
      object,
      `the face of a field hides the words "${is.slice(0, wordsMax)}"`,
      'appearance_differs',
    );
  }
}

async function hiddenBy(file: PdfFile, object: number, page: number): Promise<string> {
  const dict = file.dict({ kind: 'ref', number: object, generation: 0 });
  if (dict === undefined) return '';
  const face = currentFace(file, dict);
  if (face === undefined) return '';
  const paint = paintedFirst(file, face, dict);
  const { areas } = await paint.catch((thrown) => otherwise(thrown, nothing));
  if (!areas) return '';
  const below = wordsBelow(await lettersOf(file, page), numbersOf(file, dict, 'Rect'), Infinity);
  return below.replaceAll(printedBlanks, '');
}

function currentFace(file: PdfFile, widget: PdfDict): PdfStream | undefined {
  const held = file.resolve(file.dict(widget.entries.get('AP'))?.entries.get('N'));
  const state = file.resolve(widget.entries.get('AS'));
  const found =
    held.kind === 'dict' && state.kind === 'name'
      ? file.resolve(held.entries.get(state.name))
      : held;
  return found.kind === 'stream' ? found : undefined;
}

/**
 * Where nothing may change, a time-stamp is let through as a proof, and a proof shows nothing: a
 * clock stamps for whoever asks, so what its face says is anybody's word.
 */
async function judgeSilence(judge: RevisionJudge): Promise<void> {
  const { after, faces, policy } = judge;
  if (policy.level !== 1) return;
  for (const { object, face } of faces) {
    const dict = after.dict({ kind: 'ref', number: object, generation: 0 });
    if (dict === undefined || face === undefined) continue;
    const paint = paintedFirst(after, face, dict);
    const { words, areas } = await paint.catch((thrown) => otherwise(thrown, everything));
    if (words || areas) judge.object(object, 'a time-stamp shows something', 'docmdp');
  }
}

/** Objects to comments that came and lie over the words that were signed. */
export async function judgeCovering(judge: RevisionJudge): Promise<void> {
  const { before, after, annotated } = judge;
  await judgeFilled(judge);
  await judgeSilence(judge);
  const pages = new Map<number, readonly ShownAt[]>();
  for (const { object, page, dict } of annotated) {
    // A face that we cannot read is one that some viewer can.
    const paint = paintOf(after, dict);
    const { words, areas } = await paint.catch((thrown) => otherwise(thrown, everything));
    if (!words && !areas) continue;
    const letters = pages.get(page) ?? (await lettersOf(before, page));
    pages.set(page, letters);
    const hidden = wordsBelow(letters, reachOf(after, dict));
    if (hidden === '') continue;
    judge.object(object, `an annotation lies over the words "${hidden}"`, 'annotation_changed');
  }
}

/**
 * The words of the page that a widget hides with a picture or a surface; empty where it hides none.
 * What cannot be read hides nothing. Refuses with pdf.limit alone.
 */
export async function paintedOver(
  file: PdfFile,
  widget: { readonly object: number; readonly page: number; readonly rect: readonly number[] },
): Promise<string> {
  const dict = file.dict({ kind: 'ref', number: widget.object, generation: 0 });
  if (dict === undefined) return '';
  const paint = await paintOf(file, dict).catch((thrown) => otherwise(thrown, nothing));
  return paint.areas ? wordsBelow(await lettersOf(file, widget.page), widget.rect) : '';
}
