import { stateWords } from '../phrases/house.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Select } from './controls.tsx';
import { useNames } from './rules.ts';
import { caseWords } from './words/cases.ts';

/** Which cases are shown; each choice takes effect at once. */
export function Filters({
  filters,
  onChange,
}: {
  readonly filters: URLSearchParams;
  readonly onChange: (next: URLSearchParams, how: { replace: boolean }) => void;
}) {
  const say = useWords(caseWords);
  const { language } = useLanguage();
  const { products } = useNames();
  const valueOf = (name: string) => filters.get(name) ?? '';
  const change = (name: string) => (value: string) => {
    const next = new URLSearchParams(filters);
    if (value === '') next.delete(name);
    else next.set(name, value);
    onChange(next, { replace: true });
  };
  const states = Object.entries(stateWords).map(([value, words]) => {
    return { value, label: capital(words[language]) };
  });
  return (
    <form
      className="filters"
      role="search"
      aria-label={say('filters')}
      onSubmit={(event) => event.preventDefault()}
    >
      <Select
        label={say('state')}
        value={valueOf('state')}
        onChange={change('state')}
        options={[{ value: '', label: say('anyState') }, ...states]}
      />
      <Select
        label={say('product')}
        value={valueOf('product')}
        onChange={change('product')}
        options={[
          { value: '', label: say('anyProduct') },
          ...products.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <Field
        label={say('from')}
        name="from"
        type="date"
        value={valueOf('from')}
        onChange={change('from')}
      />
      <Field
        label={say('to')}
        name="to"
        type="date"
        value={valueOf('to')}
        onChange={change('to')}
      />
      {filters.size === 0 ? null : (
        <Button kind="quiet" onPress={() => onChange(new URLSearchParams(), { replace: true })}>
          {say('noFilters')}
        </Button>
      )}
    </form>
  );
}

/** A list of choices has no style for its first letters. */
function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
