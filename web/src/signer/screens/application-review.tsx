import type { Product } from '../../api/answers.ts';
import type { useDraft } from '../../device/draft.ts';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { useLanguage, useWords } from '../../ui/language.tsx';
import { phrased } from '../../ui/phrased.tsx';
import { purposeName } from '../../ui/product-words.ts';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { masked } from '../checks.ts';
import { submissionOf } from '../form.ts';
import { useHouse } from '../house.tsx';
import { yuanText } from '../money.ts';
import { Refused } from '../refused.tsx';
import { applicationWords } from '../words/application.ts';
import { NeededConsents } from './needed-consents.tsx';
import type { StepProps } from './step-props.ts';

export interface ApplicationReviewProps extends StepProps {
  readonly product: Product;
  readonly draft: ReturnType<typeof useDraft>;
}

/** Everything once more before it is sent; each page can be gone back to. */
export function ApplicationReview(props: ApplicationReviewProps) {
  const { progress, refresh, onGo, product } = props;
  const [draft, , clear] = props.draft;
  const say = useWords(applicationWords);
  const { line } = useHouse();
  const act = useAct();
  const { applicant, terms } = submissionOf(draft);
  const { language } = useLanguage();
  const purpose = purposeName(product, terms.purpose, language) ?? '';
  const send = (): void =>
    act.run(async () => {
      await line.act(`/v1/applications/${progress.application}/submission`, { applicant, terms });
      clear();
      await refresh();
    });
  const { refusal } = act;
  if (refusal?.code === 'consent.missing' || refusal?.code === 'consent.withdrawn') {
    return <NeededConsents progress={progress} refresh={refresh} onGo={onGo} onDone={act.clear} />;
  }
  const parts = [
    [
      'who',
      [
        [say('name'), applicant.name],
        [say('idNumber'), masked(applicant.idNumber, 6, 4)],
      ],
    ],
    [
      'reach',
      [
        [say('phone'), applicant.phone],
        [say('address'), applicant.address],
      ],
    ],
    ['account', [[say('card'), masked(applicant.card, 6, 4)]]],
    [
      'loan',
      [
        [say('amount'), yuanText(terms.amountFen)],
        [say('term'), say('months', { n: terms.termMonths })],
        [say('purpose'), purpose],
      ],
    ],
  ] as const;
  return (
    <Screen
      title={say('review')}
      lead={say('reviewLead')}
      actions={
        <Button kind="primary" busy={act.busy} onPress={send}>
          {say('submit')}
        </Button>
      }
    >
      <Refused act={act} />
      {parts.map(([page, rows]) => (
        <section className="card" key={page} aria-label={say(page)}>
          <div className="head">
            <h2>{phrased(say(page))}</h2>
            <Button
              kind="quiet"
              label={say('change', { what: say(page) })}
              onPress={() => onGo(page)}
            >
              {say('changeShort')}
            </Button>
          </div>
          <Facts rows={rows} />
        </section>
      ))}
    </Screen>
  );
}
