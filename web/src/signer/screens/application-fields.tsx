import type { Product } from '../../api/answers.ts';
import type { Draft } from '../../device/draft.ts';
import { Choices } from '../../ui/choices.tsx';
import { Field, type FieldProps } from '../../ui/field.tsx';
import { useLanguage, useWords } from '../../ui/language.tsx';
import { purposeName } from '../../ui/product-words.ts';
import type { Complaints, FieldName } from '../form.ts';
import { yuanText } from '../money.ts';
import type { FormPage } from '../story.ts';
import { applicationWords } from '../words/application.ts';

export interface ApplicationFieldsProps {
  readonly page: Exclude<FormPage, 'review'>;
  readonly product: Product;
  readonly draft: Draft;
  readonly complaints: Complaints;
  readonly onChange: (change: Draft) => void;
}

type Line = 'name' | 'idNumber' | 'phone' | 'address' | 'card' | 'amount';

const natives: Readonly<Record<Line, Partial<FieldProps>>> = {
  name: { autoComplete: 'name', maxLength: 50 },
  idNumber: { autoComplete: 'off', inputMode: 'text', maxLength: 22, spellCheck: false },
  phone: { autoComplete: 'tel-national', inputMode: 'tel', type: 'tel', maxLength: 16 },
  address: { autoComplete: 'street-address', maxLength: 120 },
  card: { autoComplete: 'off', inputMode: 'numeric', maxLength: 26 },
  amount: { autoComplete: 'off', inputMode: 'decimal', maxLength: 12 },
};

const linesOfPage = {
  who: ['name', 'idNumber'],
  reach: ['phone', 'address'],
  account: ['card'],
  loan: ['amount'],
} as const;

const hints = { idNumber: 'idHint', address: 'addressHint', card: 'cardHint' } as const;

/** The fields of one page of the application. */
export function ApplicationFields(props: ApplicationFieldsProps) {
  const { page, product, draft, complaints, onChange } = props;
  const say = useWords(applicationWords);
  const { language } = useLanguage();
  const limits = { from: yuanText(product.amountFenMin), to: yuanText(product.amountFenMax) };
  const error = (field: FieldName): string | undefined => {
    const complaint = complaints[field];
    return complaint === undefined ? undefined : say(complaint, limits);
  };
  const hint = (field: Line): string | undefined => {
    if (field === 'amount') return say('amountHint', limits);
    return field in hints ? say(hints[field as keyof typeof hints]) : undefined;
  };
  return (
    <>
      {linesOfPage[page].map((field) => (
        <Field
          key={field}
          {...natives[field]}
          label={say(field)}
          hint={hint(field)}
          error={error(field)}
          name={field}
          value={draft[field] ?? ''}
          onChange={(value) => onChange({ [field]: value })}
        />
      ))}
      {page === 'loan' && (
        <>
          <Choices
            legend={say('term')}
            value={draft['term']}
            error={error('term')}
            onChoose={(term) => onChange({ term })}
            options={product.termMonths.map((n) => ({
              value: String(n),
              label: say('months', { n }),
            }))}
          />
          <Choices
            legend={say('purpose')}
            value={draft['purpose']}
            error={error('purpose')}
            onChoose={(purpose) => onChange({ purpose })}
            options={product.purposes.map(({ code, title }) => ({
              value: code,
              label: purposeName(product, code, language) ?? title,
            }))}
          />
        </>
      )}
    </>
  );
}
