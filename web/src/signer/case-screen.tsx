import type { Progress } from '../api/answers.ts';
import { Agreement } from './screens/agreement.tsx';
import { Application } from './screens/application.tsx';
import { Assessment } from './screens/assessment.tsx';
import { Captures } from './screens/captures.tsx';
import { Clause } from './screens/clause.tsx';
import { Confirm } from './screens/confirm.tsx';
import { Consents } from './screens/consents.tsx';
import { Done } from './screens/done.tsx';
import { Payment } from './screens/payment.tsx';
import { Reader } from './screens/reader.tsx';
import { ReadingSet } from './screens/reading-set.tsx';
import { RefusedCase } from './screens/refused-case.tsx';
import { Sign } from './screens/sign.tsx';
import type { StepProps } from './screens/step-props.ts';
import { Waiting } from './screens/waiting.tsx';
import { screenOf } from './story.ts';

export interface CaseScreenProps extends StepProps {
  readonly progress: Progress;
  readonly place: string;
}

/** The one screen that is due. */
export function CaseScreen({ place, ...props }: CaseScreenProps) {
  const screen = screenOf(props.progress, place);
  switch (screen.is) {
    case 'agreement':
      return <Agreement {...props} />;
    case 'consents':
      return <Consents {...props} />;
    case 'application':
      return <Application {...props} page={screen.page} />;
    case 'captures':
      return <Captures {...props} begun={place !== ''} kind={screen.kind} />;
    case 'set':
      return <ReadingSet {...props} documents={screen.documents} />;
    case 'read':
      return <Reader key={screen.document.id} {...props} document={screen.document} />;
    case 'clause':
      return <Clause {...props} document={screen.document} at={screen.at} />;
    case 'confirm':
      return <Confirm key={screen.document.id} {...props} document={screen.document} />;
    case 'sign':
      return <Sign {...props} documents={screen.documents} />;
    case 'assessment':
      return <Assessment {...props} />;
    case 'payment':
      return <Payment {...props} />;
    case 'waiting':
      return <Waiting forWhat={screen.for} />;
    case 'done':
      return <Done {...props} place={place} />;
    case 'refused':
      return <RefusedCase {...props} />;
  }
}
