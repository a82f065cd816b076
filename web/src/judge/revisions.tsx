import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Pages } from '../pdf/pages.ts';
import { useWords } from '../ui/language.tsx';
import { documentsIn } from './ask.ts';
import { ChangeList } from './change-list.tsx';
import { type Box, differences } from './difference.ts';
import type { JudgedFile, Revision, ShownDocument } from './messages.ts';
import { shortName } from './sentences.ts';
import { verdictWords } from './words/verdict.ts';

const canvasWidth = 640;

/** Two revisions of one document, page by page, and where they look different. */
export function RevisionsView({ file }: { readonly file: JudgedFile }) {
  const say = useWords(verdictWords);
  // Cut out of the file when somebody wants to look: a telephone with 2 GB holds it only then.
  const [documents, setDocuments] = useState<readonly ShownDocument[]>();
  const [isOpening, setOpening] = useState(false);
  if (file.kind !== 'pdf' && file.kind !== 'package') return null;
  const open = (): void => {
    setOpening(true);
    documentsIn(file).then(setDocuments, () => setDocuments([]));
  };
  return (
    <section
      className={documents === undefined ? 'card revisions unprinted' : 'card revisions'}
      aria-labelledby="revisions"
    >
      <h3 id="revisions">{say('revisions')}</h3>
      <p className="soft">{say('revisionsNote')}</p>
      {documents === undefined && (
        <button
          type="button"
          className="button unprinted"
          aria-busy={isOpening ? true : undefined}
          onClick={open}
        >
          {say('open')}
        </button>
      )}
      {documents?.length === 0 && <p>{say('undrawable')}</p>}
      {documents !== undefined && documents.length > 0 && <Comparison documents={documents} />}
    </section>
  );
}

function Comparison({ documents }: { readonly documents: readonly ShownDocument[] }) {
  const say = useWords(verdictWords);
  const most = documents.reduce((a, b) => (b.revisions.length > a.revisions.length ? b : a));
  const [name, setName] = useState(most.name);
  const chosen = documents.find((one) => one.name === name) ?? most;
  return (
    <>
      <div className="field">
        <label htmlFor="shown-document">{say('document')}</label>
        <select
          id="shown-document"
          value={chosen.name}
          onChange={(event) => setName(event.target.value)}
        >
          {documents.map((one) => (
            <option key={one.name} value={one.name}>
              {shortName(one.name)}
            </option>
          ))}
        </select>
      </div>
      <Pair key={chosen.name} shown={chosen} />
    </>
  );
}

function Pair({ shown }: { readonly shown: ShownDocument }) {
  const say = useWords(verdictWords);
  const { revisions } = shown;
  const last = revisions.length - 1;
  const [before, setBefore] = useState(unsignedOf(revisions));
  const [after, setAfter] = useState(last);
  const [page, setPage] = useState(1);
  const sheets = useDrawn(shown, { before, after, page });
  const { ready, boxes, pages } = sheets;
  const [seeks, setSeeks] = useState(true);
  // Opens at the first page that shows a difference: nobody leafs through what is the same.
  useEffect(() => {
    if (!seeks || !ready) return;
    if (boxes.length > 0 || page >= pages) setSeeks(false);
    else setPage(page + 1);
  }, [seeks, ready, boxes, page, pages]);
  const leaf = (to: number): void => {
    setSeeks(false);
    setPage(to);
  };
  const pick = (label: string, value: number, choose: (value: number) => void) => (
    <div className="field">
      <label htmlFor={`revision-${label}`}>{label}</label>
      <select
        id={`revision-${label}`}
        value={value}
        onChange={(event) => choose(Number(event.target.value))}
      >
        {revisions.map((revision, n) => (
          <option key={revision.end} value={n}>
            {titleOf(revision, n, say)}
          </option>
        ))}
      </select>
    </div>
  );
  return (
    <>
      {revisions.length < 2 && <p>{say('oneRevision')}</p>}
      <div className="pair">
        {pick(say('before'), before, setBefore)}
        {pick(say('after'), after, setAfter)}
        <Shown sheet={sheets.left} name={say('before')} canvasRef={sheets.leftRef} boxes={[]} />
        <Shown
          sheet={sheets.right}
          name={say('after')}
          canvasRef={sheets.rightRef}
          boxes={sheets.boxes}
        />
      </div>
      <p role="status">
        {ready &&
          !seeks &&
          (sheets.boxes.length === 0 ? say('same') : say('differs', { n: sheets.boxes.length }))}
      </p>
      <div className="buttons unprinted">
        <button
          type="button"
          className="button"
          disabled={page <= 1}
          onClick={() => leaf(page - 1)}
        >
          {say('pageBefore')}
        </button>
        <span>{say('page', { n: page, all: sheets.pages })}</span>
        <button
          type="button"
          className="button"
          disabled={page >= sheets.pages}
          onClick={() => leaf(page + 1)}
        >
          {say('pageAfter')}
        </button>
      </div>
      {after > before && <ChangeList shown={shown} before={before} after={after} />}
    </>
  );
}

/**
 * What stood there before anybody signed, or else the last but one: what was appended last, a store
 * or a stamp, often shows nothing.
 */
function unsignedOf(revisions: readonly Revision[]): number {
  const signed = revisions.findIndex(({ fields }) => fields.length > 0);
  return Math.max(0, (signed > 0 ? signed : revisions.length - 1) - 1);
}

type Sheet = 'drawing' | 'drawn' | 'broken';

function Shown(props: {
  readonly sheet: Sheet;
  readonly name: string;
  readonly canvasRef: RefObject<HTMLCanvasElement | null>;
  readonly boxes: readonly Box[];
}) {
  const say = useWords(verdictWords);
  const canvas = props.canvasRef.current;
  return (
    <figure>
      <div className="sheet">
        <canvas ref={props.canvasRef} role="img" aria-label={props.name} />
        {canvas !== null &&
          props.boxes.map(({ x, y, width, height }) => (
            <span
              key={`${x} ${y}`}
              className="box"
              style={{
                left: `${(100 * x) / canvas.width}%`,
                top: `${(100 * y) / canvas.height}%`,
                width: `${(100 * width) / canvas.width}%`,
                height: `${(100 * height) / canvas.height}%`,
              }}
            />
          ))}
      </div>
      {props.sheet === 'broken' && <figcaption>{say('undrawable')}</figcaption>}
    </figure>
  );
}

/** Draws one page of both revisions and compares what came out. */
function useDrawn(shown: ShownDocument, at: { before: number; after: number; page: number }) {
  const leftRef = useRef<HTMLCanvasElement>(null);
  const rightRef = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState({
    left: 'drawing' as Sheet,
    right: 'drawing' as Sheet,
    boxes: [] as readonly Box[],
    pages: 1,
    ready: false,
    of: '',
  });
  const { before, after, page } = at;
  const of = `${before} ${after} ${page}`;
  const revision = useRevisions(shown);
  useEffect(() => {
    let isOver = false;
    const work = async () => {
      const left = await drawn(revision(before), page, leftRef.current);
      const right = await drawn(revision(after), page, rightRef.current);
      if (isOver) return;
      const [one, other] = [leftRef.current, rightRef.current];
      const ready = left > 0 && right > 0 && one !== null && other !== null;
      setState({
        left: left > 0 ? 'drawn' : 'broken',
        right: right > 0 ? 'drawn' : 'broken',
        boxes: ready ? differences(pictureOf(one), pictureOf(other)) : [],
        pages: Math.max(left, right, 1),
        ready,
        of,
      });
    };
    void work();
    return () => {
      isOver = true;
    };
  }, [revision, before, after, page, of]);
  // What was found on another page says nothing of this one.
  const ready = state.ready && state.of === of;
  return { ...state, boxes: ready ? state.boxes : [], ready, leftRef, rightRef };
}

/** Cuts a revision out once: the same bytes are the same open document. */
function useRevisions({ bytes, revisions }: ShownDocument): (n: number) => Promise<Pages> {
  const cut = useRef(new Map<number, Uint8Array>());
  return useCallback(
    async (n) => {
      const known = cut.current.get(n) ?? bytes.slice(0, revisions[n]?.end);
      cut.current.set(n, known);
      const { openPages } = await import('../pdf/pages.ts');
      return openPages(known);
    },
    [bytes, revisions],
  );
}

/** Answers how many pages there are; 0 for what cannot be shown. */
async function drawn(
  pages: Promise<Pages>,
  page: number,
  canvas: HTMLCanvasElement | null,
): Promise<number> {
  try {
    const opened = await pages;
    if (canvas !== null && page <= opened.count) await opened.draw(page, canvas, canvasWidth);
    return opened.count;
  } catch {
    return 0;
  }
}

function pictureOf(canvas: HTMLCanvasElement): ImageData {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('a canvas without a context');
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function titleOf(
  { fields }: Revision,
  n: number,
  say: (key: 'revision' | 'revisionSigned', values: { n: number; fields: string }) => string,
): string {
  const key = fields.length === 0 ? 'revision' : 'revisionSigned';
  return say(key, { n, fields: fields.join('、') });
}
