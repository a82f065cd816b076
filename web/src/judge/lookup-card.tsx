import { useEffect, useState } from 'react';
import { Facts } from '../ui/facts.tsx';
import { useWords } from '../ui/language.tsx';
import { Notice } from '../ui/notice.tsx';
import { type LookedUp, type LookUp, lookedUp, lookUpIn } from './lookup.ts';
import { pageWords } from './words/page.ts';

type Standing =
  | { readonly is: 'asking' | 'unknown' | 'failed' }
  | { readonly is: 'known'; readonly found: LookedUp };

const asked: LookUp | undefined = lookUpIn(location.hash);
// The secret half is read once and does not stay in the address bar or the history.
if (asked !== undefined) history.replaceState(null, '', location.pathname);

/** What a scanned QR leads to; nothing at all where none was scanned. */
export function LookUpCard({ sha256 }: { readonly sha256: string | undefined }) {
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
      {standing.is === 'known' && <Found found={standing.found} sha256={sha256} />}
    </section>
  );
}

function Found(props: { readonly found: LookedUp; readonly sha256: string | undefined }) {
  const say = useWords(pageWords);
  const { institution, standing, contract, package: evidence } = props.found;
  const recorded = [contract?.sha256, evidence?.sha256];
  return (
    <>
      <Facts
        rows={[
          [say('lookInstitution'), institution],
          [say('lookStanding'), say(`standing_${standing}`)],
          [say('lookPhrase'), contract?.phrase.join(' ') ?? '—'],
        ]}
      />
      {props.sha256 === undefined ? (
        <p>{say('lookNext')}</p>
      ) : recorded.includes(props.sha256) ? (
        <Notice tone="good">{say('lookSame')}</Notice>
      ) : (
        <Notice tone="bad">{say('lookOther')}</Notice>
      )}
    </>
  );
}
