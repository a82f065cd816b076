import { useEffect, useRef, useState } from 'react';
import type { Pages } from '../../pdf/pages.ts';
import { Button } from '../../ui/button.tsx';
import { useElder } from '../../ui/elder.ts';
import { useWords } from '../../ui/language.tsx';
import { readingWords } from '../words/reading.ts';

export interface PageViewProps {
  readonly pages: Pages;
  readonly page: number;
  readonly title: string;
}

const zooms = [1, 1.5, 2, 3] as const;
/** Below this a drawn A4 page has letters nobody can read, in CSS pixels. */
const legiblePixelsMin = 640;

/**
 * One page as it is drawn, and on a small screen its words below it in a size that can be read
 * without pinching. Elder mode puts the words first. A screen reader gets the words always.
 */
export function PageView({ pages, page, title }: PageViewProps) {
  const say = useWords(readingWords);
  const { elder } = useElder();
  const [isLarge, setLarge] = useState(elder || window.innerWidth < legiblePixelsMin);
  const words = useText(pages, page);
  const label = say('page', { n: page, of: pages.count });
  const text = (
    <section className={isLarge ? 'large' : 'unseen'} aria-label={`${say('words')} ${label}`}>
      {isLarge && <p className="hint">{say('textNote')}</p>}
      {words.map((paragraph, at) => (
        <p key={`${page}-${at}`}>{paragraph}</p>
      ))}
    </section>
  );
  return (
    <>
      {elder && text}
      <Sheet pages={pages} page={page} label={`${title} ${label}`} />
      {!elder && text}
      <Button onPress={() => setLarge(!isLarge)}>{say(isLarge ? 'pageOnly' : 'withWords')}</Button>
    </>
  );
}

interface SheetProps {
  readonly pages: Pages;
  readonly page: number;
  readonly label: string;
}

function Sheet({ pages, page, label }: SheetProps) {
  const say = useWords(readingWords);
  const canvas = useRef<HTMLCanvasElement>(null);
  const sheet = useRef<HTMLElement>(null);
  const [zoom, setZoom] = useState(0);
  const scale = zooms[zoom] ?? 1;
  useEffect(() => {
    const draw = (): void => {
      const { current } = canvas;
      if (current === null) return;
      const width = Math.max(1, (sheet.current?.clientWidth ?? 0) * scale);
      pages.draw(page, current, width).catch(() => {});
    };
    draw();
    window.addEventListener('resize', draw);
    return () => window.removeEventListener('resize', draw);
  }, [pages, page, scale]);
  return (
    <>
      {/* What scrolls can be reached by keyboard. */}
      <section className="sheet" ref={sheet} tabIndex={0} aria-label={label}>
        <canvas ref={canvas} aria-hidden="true" />
      </section>
      <div className="turn">
        <Button waits={zoom === 0} onPress={() => setZoom(zoom - 1)}>
          {say('wider')}
        </Button>
        <Button waits={zoom === zooms.length - 1} onPress={() => setZoom(zoom + 1)}>
          {say('closer')}
        </Button>
      </div>
    </>
  );
}

function useText(pages: Pages, page: number): readonly string[] {
  const [words, setWords] = useState<readonly string[]>([]);
  useEffect(() => {
    let over = false;
    async function read(): Promise<void> {
      const text = await pages.text(page);
      if (!over) setWords(text);
    }
    // A page without words, such as a scan, is drawn all the same.
    read().catch(() => setWords([]));
    return () => {
      over = true;
    };
  }, [pages, page]);
  return words;
}
