import { type FormEvent, useEffect, useState } from 'react';
import type { Product } from '../../api/answers.ts';
import { useDraft } from '../../device/draft.ts';
import { Button } from '../../ui/button.tsx';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { type Complaints, complaintsOf, nextPage, pageDue } from '../form.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import type { FormPage } from '../story.ts';
import { applicationWords } from '../words/application.ts';
import { shellWords } from '../words/shell.ts';
import { ApplicationFields } from './application-fields.tsx';
import { ApplicationReview } from './application-review.tsx';
import type { StepProps } from './step-props.ts';

const leads = { who: 'whoLead', reach: 'reachLead', account: 'accountLead' } as const;

/** The application, one question group a page; what is typed waits in this tab until it is sent. */
export function Application(props: StepProps & { readonly page: FormPage }) {
  const { progress, page, onGo } = props;
  const { line } = useHouse();
  const sayShell = useWords(shellWords);
  const [product, setProduct] = useState<Product>();
  const draft = useDraft(progress.application);
  const load = useAct();
  const { run } = load;
  const { product: wanted } = progress;
  useEffect(() => {
    run(async () => {
      const offered = await line.get<{ products: readonly Product[] }>('/v1/products');
      setProduct(offered.products.find(({ id }) => id === wanted));
    });
  }, [line, run, wanted]);
  if (product === undefined) {
    return (
      <Screen title={sayShell('loading')}>
        <Refused act={load} />
      </Screen>
    );
  }
  // Nobody reviews, by an old address, what is not filled in.
  const shown = page === 'review' ? pageDue(draft[0], product) : page;
  if (shown === 'review') {
    return <ApplicationReview {...props} product={product} draft={draft} />;
  }
  return <FormStep key={shown} page={shown} product={product} draft={draft} onGo={onGo} />;
}

interface FormStepProps {
  readonly page: Exclude<FormPage, 'review'>;
  readonly product: Product;
  readonly draft: ReturnType<typeof useDraft>;
  readonly onGo: (place: string) => void;
}

function FormStep({ page, product, draft: [draft, change], onGo }: FormStepProps) {
  const say = useWords(applicationWords);
  const sayShell = useWords(shellWords);
  const [asked, setAsked] = useState(false);
  const complaints: Complaints = asked ? complaintsOf(page, draft, product) : {};
  const lead = page === 'loan' ? undefined : say(leads[page]);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const found = Object.keys(complaintsOf(page, draft, product));
    if (found.length === 0) return onGo(nextPage(page));
    setAsked(true);
    const field = event.currentTarget.elements.namedItem(found[0] ?? '');
    if (field instanceof HTMLElement) field.focus();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Screen
        title={say(page)}
        lead={lead}
        actions={
          <Button kind="primary" submit>
            {sayShell('next')}
          </Button>
        }
      >
        <ApplicationFields
          page={page}
          product={product}
          draft={draft}
          complaints={complaints}
          onChange={change}
        />
      </Screen>
    </form>
  );
}
