import { useEffect, useState } from 'react';
import type { CaseDocument } from '../../api/answers.ts';
import { fetchShown } from '../../device/shown.ts';
import { Button } from '../../ui/button.tsx';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { BindingNote } from '../binding-note.tsx';
import { clauseText } from '../clause-text.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { readingWords } from '../words/reading.ts';
import type { StepProps } from './step-props.ts';

export interface ClauseProps extends StepProps {
  readonly document: CaseDocument;
  /** Which of the document's tagged clauses. */
  readonly at: number;
}

/** One important clause, in the words of the file itself, confirmed by an act of its own. */
export function Clause({ document, at, refresh, onGo }: ClauseProps) {
  const say = useWords(readingWords);
  const { line } = useHouse();
  const clause = document.clauses[at];
  const [words, setWords] = useState<readonly string[]>();
  const load = useAct();
  const act = useAct();
  const { run } = load;
  const title = clause?.title ?? '';
  useEffect(() => {
    run(async () => {
      const held = await fetchShown(line, document);
      const { openPages } = await import('../../pdf/pages.ts');
      const pages = await openPages(held.bytes);
      const all: string[] = [];
      for (let page = 1; page <= pages.count; page += 1) all.push(...(await pages.text(page)));
      setWords(clauseText(all, title));
    });
    // The document of an id never changes.
  }, [line, run, document.id, title]);
  const confirm = (): void =>
    act.run(async () => {
      const path = `/v1/contracts/${document.id}/clauses/${clause?.id}/confirm`;
      await line.act(path, { sha256: document.sha256 });
      await refresh();
    });
  return (
    <Screen
      title={title}
      lead={say('clauseLead', { n: at + 1, of: document.clauses.length })}
      actions={
        <>
          <Button kind="primary" busy={act.busy} waits={words === undefined} onPress={confirm}>
            {say('clauseYes')}
          </Button>
          <Button onPress={() => onGo(`read:${document.id}`)}>{say('backToText')}</Button>
        </>
      }
    >
      <Refused act={load} />
      <Refused act={act} />
      <div className="card" lang="zh-CN">
        <BindingNote />
        {words?.length === 0 && <p>{say('clauseMissing')}</p>}
        {words?.map((paragraph, line_) => (
          <p key={`${title}-${line_}`}>{paragraph}</p>
        ))}
      </div>
    </Screen>
  );
}
