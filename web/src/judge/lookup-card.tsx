import { useEffect, useState } from 'react';
import { Facts } from '../ui/facts.tsx';
import { useWords } from '../ui/language.tsx';
import { Notice } from '../ui/notice.tsx';
import { holds } from './ask.ts';
import { type LookedUp, type LookUp, lookedUp, lookUpIn } from './lookup.ts';
import type { Judged, JudgedFile } from './messages.ts';
import { pageWords } from './words/page.ts';

type Standing =
  | { readonly is: 'asking' | 'unknown' | 'failed' }
  | { readonly is: 'known'; readonly found: LookedUp };

const asked: LookUp | undefined = lookUpIn(location.hash);
// The secret half is read once and does not stay in the address bar or the history.
if (asked !== undefined) history.replaceState(null, '', location.pathname);

/** What was judged, once something was. */
interface CardProps {
  readonly file: JudgedFile | undefined;
  readonly verdict: Judged['report']['is'] | undefined;
}

/** What a scanned QR leads to; nothing at all where none was scanned. */
export function LookUpCard(props: CardProps) {
  const say = useWords(pageWords);
  const [standing, setStanding] = useState<Standing>({ is: 'asking' });
  useEffect(() => {
    if (asked === undefined) return;
    lookedUp(asked).then(
      (found) => setStanding(found === undefined ? { is: 'unknown' } : { is: 'known', found }),
      () => setStanding({ is: 'failed' }),
    );
  }, []);
  if (asked === undefined) return null;
  return (
    <section className="card" aria-live="polite">
      <h2>{say('lookTitle', { number: asked.number })}</h2>
      {standing.is === 'asking' && <p>{say('lookWorking')}</p>}
      {standing.is === 'unknown' && <Notice tone="bad">{say('lookUnknown')}</Notice>}
      {standing.is === 'failed' && <Notice tone="warn">{say('lookFailed')}</Notice>}
      {standing.is === 'known' && <Found found={standing.found} {...props} />}
    </section>
  );
}

function Found({ found, file, verdict }: CardProps & { readonly found: LookedUp }) {
  const say = useWords(pageWords);
  const { institution, standing, contract } = found;
  const isSame = useComparison(found, file);
  return (
    <>
      <Facts
        rows={[
          [say('lookInstitution'), institution],
          [say('lookStanding'), say(`standing_${standing}`)],
          [say('lookPhrase'), contract?.phrase.join(' ') ?? '—'],
        ]}
      />
      {file === undefined && <p>{say('lookNext')}</p>}
      {isSame === true && verdict !== 'invalid' && <Notice tone="good">{say('lookSame')}</Notice>}
      {isSame === true && verdict === 'invalid' && <Notice tone="bad">{say('lookAltered')}</Notice>}
      {isSame === false && <Notice tone="bad">{say('lookOther')}</Notice>}
    </>
  );
}

/** Is what was handed in the recorded contract? Undefined as long as nobody knows. */
function useComparison({ contract }: LookedUp, file: JudgedFile | undefined): boolean | undefined {
  const [answer, setAnswer] = useState<{ readonly of: JudgedFile; readonly isSame: boolean }>();
  useEffect(() => {
    if (file === undefined) return;
    const comparing = contract === null ? Promise.resolve(false) : holds(file, contract);
    comparing.then(
      (isSame) => setAnswer({ of: file, isSame }),
      () => setAnswer(undefined),
    );
  }, [contract, file]);
  return answer !== undefined && answer.of === file ? answer.isSame : undefined;
}
