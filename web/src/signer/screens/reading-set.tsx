import { useEffect, useRef } from 'react';
import type { CaseDocument } from '../../api/answers.ts';
import type { Line } from '../../api/line.ts';
import { fetchShown } from '../../device/shown.ts';
import { Button } from '../../ui/button.tsx';
import { useWords } from '../../ui/language.tsx';
import { Meter } from '../../ui/meter.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Screen } from '../../ui/screen.tsx';
import { durationText } from '../duration.ts';
import { useHouse } from '../house.tsx';
import { placeAfter } from '../story.ts';
import { readingWords } from '../words/reading.ts';
import type { StepProps } from './step-props.ts';

/** What is to be read and how long it takes at least, told before the first page is opened. */
export function ReadingSet(props: StepProps & { readonly documents: readonly CaseDocument[] }) {
  const { progress, documents, onGo } = props;
  const say = useWords(readingWords);
  const { line } = useHouse();
  const list = useRef<HTMLUListElement>(null);
  const first = documents.find(({ read }) => !read);
  useEffect(() => {
    if (first === undefined) return;
    // As wide as the sheet it will stand on, where the screen is a telephone's.
    const width = list.current?.clientWidth ?? 0;
    drawAhead(line, first, width).catch(() => undefined);
    // The document of an id never changes.
  }, [line, first?.id]);
  const budget = progress.reading ?? budgetOf(documents);
  const { secondsMin, secondsRead, secondsLeft } = budget;
  const place = placeAfter(documents);
  const isRead = place === 'sign';
  const began = secondsRead > 0 || documents.some(({ read }) => read);
  const only = documents.length === 1 ? documents[0] : undefined;
  const finish = documents[0]?.action === 'confirm' ? 'toConfirm' : 'toSign';
  const left = durationText(secondsLeft, say);
  return (
    <Screen
      title={
        only === undefined
          ? say('setTitle', { n: documents.length })
          : say('setTitleOne', { title: only.title })
      }
      lead={say('setLead', { time: durationText(secondsMin, say) })}
      actions={
        <Button kind="primary" onPress={() => onGo(place)}>
          {say(isRead ? finish : began ? 'goOn' : 'begin')}
        </Button>
      }
    >
      <Meter
        label={secondsLeft > 0 ? say('setMeter', { left }) : say('setMeterDone')}
        value={secondsMin - secondsLeft}
        max={secondsMin}
      />
      {began && !isRead && (
        <Notice>{say('setLeft', { read: durationText(secondsRead, say), left })}</Notice>
      )}
      {isRead && <Notice tone="good">{say('setDone')}</Notice>}
      <ul className="card rows" ref={list}>
        {documents.map((document) => (
          <li key={document.id}>
            <span>{say('document', { title: document.title, pages: document.pages })}</span>
            {document.read && <span className="mark good">{say('wasRead')}</span>}
          </li>
        ))}
      </ul>
    </Screen>
  );
}

/** While she reads what is to be read, its first page is drawn; the reader says what fails. */
async function drawAhead(line: Line, first: CaseDocument, width: number): Promise<void> {
  const [held, { openPages }] = await Promise.all([
    fetchShown(line, first),
    import('../../pdf/pages.ts'),
  ]);
  const pages = await openPages(held.bytes);
  await pages.ahead(first.pagesUnseen[0] ?? 1, width);
}

function budgetOf(documents: readonly CaseDocument[]) {
  const sum = (part: (document: CaseDocument) => number): number =>
    documents.reduce((total, document) => total + part(document), 0);
  const secondsMin = sum((document) => document.secondsMin);
  const secondsRead = sum(({ secondsRead: read, secondsMin: min }) => Math.min(read, min));
  return { secondsMin, secondsRead, secondsLeft: Math.max(0, secondsMin - secondsRead) };
}
