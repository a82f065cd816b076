import type { StampReport } from 'fubie-core';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Mark } from './mark.tsx';
import type { Judged } from './messages.ts';
import { bracketed, sentence, shownTime } from './sentences.ts';
import { verdictWords } from './words/verdict.ts';

/** The time-stamps one signature leans on: over what, when, and by whose clock. */
export function StampList(props: {
  readonly stamps: readonly StampReport[];
  readonly judged: Judged;
}) {
  const say = useWords(verdictWords);
  if (props.stamps.length === 0) return null;
  return (
    <div>
      <h5>{say('stamps')}</h5>
      <ul className="stamps">
        {props.stamps.map((stamp) => (
          <StampLine
            key={`${stamp.over} ${stamp.time} ${stamp.source}`}
            stamp={stamp}
            judged={props.judged}
          />
        ))}
      </ul>
    </div>
  );
}

function StampLine({ stamp, judged }: { readonly stamp: StampReport; readonly judged: Judged }) {
  const say = useWords(verdictWords);
  const { language } = useLanguage();
  const { over, is, because, time, source, operator, independence } = stamp;
  const run =
    operator === undefined
      ? ''
      : ` · ${say('named', { name: say('witnessOperator'), value: operator })}`;
  const how = independence === undefined ? '' : bracketed(say(independence), language);
  return (
    <li>
      <Mark is={is} /> {say('named', { name: say('stampOver'), value: say(`over_${over}`) })} ·{' '}
      {shownTime(time)} · {source}
      {run}
      {how}
      {because !== undefined && (
        <span className="soft"> {sentence(judged.flaws, because, language)}</span>
      )}
    </li>
  );
}
