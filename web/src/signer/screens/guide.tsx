import { Button } from '../../ui/button.tsx';
import { useWords } from '../../ui/language.tsx';
import { phrased } from '../../ui/phrased.tsx';
import { Screen } from '../../ui/screen.tsx';
import { guideWords } from '../words/begin.ts';

const parts = ['same', 'only', 'seen', 'no', 'later'] as const;

/** What an electronic signature means, in words for who never made one. */
export function Guide({ onDone }: { readonly onDone: () => void }) {
  const say = useWords(guideWords);
  return (
    <Screen
      title={say('title')}
      actions={
        <Button kind="primary" onPress={onDone}>
          {say('understood')}
        </Button>
      }
    >
      {parts.map((part) => (
        <section className="card" key={part}>
          <h2>{phrased(say(part))}</h2>
          <p>{say(`${part}Text`)}</p>
        </section>
      ))}
    </Screen>
  );
}
