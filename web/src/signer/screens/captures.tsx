import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { useLanguage, useWords } from '../../ui/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Refused } from '../refused.tsx';
import { useResumedPhotos } from '../resume.ts';
import { photosAsked, photosOffered } from '../story.ts';
import { capturesWords, photoName } from '../words/captures.ts';
import { Capture } from './capture.tsx';
import { StageConsents } from './consents.tsx';
import { Sending } from './sending.tsx';
import type { StepProps } from './step-props.ts';

export interface CapturesProps extends StepProps {
  readonly kind: string | undefined;
  /** She said yes already: whoever comes back from the menu is not asked again. */
  readonly begun: boolean;
}

/** The photographs of a case: offered, consented to, then taken one a screen. */
export function Captures(props: CapturesProps) {
  const { progress, kind, begun, refresh, onGo } = props;
  const { stored, open } = progress.captures;
  const asked = photosAsked(progress);
  const [stage, setStage] = useState<'consents' | 'photos'>(() =>
    stored.length > 0 || open.length > 0 ? 'photos' : 'consents',
  );
  const isOffer = !begun && stage === 'consents' && !asked.some(({ required }) => required);
  if (isOffer) return <Offer onYes={() => onGo('photos')} onGo={onGo} />;
  if (stage === 'consents') {
    const onDone = async (): Promise<void> => {
      await refresh();
      setStage('photos');
    };
    return <StageConsents stage="capture" progress={progress} onDone={onDone} />;
  }
  const wanted = photosOffered(progress).find((one) => one.kind === kind);
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

function PhotoList({ progress, refresh, onGo }: StepProps) {
  const say = useWords(capturesWords);
  const { language } = useLanguage();
  const { stored } = progress.captures;
  const asked = photosAsked(progress);
  const allowed = photosOffered(progress);
  const { act, part, count, again } = useResumedPhotos(progress.case, { refresh, onGo });
  const isStored = (kind: string): boolean => stored.some((photo) => photo.kind === kind);
  const offered = asked.filter((one) => one.required || allowed.includes(one));
  const due = offered.find((one) => !isStored(one.kind));
  const isMissing = offered.some((one) => one.required && !isStored(one.kind));
  return (
    <Screen
      title={say('title')}
      lead={say('lead')}
      actions={
        <>
          {count > 0 && act.refusal !== undefined && (
            <Button kind="primary" onPress={again}>
              {say('sendAgain')}
            </Button>
          )}
          {due !== undefined && (
            <Button kind="primary" onPress={() => onGo(`photo:${due.kind}`)}>
              {say('take', { title: photoName(due, language) })}
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
      <Refused act={act} />
      {count > 0 && <Notice>{say('waiting', { n: count })}</Notice>}
      {act.busy && <Sending part={part} />}
      <ul className="card rows">
        {offered.map((one) => (
          <li key={one.kind}>
            <span>{photoName(one, language)}</span>
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
