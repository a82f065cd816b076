import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { capturesWords } from '../words/captures.ts';
import { Capture } from './capture.tsx';
import { StageConsents } from './consents.tsx';
import type { StepProps } from './step-props.ts';

/** Which consent a kind of photograph leans on; without it the kind is not offered. */
const consentOf: Readonly<Partial<Record<string, string>>> = {
  'id-front': 'id-card-image',
  'id-back': 'id-card-image',
  holder: 'recording',
  scene: 'recording',
};

/** The photographs of a case: offered, consented to, then taken one a screen. */
export function Captures(props: StepProps & { readonly kind: string | undefined }) {
  const { progress, kind, refresh, onGo } = props;
  const { asked, stored } = progress.captures;
  const [stage, setStage] = useState<'offer' | 'consents' | 'photos'>(() => {
    if (stored.length > 0) return 'photos';
    return asked.some(({ required }) => required) ? 'consents' : 'offer';
  });
  if (stage === 'offer') return <Offer onYes={() => setStage('consents')} onGo={onGo} />;
  if (stage === 'consents') {
    const onDone = async (): Promise<void> => {
      await refresh();
      setStage('photos');
    };
    return <StageConsents stage="capture" progress={progress} onDone={onDone} />;
  }
  const wanted = asked.find((one) => one.kind === kind);
  if (wanted !== undefined) return <Capture key={wanted.kind} {...props} wanted={wanted} />;
  return <PhotoList {...props} />;
}

interface OfferProps {
  readonly onYes: () => void;
  readonly onGo: (place: string) => void;
}

function Offer({ onYes, onGo }: OfferProps) {
  const say = useWords(capturesWords);
  return (
    <Screen
      title={say('offerTitle')}
      lead={say('offerLead')}
      actions={
        <>
          <Button kind="primary" onPress={onYes}>
            {say('offerYes')}
          </Button>
          <Button onPress={() => onGo('set')}>{say('offerNo')}</Button>
        </>
      }
    />
  );
}

function PhotoList({ progress, onGo }: StepProps) {
  const say = useWords(capturesWords);
  const { asked, stored } = progress.captures;
  const isAllowed = (kind: string): boolean => {
    const needed = consentOf[kind];
    return (
      needed === undefined ||
      progress.consents.some((consent) => consent.kind === needed && consent.accepted)
    );
  };
  const isStored = (kind: string): boolean => stored.some((photo) => photo.kind === kind);
  const offered = asked.filter((one) => one.required || isAllowed(one.kind));
  const due = offered.find((one) => !isStored(one.kind));
  const isMissing = offered.some((one) => one.required && !isStored(one.kind));
  return (
    <Screen
      title={say('title')}
      lead={say('lead')}
      actions={
        <>
          {due !== undefined && (
            <Button kind="primary" onPress={() => onGo(`photo:${due.kind}`)}>
              {say('take', { title: due.title })}
            </Button>
          )}
          {!isMissing && (
            <Button kind={due === undefined ? 'primary' : 'plain'} onPress={() => onGo('set')}>
              {say('goOn')}
            </Button>
          )}
        </>
      }
    >
      <ul className="card rows">
        {offered.map((one) => (
          <li key={one.kind}>
            <span>{one.title}</span>
            {isStored(one.kind) && <span className="mark good">{say('stored')}</span>}
            {!isStored(one.kind) && !one.required && (
              <span className="mark">{say('optional')}</span>
            )}
          </li>
        ))}
      </ul>
    </Screen>
  );
}
