/** What one change is called in the reader's language; pure. */
import { filled, type Language } from '../ui/language.tsx';
import type { Change } from './messages.ts';
import { placeWords, reasonWords, roleWords } from './words/changes.ts';
import { verdictWords } from './words/verdict.ts';

/** A sentence, and the verifier's own words where they say more than it. */
export interface NamedChange {
  readonly said: string;
  readonly exact?: string;
}

export function nameOfChange({ object, what, because }: Change, language: Language): NamedChange {
  const words = because === undefined ? roleWords[what] : reasonWords[because];
  const name = placeOf(object, language);
  const said = filled(verdictWords.named[language], { name, value: words?.[language] ?? what });
  return because === undefined || words === undefined ? { said } : { said, exact: what };
}

function placeOf(object: string, language: Language): string {
  const n = /^object (\d+)$/.exec(object)?.[1];
  if (n !== undefined) return filled(placeWords.object[language], { n });
  return object === 'trailer' || object === 'file' ? placeWords[object][language] : object;
}
