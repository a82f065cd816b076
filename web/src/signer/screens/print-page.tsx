import type { Receipt } from '../../api/answers.ts';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { useWords } from '../../ui/language.tsx';
import { Qr } from '../../ui/qr.tsx';
import { Screen } from '../../ui/screen.tsx';
import { afterwardsWords } from '../words/afterwards.ts';
import { shellWords } from '../words/shell.ts';
import { Phrase } from './phrase.tsx';

export interface PrintPageProps {
  readonly receipt: Receipt;
  readonly institution: string;
  readonly onGo: (place: string) => void;
}

/** A sheet for the drawer: a stranger's telephone checks the contract by its square. */
export function PrintPage({ receipt, institution, onGo }: PrintPageProps) {
  const say = useWords(afterwardsWords);
  const sayShell = useWords(shellWords);
  const address = `${window.location.origin}${receipt.link}`;
  return (
    <Screen
      title={say('printTitle')}
      lead={institution}
      actions={
        <>
          <Button kind="primary" onPress={() => window.print()}>
            {say('printNow')}
          </Button>
          <Button onPress={() => onGo('')}>{sayShell('back')}</Button>
        </>
      }
    >
      <section className="card">
        <Qr text={address} label={say('printNote')} />
        <p>{say('printNote')}</p>
        <Facts
          rows={[
            [say('number'), receipt.preservationNumber],
            [say('digest'), receipt.contract.sha256],
            [say('address'), address],
          ]}
        />
      </section>
      <Phrase words={receipt.contract.phrase} />
    </Screen>
  );
}
