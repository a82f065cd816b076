import { useLanguage, useWords } from '../ui/language.tsx';
import type { Judged } from './messages.ts';
import { sentence } from './sentences.ts';
import { verdictWords } from './words/verdict.ts';

/** `not_applicable` has no colour of its own: nothing was asked. */
const tones = {
  met: 'valid',
  broken: 'invalid',
  open: 'indeterminate',
  not_applicable: '',
} as const;

/** The package examined rule by rule, as a platform of a court asks it (S4-21). */
export function ExaminationView({ judged }: { readonly judged: Judged }) {
  const say = useWords(verdictWords);
  const { language } = useLanguage();
  const { examination } = judged.report;
  if (examination === undefined) return null;
  const { conclusion, met, asked, rules, version } = examination;
  const phrase = (code: string) => sentence(judged.examined, code, language);
  return (
    <section className="card" aria-labelledby="examination">
      <h3 id="examination">{say('examination')}</h3>
      <p className="said">{say('examined', { conclusion: phrase(conclusion), met, asked })}</p>
      <p className="soft">{say('examinationNote', { version })}</p>
      <ol className="rules">
        {rules.map(({ rule, is, because: [why] }) => (
          <li key={rule}>
            <span className="soft">{rule}</span>
            <span>
              {phrase(rule)}
              {why !== undefined && (
                <code className="soft">{say('named', { name: why.part, value: why.detail })}</code>
              )}
            </span>
            <span className={`mark ${tones[is]}`}>{phrase(is)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
