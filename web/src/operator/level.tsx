import { useWords } from '../ui/language.tsx';
import { caseWords } from './words/cases.ts';

const levels = ['L0', 'L1', 'L2', 'L3', 'L4'] as const;

/** How far a stranger can check it today: a number, words, filled steps; colour says nothing. */
export function Level({ level }: { readonly level: string }) {
  const say = useWords(caseWords);
  const reached = levels.findIndex((one) => one === level);
  const known = levels[reached];
  return (
    <span className={`level ${reached >= 2 ? 'proved' : 'open'}`}>
      <span className="steps" aria-hidden="true">
        {levels.slice(1, 3).map((one, at) => (
          <i key={one} className={at < reached ? 'full' : ''} />
        ))}
      </span>
      {level}
      {known === undefined ? '' : ` ${say(`level.${known}`)}`}
    </span>
  );
}
