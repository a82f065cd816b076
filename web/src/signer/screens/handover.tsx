import { useEffect, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Facts, fours } from '../../ui/facts.tsx';
import { useWords } from '../../ui/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Qr } from '../../ui/qr.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { menuWords } from '../words/menu.ts';

interface Given {
  readonly secret: string;
  readonly link: string;
}

/** The case for another device: a square and a code, for five minutes and one use. */
export function Handover({ onClose }: { readonly onClose: () => void }) {
  const say = useWords(menuWords);
  const { line, key } = useHouse();
  const [given, setGiven] = useState<Given>();
  const act = useAct();
  const { run } = act;
  const caseId = key?.case;
  const ask = (): void =>
    run(async () => setGiven(await line.act<Given>(`/v1/cases/${caseId}/handovers`, {})));
  useEffect(() => {
    run(async () => setGiven(await line.act<Given>(`/v1/cases/${caseId}/handovers`, {})));
  }, [run, line, caseId]);
  return (
    <Screen
      title={say('handoverTitle')}
      lead={say('handoverLead')}
      actions={
        <>
          <Button kind="primary" onPress={onClose}>
            {say('close')}
          </Button>
          <Button busy={act.busy} onPress={ask}>
            {say('handoverNew')}
          </Button>
        </>
      }
    >
      <Refused act={act} />
      <Notice tone="warn">{say('handoverWarn')}</Notice>
      {given !== undefined && (
        <section className="card">
          <Qr text={`${window.location.origin}${given.link}`} label={say('handoverQr')} />
          <Facts rows={[[say('handoverCode'), <code key="code">{fours(given.secret)}</code>]]} />
        </section>
      )}
    </Screen>
  );
}
