import { useEffect, useState } from 'react';
import { useLanguage, useWords } from '../ui/language.tsx';
import { changesIn } from './ask.ts';
import { nameOfChange } from './change-words.ts';
import type { Change, ShownDocument } from './messages.ts';
import { verdictWords } from './words/verdict.ts';

/** Permitted changes that are named one by one; forbidden ones are all named. */
const permittedShownMax = 12;

export interface ChangeListProps {
  readonly shown: ShownDocument;
  readonly before: number;
  readonly after: number;
}

/**
 * What the verifier says was done to each object between the two revisions, beside the picture: an
 * eye does not see what a picture does not show.
 */
export function ChangeList({ shown, before, after }: ChangeListProps) {
  const say = useWords(verdictWords);
  const changes = useChanges(shown, before, after);
  if (changes === undefined) return null;
  const forbidden = changes.filter(({ permitted }) => !permitted);
  const permitted = changes.filter((change) => change.permitted);
  const more = permitted.length - permittedShownMax;
  return (
    <section aria-labelledby="changes">
      <h4 id="changes">{say('changesTitle')}</h4>
      {changes.length === 0 ? (
        <p className="soft">{say('changesNone')}</p>
      ) : (
        <ul className="changes">
          {[...forbidden, ...permitted.slice(0, permittedShownMax)].map((change) => (
            <ChangeLine key={`${change.object} ${change.what}`} change={change} />
          ))}
        </ul>
      )}
      {more > 0 && <p className="soft">{say('changesMore', { n: more })}</p>}
    </section>
  );
}

function ChangeLine({ change }: { readonly change: Change }) {
  const say = useWords(verdictWords);
  const { said, exact } = nameOfChange(change, useLanguage().language);
  return (
    <li>
      <span className={change.permitted ? 'mark valid' : 'mark invalid'}>
        {say(change.permitted ? 'changePermitted' : 'changeForbidden')}
      </span>{' '}
      {said} {exact !== undefined && <code>{exact}</code>}
    </li>
  );
}

function useChanges({ bytes, revisions }: ShownDocument, before: number, after: number) {
  const [changes, setChanges] = useState<readonly Change[]>();
  const [first, second] = [revisions[before]?.end, revisions[after]?.end];
  useEffect(() => {
    let isOver = false;
    setChanges(undefined);
    const pair = { before: bytes.slice(0, first), after: bytes.slice(0, second) };
    // A worker that was lost says so where the next file is judged; the picture stands without it.
    changesIn(pair).then(
      (found) => (isOver ? undefined : setChanges(found)),
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [bytes, first, second]);
  return changes;
}
