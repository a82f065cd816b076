import { useWords } from '../../ui/language.tsx';
import { afterwardsWords } from '../words/afterwards.ts';

/** Six words that name the contract's digest, to be read out over a telephone. */
export function Phrase({ words }: { readonly words: readonly string[] }) {
  const say = useWords(afterwardsWords);
  return (
    <section className="card">
      <h2>{say('phrase')}</h2>
      <ol className="phrase">
        {words.map((word, at) => (
          <li key={`${at}-${word}`}>{word}</li>
        ))}
      </ol>
      <p>{say('phraseNote')}</p>
    </section>
  );
}
