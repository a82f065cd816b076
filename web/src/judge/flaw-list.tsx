import { useLanguage, useWords } from '../ui/language.tsx';
import type { Judged } from './messages.ts';
import { sentence } from './sentences.ts';
import { verdictWords } from './words/verdict.ts';

/** Each flaw at its place. */
export function FlawList({ judged }: { readonly judged: Judged }) {
  const say = useWords(verdictWords);
  const { language } = useLanguage();
  const { flaws } = judged.report;
  return (
    <section className="card" aria-labelledby="flaws">
      <h3 id="flaws">{say('flaws')}</h3>
      {flaws.length === 0 ? (
        <p className="soft">{say('flawsNone')}</p>
      ) : (
        <ol className="flaws">
          {flaws.map(({ code, part, detail }) => (
            <li key={`${code} ${part} ${detail}`}>
              <strong>{sentence(judged.flaws, code, language)}</strong>
              <code className="part">{part}</code>
              <code className="soft">{say('named', { name: code, value: detail })}</code>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
