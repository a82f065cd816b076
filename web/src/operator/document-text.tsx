import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Refusal } from '../api/refusal.ts';
import type { Pages } from '../pdf/pages.ts';
import { Button } from '../ui/button.tsx';
import { useWords } from '../ui/language.tsx';
import { answerOf, api } from './api.ts';
import { Asked } from './asked.tsx';
import { Unmask } from './unmask.tsx';
import { caseWords } from './words/cases.ts';

export interface OpenedDocument {
  readonly id: string;
  readonly title: string;
}

/**
 * One document as it stands now, page by page; nothing of it is written to this computer. Whoever
 * has no grant for the texts of the case is asked what for, and then sees it.
 */
export function DocumentText({
  caseId,
  document,
  onClose,
}: {
  readonly caseId: string;
  readonly document: OpenedDocument;
  readonly onClose: () => void;
}) {
  const say = useWords(caseWords);
  const pages = useQuery({
    queryKey: ['text', caseId, document.id],
    queryFn: () => open(caseId, document.id),
    // A look is an access: it is made when it is asked for and not by itself.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const { error } = pages;
  if (error instanceof Refusal && error.code === 'desk.grant_missing') {
    return (
      <section className="narrow">
        <Heading text={say('askNamed', { title: document.title })} />
        <Unmask
          id={caseId}
          fields={['documents']}
          onDone={(isGranted) => (isGranted ? void pages.refetch() : onClose())}
        />
      </section>
    );
  }
  return (
    <section className="inset" aria-label={document.title}>
      <Heading text={document.title} />
      <Asked question={pages}>{(opened) => <Leaves pages={opened} />}</Asked>
      <div className="acts">
        <Button onPress={onClose}>{say('closeDocument')}</Button>
      </div>
    </section>
  );
}

/** Below a long table nobody sees what has opened: it comes into sight and takes the focus. */
function Heading({ text }: { readonly text: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <h3 ref={heading} tabIndex={-1}>
      {text}
    </h3>
  );
}

async function open(id: string, document: string): Promise<Pages> {
  const params = { path: { id, document } };
  const asked = api.GET('/v1/cases/{id}/documents/{document}', { params, parseAs: 'arrayBuffer' });
  const bytes = new Uint8Array(await answerOf<ArrayBuffer>(asked));
  const { openPages } = await import('../pdf/pages.ts');
  return openPages(bytes);
}

function Leaves({ pages }: { readonly pages: Pages }) {
  const say = useWords(caseWords);
  const [page, setPage] = useState(1);
  const [words, setWords] = useState<readonly string[]>([]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const sheet = useRef<HTMLElement>(null);
  useEffect(() => {
    let over = false;
    const { current } = canvas;
    const width = sheet.current?.clientWidth ?? 0;
    if (current !== null) pages.draw(page, current, Math.max(1, width)).catch(() => {});
    async function read(): Promise<void> {
      const text = await pages.text(page);
      if (!over) setWords(text);
    }
    read().catch(() => setWords([]));
    return () => {
      over = true;
    };
  }, [pages, page]);
  const label = say('aDocument', { n: page, of: pages.count });
  return (
    <>
      <p role="status" className="note">
        {label}
      </p>
      <section className="leaf" ref={sheet} tabIndex={0} aria-label={label}>
        <canvas ref={canvas} aria-hidden="true" />
        {/* A screen reader gets the words; the eye gets the page. */}
        <div className="unseen">
          {words.map((paragraph, at) => (
            <p key={`${page}-${at}`}>{paragraph}</p>
          ))}
        </div>
      </section>
      <div className="acts">
        <Button waits={page <= 1} onPress={() => setPage(page - 1)}>
          {say('pageBefore')}
        </Button>
        <Button waits={page >= pages.count} onPress={() => setPage(page + 1)}>
          {say('pageAfter')}
        </Button>
      </div>
    </>
  );
}
