import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { afterwardsWords } from '../words/afterwards.ts';

export type WaitsFor = 'assessment' | 'seal' | 'money' | 'document' | 'person';

const wordsOf = {
  assessment: ['assessing', 'assessingLead'],
  seal: ['sealing', 'sealingLead'],
  money: ['money', 'moneyLead'],
  document: ['printing', 'printingLead'],
  person: ['person', 'personLead'],
} as const;

/** The house is at work; what it does and how long it usually takes. */
export function Waiting({ forWhat }: { readonly forWhat: WaitsFor }) {
  const say = useWords(afterwardsWords);
  const [title, lead] = wordsOf[forWhat];
  return (
    <Screen title={say(title)} lead={say(lead)}>
      <div className="wait" role="status" aria-label={say(title)}>
        {forWhat !== 'person' && <span className="turning" aria-hidden="true" />}
      </div>
    </Screen>
  );
}
