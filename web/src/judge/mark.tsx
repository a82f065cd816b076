import type { Report } from 'fubie-core';
import { useWords } from '../ui/language.tsx';
import { verdictWords } from './words/verdict.ts';

/** The answer as a word in its colour; the word alone says it. */
export function Mark({ is }: { readonly is: Report['is'] }) {
  const say = useWords(verdictWords);
  return <span className={`mark ${is}`}>{say(is)}</span>;
}
