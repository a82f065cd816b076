import { useState } from 'react';
import type { Progress } from '../../api/answers.ts';
import type { CaseKey } from '../../device/case-key.ts';
import { dropPhotos } from '../../device/photo-shelf.ts';
import { dropReceipts } from '../../device/receipts.ts';
import { Button } from '../../ui/button.tsx';
import { useElder } from '../../ui/elder.ts';
import { Facts } from '../../ui/facts.tsx';
import { useLanguage, useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHost } from '../host.tsx';
import { useHouse } from '../house.tsx';
import { menuWords } from '../words/menu.ts';

export interface MenuProps {
  readonly progress: Progress | undefined;
  readonly onGo: (place: string) => void;
  readonly onClose: () => void;
}

/** What is always at hand: larger text, the guide, the rehearsal, another device, leaving. */
export function Menu({ progress, onGo, onClose }: MenuProps) {
  const say = useWords(menuWords);
  const { elder, toggle } = useElder();
  const { language, choose } = useLanguage();
  const { key } = useHouse();
  const host = useHost();
  const [leaving, setLeaving] = useState(false);
  if (leaving && key !== undefined) return <Leave caseKey={key} onStay={() => setLeaving(false)} />;
  return (
    <Screen
      title={say('title')}
      actions={
        <Button kind="primary" onPress={onClose}>
          {say('close')}
        </Button>
      }
    >
      <nav className="card" aria-label={say('title')}>
        <Button onPress={toggle}>{say(elder ? 'elderOff' : 'elderOn')}</Button>
        <Button onPress={() => choose(language === 'zh' ? 'en' : 'zh')}>{say('language')}</Button>
        <Button onPress={() => onGo('guide')}>{say('guide')}</Button>
        <Button onPress={() => onGo('rehearsal')}>{say('rehearse')}</Button>
        {key !== undefined && (
          <>
            <Button onPress={() => onGo('handover')}>{say('handover')}</Button>
            <Button onPress={() => setLeaving(true)}>{say('forget')}</Button>
          </>
        )}
        {host !== undefined && <Button onPress={() => host.leave()}>{say('toApp')}</Button>}
      </nav>
      {progress !== undefined && <Facts rows={[[say('number'), progress.preservationNumber]]} />}
    </Screen>
  );
}

function Leave({ caseKey, onStay }: { readonly caseKey: CaseKey; readonly onStay: () => void }) {
  const say = useWords(menuWords);
  const { line, leave } = useHouse();
  const { case: caseId, token } = caseKey;
  const act = useAct();
  const forget = (): void =>
    act.run(async () => {
      try {
        await line.act(`/v1/cases/${caseId}/tokens/end`, { token });
      } finally {
        // Whatever the house answers, this device keeps nothing.
        dropReceipts();
        await dropPhotos();
        leave();
        window.location.replace(`${location.pathname}${location.search}`);
      }
    });
  return (
    <Screen
      title={say('forgetTitle')}
      lead={say('forgetLead')}
      actions={
        <>
          <Button kind="primary" onPress={onStay}>
            {say('stay')}
          </Button>
          <Button busy={act.busy} onPress={forget}>
            {say('forgetYes')}
          </Button>
        </>
      }
    />
  );
}
