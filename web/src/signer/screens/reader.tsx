import { useEffect, useState } from 'react';
import type { CaseDocument } from '../../api/answers.ts';
import { fetchShown } from '../../device/shown.ts';
import { useVoice } from '../../device/speech.ts';
import { useWakeLock } from '../../device/wake-lock.ts';
import type { Pages } from '../../pdf/pages.ts';
import { Button } from '../../ui/button.tsx';
import { useLanguage, useWords } from '../../ui/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useBeats } from '../beats.ts';
import { durationText } from '../duration.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { placeAfter, setOf } from '../story.ts';
import { readingWords } from '../words/reading.ts';
import { shellWords } from '../words/shell.ts';
import { PageView } from './page-view.tsx';
import type { StepProps } from './step-props.ts';

/** One document, page by page: its own bytes, after their digest was confirmed (law 2). */
export function Reader(props: StepProps & { readonly document: CaseDocument }) {
  const { progress, document, refresh, onGo } = props;
  const say = useWords(readingWords);
  const sayShell = useWords(shellWords);
  const { language } = useLanguage();
  const [page, setPage] = useState(document.pagesUnseen[0] ?? 1);
  const { pages, act, failed } = usePages(document);
  const voice = useVoice(language);
  useWakeLock();
  const open = pages !== undefined;
  const beats = useBeats(document, page, { aloud: voice.speaking, open });
  const turn = (to: number): void => {
    voice.stop();
    setPage(to);
    window.scrollTo(0, 0);
  };
  const listen = async (from: number): Promise<void> => {
    setPage(from);
    const words = (await pages?.text(from)) ?? [];
    voice.speak(words.join('\n'), () => {
      if (from < document.pages) void listen(from + 1);
    });
  };
  const finish = (): void =>
    act.run(async () => {
      await refresh();
      onGo(placeAfter(setOf(progress), document.id));
    });
  return (
    <Screen
      wide
      title={document.title}
      lead={say('page', { n: page, of: document.pages })}
      actions={
        <>
          <div className="turn">
            <Button waits={page <= 1} onPress={() => turn(page - 1)}>
              {say('before')}
            </Button>
            <Button
              kind={beats.met || page >= document.pages ? 'plain' : 'primary'}
              waits={!open || page >= document.pages}
              onPress={() => turn(page + 1)}
            >
              {say('after')}
            </Button>
          </div>
          <LeftToRead beats={beats} />
          {(beats.met || page >= document.pages) && (
            <Button kind="primary" busy={act.busy} waits={!beats.met} onPress={finish}>
              {say(beats.met ? 'done' : 'notYet')}
            </Button>
          )}
        </>
      }
    >
      <Refused act={act} />
      {failed && <Notice tone="bad">{say('unreadable')}</Notice>}
      {!open && !failed && act.refusal === undefined && <p role="status">{say('opening')}</p>}
      {act.refusal !== undefined && !open && (
        <Button onPress={() => window.location.reload()}>{sayShell('again')}</Button>
      )}
      {pages !== undefined && (
        <>
          {voice.able && (
            <Button onPress={() => (voice.speaking ? voice.stop() : void listen(page))}>
              {say(voice.speaking ? 'quiet' : 'aloud')}
            </Button>
          )}
          <PageView pages={pages} page={page} title={document.title} />
        </>
      )}
    </Screen>
  );
}

function LeftToRead({ beats }: { readonly beats: ReturnType<typeof useBeats> }) {
  const say = useWords(readingWords);
  const left = durationText(beats.secondsLeft, say);
  const unseen = beats.pagesUnseen.join(' ');
  return (
    <p className="hint">
      <span>{beats.met ? say('readAll') : say('leftToRead', { left })}</span>
      {!beats.met && unseen !== '' && <span> · {say('leftPages', { pages: unseen })}</span>}
    </p>
  );
}

/** The document, opened once; what cannot be drawn here is said, not guessed. */
function usePages(document: CaseDocument) {
  const { line } = useHouse();
  const [pages, setPages] = useState<Pages>();
  const [failed, setFailed] = useState(false);
  const act = useAct();
  const { run } = act;
  useEffect(() => {
    let over = false;
    run(async () => {
      const [held, { openPages }] = await Promise.all([
        fetchShown(line, document),
        import('../../pdf/pages.ts'),
      ]);
      try {
        const opened = await openPages(held.bytes);
        if (!over) setPages(opened);
      } catch {
        setFailed(true);
      }
    });
    return () => {
      over = true;
    };
    // The document of an id never changes.
  }, [line, run, document.id]);
  return { pages, act, failed };
}
