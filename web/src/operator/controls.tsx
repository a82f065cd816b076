import { type ReactNode, type SubmitEvent, useId, useState } from 'react';
import { Refusal } from '../api/refusal.ts';
import { useLanguage, useWords } from '../ui/language.tsx';
import { deskWords } from './words/desk.ts';

export interface Option {
  readonly value: string;
  readonly label: string;
}

interface Labelled {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function Select({
  label,
  value,
  onChange,
  options,
}: Labelled & { readonly options: readonly Option[] }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A few sentences: why somebody does what he does. */
export function Area({
  label,
  value,
  onChange,
  lettersMax,
}: Labelled & { readonly lettersMax: number }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={3}
        required
        value={value}
        maxLength={lettersMax}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

/**
 * One act: whether it is going on, and in the reader's language why it could not be done. `instead`
 * says some refusals, by code, in words that fit the form better.
 */
export function useAct(act: () => Promise<void>, instead: Readonly<Record<string, string>> = {}) {
  const { language } = useLanguage();
  const say = useWords(deskWords);
  const [busy, setBusy] = useState(false);
  const [thrown, setThrown] = useState<unknown>();
  const run = async () => {
    setBusy(true);
    setThrown(undefined);
    try {
      await act();
    } catch (caught) {
      setThrown(caught);
    } finally {
      setBusy(false);
    }
  };
  const refusal = thrown instanceof Refusal ? thrown : undefined;
  const refused = refusal && (instead[refusal.code] ?? refusal.in(language));
  const error = thrown === undefined ? '' : (refused ?? say('offline'));
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!busy) void run();
  };
  return { run, submit, busy, error };
}

/** Always there, so that a screen reader says what comes into it. */
export function ActError({ text }: { readonly text: string }) {
  return (
    <p role="alert" className="act-error">
      {text}
    </p>
  );
}

/** The other language, in its own words. */
export function LanguageButton() {
  const say = useWords(deskWords);
  const { language, choose } = useLanguage();
  return (
    <button
      type="button"
      className="small"
      lang={language === 'zh' ? 'en' : 'zh-CN'}
      onClick={() => choose(language === 'zh' ? 'en' : 'zh')}
    >
      {say('language')}
    </button>
  );
}

/** A part of a screen under its own heading. */
export function Section({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="part">
      <h2 id={id}>{title}</h2>
      {note === undefined ? null : <p className="note">{note}</p>}
      {children}
    </section>
  );
}
