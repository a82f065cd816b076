import { useEffect, useState } from 'react';
import type { CaseDocument } from '../../api/answers.ts';
import { fetchShown } from '../../device/shown.ts';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { type Figures, figuresIn } from '../figures.ts';
import { useHouse } from '../house.tsx';
import { yuanText } from '../money.ts';
import { Refused } from '../refused.tsx';
import { readingWords } from '../words/reading.ts';
import type { StepProps } from './step-props.ts';

/** The cost sheet or the note, confirmed as a whole; its figures are read out of the file itself. */
export function Confirm(props: StepProps & { readonly document: CaseDocument }) {
  const { document, refresh, onGo } = props;
  const say = useWords(readingWords);
  const { line } = useHouse();
  const [figures, setFigures] = useState<Figures>();
  const load = useAct();
  const act = useAct();
  const { run } = load;
  useEffect(() => {
    run(async () => {
      const held = await fetchShown(line, document);
      const { openPages } = await import('../../pdf/pages.ts');
      const pages = await openPages(held.bytes);
      setFigures(figuresIn(await pages.data()));
    });
    // The document of an id never changes.
  }, [line, run, document.id]);
  const confirm = (): void =>
    act.run(async () => {
      await line.act(`/v1/contracts/${document.id}/confirm`, { sha256: document.sha256 });
      await refresh();
    });
  return (
    <Screen
      title={say(document.kind === 'note' ? 'confirmNote' : 'confirmCost')}
      lead={say('confirmLead', { title: document.title })}
      actions={
        <>
          <Button kind="primary" busy={act.busy} waits={figures === undefined} onPress={confirm}>
            {say('confirmYes')}
          </Button>
          <Button kind="quiet" onPress={() => onGo(`read:${document.id}`)}>
            {say('again')}
          </Button>
        </>
      }
    >
      <Refused act={load} />
      <Refused act={act} />
      {figures?.simplePercent !== undefined && (
        <div className="card">
          <p>{say('simple')}</p>
          <p className="big">{figures.simplePercent}%</p>
        </div>
      )}
      {figures !== undefined && <FigureRows figures={figures} />}
    </Screen>
  );
}

function FigureRows({ figures }: { readonly figures: Figures }) {
  const say = useWords(readingWords);
  const { amountFen, months, irrPercent, totalCostFen } = figures;
  const yuan = (fen: string): string => say('yuan', { n: yuanText(fen) });
  const rows: [string, string][] = [];
  if (amountFen !== undefined) rows.push([say('principal'), yuan(amountFen)]);
  if (months !== undefined) rows.push([say('term'), say('months', { n: months })]);
  if (totalCostFen !== undefined) rows.push([say('interest'), yuan(totalCostFen)]);
  if (irrPercent !== undefined) rows.push([say('irr'), `${irrPercent}%`]);
  if (rows.length === 0) return null;
  return (
    <div className="card">
      <Facts rows={rows} />
    </div>
  );
}
